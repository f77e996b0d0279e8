import type { App } from '../apps/app-store.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { escapeHtml, htmlPage } from '../sign-in/html.ts';
import { signInPage } from '../sign-in/page.ts';
import { browserSession } from '../sign-in/session.ts';
import { passiveAnswer, samlAnswer } from './answer.ts';
import { type AuthnRequest, authnRequestIn } from './authn-request.ts';
import { xmlIn } from './message.ts';
import type { PendingRequest } from './pending-requests.ts';
import { SamlProblem } from './problem.ts';
import { checkQuery, signedPart } from './request-signature.ts';
import { consumerOf, signOnOf, ssoPath } from './sign-on.ts';

const path = '/app/:name/:externalKey/sso/saml';
const form = 'application/x-www-form-urlencoded';

/** Signing in to apps with SAML: from the application, through both bindings, or from Okta. */
export const samlEndpoints: Endpoint[] = [
  { method: 'GET', path, handle: (call) => shown(() => visited(call, appAt(call))) },
  { method: 'POST', path, takes: [form], handle: (call) => shown(() => received(call, appAt(call))) },
  // The address of an app on the dashboard of its users.
  {
    method: 'GET',
    path: '/home/:name/:externalKey/:tile',
    handle: (call) => shown(() => opened(appAt(call))),
  },
];

/** Shows people what went wrong. */
async function shown(answer: () => Promise<Answer> | Answer): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof SamlProblem)) throw error;
    return htmlPage(error.status, 'Unable to sign in', `<p role="alert">${escapeHtml(error.message)}</p>`);
  }
}

/** The app of an address, which has another prefix before the same number. @throws SamlProblem */
function appAt({ org, params: { name, externalKey = '' } }: Call): App {
  const app = org.apps.get(`0oa${externalKey.slice(3)}`);
  if (app?.name !== name || app?.signOnMode !== 'SAML_2_0')
    throw new SamlProblem('There is no app with SAML 2.0 at this address.');
  if (app.status !== 'ACTIVE') throw new SamlProblem(`The app ${app.label} is not active.`, 403);
  return app;
}

/** Comes from the application by HTTP-Redirect, from Okta, or back from signing in. */
async function visited(call: Call, app: App): Promise<Answer> {
  const { query, org, search } = call;
  const key = query.get('okta_key');
  if (key !== null) {
    const pending = org.samlRequests.get(key);
    if (pending?.appId === app.id) return proceed(call, app, pending, key);
    throw new SamlProblem(`This sign-in has ended. Begin again at ${app.label}.`);
  }
  const encoded = query.get('SAMLRequest');
  const relayState = query.get('RelayState') ?? undefined;
  if (encoded === null) {
    const { defaultRelayState } = signOnOf(app);
    const standard = typeof defaultRelayState === 'string' ? defaultRelayState : undefined;
    return proceed(call, app, { appId: app.id, request: undefined, relayState: relayState ?? standard });
  }
  const xml = xmlIn(encoded);
  const { certificate, isRequired } = signatureOf(app);
  if (certificate) checkQuery(search, certificate, isRequired);
  return proceed(call, app, { appId: app.id, request: authnRequestIn(xml), relayState });
}

/**
 * Comes from the application by HTTP-POST. Browsers do not send the session to a form of another site, but when they follow a
 * redirect.
 */
async function received(call: Call, app: App): Promise<Answer> {
  const fields = new URLSearchParams(Buffer.from(String(call.body ?? ''), 'latin1').toString('utf8'));
  const xml = xmlIn(fields.get('SAMLRequest') ?? '');
  const { certificate, isRequired } = signatureOf(app);
  const request = authnRequestIn(certificate ? await signedPart(xml, certificate, isRequired) : xml);
  consumerOf(app, request);
  const relayState = fields.get('RelayState') ?? undefined;
  const key = call.org.samlRequests.put({ appId: app.id, request, relayState });
  return { status: 303, headers: { Location: call.origin + returnTo(app, key) } };
}

function opened(app: App): Answer {
  return { status: 302, headers: { Location: ssoPath(app) } };
}

const returnTo = (app: App, key: string): string => `${ssoPath(app)}?okta_key=${key}`;

/** The certificate of the application, if the app has it, and whether requests must be signed. @throws SamlProblem */
function signatureOf(app: App): { certificate: string | undefined; isRequired: boolean } {
  const { spCertificate, samlSignedRequestEnabled } = signOnOf(app);
  const [certificate] = (spCertificate as { x5c?: string[] } | undefined)?.x5c ?? [];
  const isRequired = samlSignedRequestEnabled === true;
  if (isRequired && !certificate)
    throw new SamlProblem('The app asks for signed requests, but has no certificate to check them with.');
  return { certificate, isRequired };
}

/** Answers whoever is signed in, and lets others sign in first. */
async function proceed(call: Call, app: App, pending: PendingRequest, known?: string): Promise<Answer> {
  const { request } = pending;
  const consumer = consumerOf(app, request);
  const session = browserSession(call);
  pending.before ??= { sessionId: session?.id };
  if (session && !(isForced(app, request) && session.id === pending.before.sessionId)) {
    if (known !== undefined) call.org.samlRequests.delete(known);
    return samlAnswer(call, { app, session, consumer, ...pending });
  }
  if (request?.isPassive) return passiveAnswer(call, { app, consumer, ...pending });
  const key = known ?? call.org.samlRequests.put(pending);
  return signInPage(call, { returnTo: returnTo(app, key) });
}

const isForced = (app: App, request: AuthnRequest | undefined): boolean =>
  request?.forceAuthn === true && signOnOf(app).honorForceAuthn !== false;
