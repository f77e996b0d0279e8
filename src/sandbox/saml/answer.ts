import { admit, type Denial } from '../apps/admission.ts';
import type { App } from '../apps/app-store.ts';
import type { CertifiedKey } from '../apps/key-pairs.ts';
import { certificateOf } from '../apps/keys.ts';
import type { Answer, Call } from '../http.ts';
import type { Json } from '../json.ts';
import { postingPage } from '../sign-in/html.ts';
import type { browserSession } from '../sign-in/session.ts';
import { appParty, appUserParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { AuthnRequest } from './authn-request.ts';
import { SamlProblem } from './problem.ts';
import { passiveRefusal, responseXml } from './response.ts';
import { type SignedPart, signedXml } from './sign.ts';
import { type Consumer, newId, samlIssuerOf, sessionIndexOf, signOnOf } from './sign-on.ts';
import { nameIdOf, type SignedIn, samlAttributesOf } from './statements.ts';

/** A sign-in that can be answered. */
interface Due {
  app: App;
  consumer: Consumer;
  request: AuthnRequest | undefined;
  relayState: string | undefined;
}

type Session = NonNullable<ReturnType<typeof browserSession>>;

const denials: Readonly<Record<Denial, (label: string) => string>> = {
  not_assigned: (label) => `You are not assigned to ${label}. Ask your administrator for access.`,
  policy: (label) => `The sign-on policy of ${label} does not let you in. Ask your administrator.`,
};

/** Sends whoever has a session to the application, with an assertion. @throws SamlProblem for whoever may not use it */
export async function samlAnswer(call: Call, due: Due & { session: Session }): Promise<Answer> {
  const { app, session, request } = due;
  const { user } = session;
  const assignment = admit(call, app, user);
  if (typeof assignment === 'string') throw new SamlProblem(denials[assignment](app.label), 403);
  const log = (outcome: { result: string; reason: string | null }) =>
    record({ ...call, principal: { actor: userParty(user) } }, 'user.authentication.sso', {
      outcome,
      target: [appParty(app), appUserParty(app, user, assignment.userName)],
      debugData: {
        signOnMode: 'SAML 2.0',
        initiationType: request ? 'SP_INITIATED' : 'IDP_INITIATED',
        ...(request && { authnRequestId: request.id, issuer: request.issuer }),
      },
    });
  try {
    const answer = await asserted(call, due, { app, user, assignment });
    log({ result: 'SUCCESS', reason: null });
    return answer;
  } catch (error) {
    if (error instanceof SamlProblem) log({ result: 'FAILURE', reason: error.message });
    throw error;
  }
}

/** Tells the application that nobody is signed in. */
export function passiveAnswer(call: Call, due: Due): Promise<Answer> {
  const { app, consumer, relayState } = due;
  const xml = passiveRefusal({ ...due, ...frame(call, due) });
  return signedPage(call, app, { url: consumer.acsUrl, xml, parts: ['Response'], relayState });
}

const frame = ({ org }: Call, { app }: Due) => ({
  ids: { response: newId(), assertion: newId() },
  now: org.clock.now(),
  issuer: samlIssuerOf(app),
});

/** The page that posts an assertion. @throws SamlProblem for what it cannot say */
async function asserted(call: Call, due: Due & { session: Session }, person: SignedIn): Promise<Answer> {
  const { app, session, consumer, relayState } = due;
  const signOn = signOnOf(app);
  if ((signOn.assertionEncryption as Json | undefined)?.enabled === true)
    throw new SamlProblem('The app asks for encrypted assertions, which the sandbox does not make.', 501);
  const lifetime = signOn.samlAssertionLifetimeSeconds;
  const xml = responseXml({
    ...due,
    ...frame(call, due),
    sessionIndex: sessionIndexOf(app, session.id),
    signedInAt: session.created,
    lifetimeMs: typeof lifetime === 'number' ? lifetime * 1000 : undefined,
    audience: String(signOn.audienceOverride ?? signOn.audience ?? ''),
    nameId: {
      value: nameIdOf(call.org, person),
      format: String(signOn.subjectNameIdFormat ?? 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'),
    },
    authnContext: String(
      signOn.authnContextClassRef ?? 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    ),
    statements: samlAttributesOf(call.org, person),
  });
  const parts: SignedPart[] = [
    ...(signOn.assertionSigned === false ? [] : (['Assertion'] as const)),
    ...(signOn.responseSigned === false ? [] : (['Response'] as const)),
  ];
  return signedPage(call, app, { url: consumer.acsUrl, xml, parts, relayState });
}

/** What a page posts to an application. */
interface Message {
  url: string;
  xml: string;
  parts: readonly SignedPart[];
  relayState: string | undefined;
}

/** The page that posts a message, signed with the key of the app. @throws SamlProblem if that cannot be used */
export async function signedPage(
  call: Call,
  app: App,
  { url, xml, parts, relayState }: Message,
): Promise<Answer> {
  const signed = await signedXml(xml, parts, signOnOf(app), keyOf(call, app));
  return postingPage(url, {
    SAMLResponse: Buffer.from(signed).toString('base64'),
    ...(relayState === undefined ? {} : { RelayState: relayState }),
  });
}

function keyOf(call: Call, app: App): CertifiedKey {
  const { kid } = app.credentials.signing as Json;
  const certificate = certificateOf(call, app, String(kid));
  const privateKey = call.org.keys.privateKeyOf(certificate);
  if (privateKey) return { certificate, privateKey };
  throw new SamlProblem(
    `The app signs with the key ${kid}, whose private key the sandbox does not have.`,
    501,
  );
}
