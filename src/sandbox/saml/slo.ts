import type { App } from '../apps/app-store.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { isObject } from '../json.ts';
import { endSession, type OrgSession, sessionsOf } from '../sessions/sessions.ts';
import { browserSession } from '../sign-in/session.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { signedPage } from './answer.ts';
import { appAt, formTypes, parametersOf, sentXml, shown } from './exchange.ts';
import { type LogoutRequest, logoutRequestIn } from './logout-request.ts';
import { SamlProblem } from './problem.ts';
import { logoutXml } from './response.ts';
import { newId, samlIssuerOf, sessionIndexOf, signOnOf } from './sign-on.ts';

const path = '/app/:name/:externalKey/slo/saml';

/** Signing out of Okta, from an application with SAML. */
export const samlLogoutEndpoints: Endpoint[] = [
  { method: 'GET', path, handle: (call) => shown(() => loggedOut(call, appAt(call))) },
  { method: 'POST', path, takes: formTypes, handle: (call) => shown(() => loggedOut(call, appAt(call))) },
];

/** Ends the session with which somebody signed in to the application, and tells it so. Requests must be signed. */
async function loggedOut(call: Call, app: App): Promise<Answer> {
  const { slo } = signOnOf(app);
  const { enabled, issuer, logoutUrl } = isObject(slo) ? slo : {};
  if (enabled !== true || typeof logoutUrl !== 'string')
    throw new SamlProblem(`Single logout is not set up in the app ${app.label}.`);
  const request = logoutRequestIn(await sentXml(call, app, true));
  if (request.issuer !== issuer)
    throw new SamlProblem(
      `The logout request is of ${request.issuer}, the slo.issuer of the app is ${issuer}.`,
    );
  const session = sessionOf(call, app, request);
  if (session) end(call, app, session);
  const now = call.org.clock.now();
  const facts = {
    id: newId(),
    now,
    issuer: samlIssuerOf(app),
    destination: logoutUrl,
    inResponseTo: request.id,
  };
  const relayState = parametersOf(call).get('RelayState') ?? undefined;
  return signedPage(call, app, {
    url: logoutUrl,
    xml: logoutXml(facts),
    parts: ['LogoutResponse'],
    relayState,
  });
}

/** The session that a request names, else that of the browser. */
function sessionOf(call: Call, app: App, { sessionIndex }: LogoutRequest): OrgSession | undefined {
  if (sessionIndex === undefined) return browserSession(call);
  return sessionsOf(call.org).find(({ id }) => sessionIndexOf(app, id) === sessionIndex);
}

function end(call: Call, app: App, { id, userId }: OrgSession): void {
  endSession(call.org, id);
  const user = call.org.users.get(userId);
  if (!user) return;
  const asUser = { ...call, principal: { actor: userParty(user) } };
  record(asUser, 'user.authentication.slo', { target: [appParty(app), userParty(user)] });
  record(asUser, 'user.session.end');
}
