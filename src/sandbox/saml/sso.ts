import type { App } from '../apps/app-store.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { signInPage } from '../sign-in/page.ts';
import { browserSession } from '../sign-in/session.ts';
import { passiveAnswer, samlAnswer } from './answer.ts';
import { type AuthnRequest, authnRequestIn } from './authn-request.ts';
import { appAt, formTypes, parametersOf, sentXml, shown } from './exchange.ts';
import type { PendingRequest } from './pending-requests.ts';
import { SamlProblem } from './problem.ts';
import { consumerOf, signOnOf, ssoPath } from './sign-on.ts';

const path = '/app/:name/:externalKey/sso/saml';

/** Signing in to apps with SAML: from the application, through both bindings, or from Okta. */
export const samlEndpoints: Endpoint[] = [
  { method: 'GET', path, handle: (call) => shown(() => visited(call, appAt(call))) },
  { method: 'POST', path, takes: formTypes, handle: (call) => shown(() => received(call, appAt(call))) },
  // The address of an app on the dashboard of its users.
  {
    method: 'GET',
    path: '/home/:name/:externalKey/:tile',
    handle: (call) => shown(() => opened(appAt(call))),
  },
];

/** Comes from the application by HTTP-Redirect, from Okta, or back from signing in. */
async function visited(call: Call, app: App): Promise<Answer> {
  const { query, org } = call;
  const key = query.get('okta_key');
  if (key !== null) {
    const pending = org.samlRequests.get(key);
    if (pending?.appId === app.id) return proceed(call, app, pending, key);
    throw new SamlProblem(`This sign-in has ended. Begin again at ${app.label}.`);
  }
  const relayState = query.get('RelayState') ?? undefined;
  if (!query.has('SAMLRequest')) {
    const { defaultRelayState } = signOnOf(app);
    const standard = typeof defaultRelayState === 'string' ? defaultRelayState : undefined;
    return proceed(call, app, { appId: app.id, request: undefined, relayState: relayState ?? standard });
  }
  const xml = await sentXml(call, app);
  return proceed(call, app, { appId: app.id, request: authnRequestIn(xml), relayState });
}

/**
 * Comes from the application by HTTP-POST. Browsers do not send the session to a form of another site, but when they follow a
 * redirect.
 */
async function received(call: Call, app: App): Promise<Answer> {
  const request = authnRequestIn(await sentXml(call, app));
  consumerOf(app, request);
  const relayState = parametersOf(call).get('RelayState') ?? undefined;
  const key = call.org.samlRequests.put({ appId: app.id, request, relayState });
  return { status: 303, headers: { Location: call.origin + returnTo(app, key) } };
}

function opened(app: App): Answer {
  return { status: 302, headers: { Location: ssoPath(app) } };
}

const returnTo = (app: App, key: string): string => `${ssoPath(app)}?okta_key=${key}`;

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
