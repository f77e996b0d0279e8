import type { App } from '../apps/app-store.ts';
import type { Answer, Call } from '../http.ts';
import { escapeHtml, htmlPage } from '../sign-in/html.ts';
import { xmlIn } from './message.ts';
import { SamlProblem } from './problem.ts';
import { checkQuery, signedPart } from './request-signature.ts';
import { signOnOf } from './sign-on.ts';

/** The body of the binding HTTP-POST. */
export const formTypes = ['application/x-www-form-urlencoded'];

/** Shows people what went wrong. */
export async function shown(answer: () => Promise<Answer> | Answer): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof SamlProblem)) throw error;
    return htmlPage(error.status, 'Unable to sign in', `<p role="alert">${escapeHtml(error.message)}</p>`);
  }
}

/** The app of an address, which has another prefix before the same number. @throws SamlProblem */
export function appAt({ org, params: { name, externalKey = '' } }: Call): App {
  const app = org.apps.get(`0oa${externalKey.slice(3)}`);
  if (app?.name !== name || app?.signOnMode !== 'SAML_2_0')
    throw new SamlProblem('There is no app with SAML 2.0 at this address.');
  if (app.status !== 'ACTIVE') throw new SamlProblem(`The app ${app.label} is not active.`, 403);
  return app;
}

/** What an application sends: the query, or the form. */
export function parametersOf({ method, query, body }: Call): URLSearchParams {
  if (method === 'GET') return query;
  return new URLSearchParams(Buffer.from(String(body ?? ''), 'latin1').toString('utf8'));
}

/**
 * The XML of a request, of which the signature is right, if the app has the certificate to check it with.
 * @param mustBeSigned by default, as the app says
 * @throws SamlProblem
 */
export async function sentXml(
  call: Call,
  app: App,
  mustBeSigned = signOnOf(app).samlSignedRequestEnabled === true,
): Promise<string> {
  const { spCertificate } = signOnOf(app);
  const [certificate] = (spCertificate as { x5c?: string[] } | undefined)?.x5c ?? [];
  const xml = xmlIn(parametersOf(call).get('SAMLRequest') ?? '');
  if (certificate === undefined) {
    if (!mustBeSigned) return xml;
    throw new SamlProblem('Requests must be signed, but the app has no certificate to check them with.');
  }
  if (call.method !== 'GET') return signedPart(xml, certificate, mustBeSigned);
  checkQuery(call.search, certificate, mustBeSigned);
  return xml;
}
