import { admit } from '../apps/admission.ts';
import type { App } from '../apps/app-store.ts';
import { Refusal } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { accessLifetimeMs, tokenRule } from '../policies/server-access.ts';
import { randomSecret } from '../random.ts';
import { signInPage } from '../sign-in/page.ts';
import { browserSession } from '../sign-in/session.ts';
import { appParty, appUserParty, userParty } from '../system-log/parties.ts';
import { circumstances, record } from '../system-log/record.ts';
import { signIn } from '../users/sign-in.ts';
import type { User } from '../users/user.ts';
import { authorizeAnswer, errorPage } from './authorize-answer.ts';
import { type AuthorizeRequest, checkRequest, redirectsTo, wantedMode } from './authorize-request.ts';
import type { OAuthClient } from './client.ts';
import { clientById } from './client-auth.ts';
import { NamedRefusal, oauthError, reasonOf } from './errors.ts';
import { ofEveryIssuer, type TokenIssuer, tokenIssuerOf } from './issuer.ts';
import { idTokenFor } from './jwt.ts';
import { issueAccessToken } from './token.ts';
import type { Grant } from './token-store.ts';

export const authorizeEndpoints: Endpoint[] = [
  ...ofEveryIssuer('GET', 'authorize', (call) => authorize(call, call.query)),
  ...ofEveryIssuer('POST', 'authorize', (call) =>
    authorize(call, new URLSearchParams(String(call.body ?? ''))),
  ),
];

/** A request of a client to whose redirect URI people can be sent back. */
interface Attempt {
  /** Its actor is the user, once that is known. */
  call: Call;
  issuer: TokenIssuer;
  client: OAuthClient;
  app: App;
  given: URLSearchParams;
}

async function authorize(call: Call, sent: URLSearchParams): Promise<Answer> {
  const issuer = tokenIssuerOf(call);
  const requestUri = sent.get('request_uri');
  const given = requestUri === null ? sent : call.org.tokens.takePushed(requestUri, sent.get('client_id'));
  if (!given) return errorPage("The 'request_uri' parameter is invalid or has expired.");
  const client = clientById(call, given.get('client_id') ?? '');
  const app = client && call.org.apps.get(client.clientId);
  // Without a valid client and redirect URI there is nowhere to redirect to, so show an error page.
  if (!client || !app || client.type === 'service') return errorPage(unknownClient);
  const attempt = { call: as(call, browserSession(call)?.user, app.id), issuer, client, app, given };
  if (app.status !== 'ACTIVE') {
    log(attempt, 'client_inactive');
    return errorPage(unknownClient);
  }
  const redirectUri = given.get('redirect_uri') ?? '';
  if (!redirectsTo(client, redirectUri)) {
    log(attempt, 'illegal_redirect_uri');
    return errorPage(
      `The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: ${redirectUri}`,
    );
  }
  try {
    return await signInTo(attempt, checkRequest(call, issuer, client, given));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log(attempt, reasonOf(error));
    const answer = { state: given.get('state'), ...(error.body as Record<string, string>) };
    return authorizeAnswer(redirectUri, wantedMode(client, given), answer);
  }
}

const unknownClient = "Invalid value for 'client_id' parameter.";

/** Finds out who is in front of the browser, and gives the client what it asks for. */
function signInTo(attempt: Attempt, request: AuthorizeRequest): Promise<Answer> | Answer {
  const { call, client, given } = attempt;
  const { org } = call;
  const session = browserSession(call);
  if (client.immediate) {
    if (!session) signInAdministrator(attempt);
    const user = session?.user ?? (org.users.get(org.adminId) as User);
    return grantTo(attempt, request, { user, authTime: session?.created ?? org.clock.now() });
  }
  const { prompt, maxAgeMs } = request;
  if (session && prompt !== 'login' && org.clock.now() - session.created <= maxAgeMs)
    return grantTo(attempt, request, { user: session.user, authTime: session.created });
  if (prompt === 'none')
    throw oauthError(
      302,
      'login_required',
      'The client specified not to prompt, but the user is not logged in.',
    );
  // When people come back here, they have just signed in.
  const returnTo = new URLSearchParams(given);
  for (const name of ['prompt', 'max_age']) returnTo.delete(name);
  return signInPage(call, {
    returnTo: `${call.path}?${returnTo}`,
    login: given.get('login_hint') ?? undefined,
  });
}

/** Signs the administrator in without a page. */
function signInAdministrator(attempt: Attempt): void {
  const { org } = attempt.call;
  const user = org.users.get(org.adminId) as User;
  attempt.call = as(attempt.call, user);
  const { failure } = signIn(org, user, { right: true, fields: circumstances(attempt.call) });
  // Okta would show this on its sign-in page.
  if (failure) throw oauthError(302, 'access_denied', 'The user could not be authenticated.');
  if (attempt.given.get('login_hint')?.startsWith('denied@'))
    throw oauthError(302, 'access_denied', notAssigned);
}

const notAssigned = 'User is not assigned to the client application.';
const policyFailed = 'Policy evaluation failed for this request, please check the policy configurations.';

async function grantTo(
  attempt: Attempt,
  request: AuthorizeRequest,
  { user, authTime }: { user: User; authTime: number },
): Promise<Answer> {
  const { issuer, client, app } = attempt;
  const call = as(attempt.call, user);
  attempt.call = call;
  const userName = client.immediate ? undefined : admitted(attempt, user);
  const { clientId } = client;
  const grant = {
    ...{ clientId, userId: user.id, scopes: request.scopes, authTime },
    ...fromServer(attempt, request, user),
  };
  const { types, redirectUri, nonce, challenge } = request;
  const family = randomSecret(8);
  const code = types.includes('code')
    ? call.org.tokens.addCode({ ...grant, redirectUri, nonce, challenge, family: undefined })
    : undefined;
  const access = types.includes('token')
    ? await issueAccessToken(call, issuer, { ...grant, family })
    : undefined;
  const id_token = types.includes('id_token')
    ? await idTokenFor(call, issuer, {
        ...{ grant: { ...grant, family }, user, nonce, code },
        accessToken: access?.access_token,
      })
    : undefined;
  if (userName !== undefined)
    record(call, 'user.authentication.sso', {
      target: [appParty(app), appUserParty(app, user, userName)],
      debugData: { signOnMode: 'OpenID Connect' },
    });
  log(attempt);
  const answer = { code, ...access, id_token, state: request.state };
  return authorizeAnswer(redirectUri, request.mode, answer);
}

/** @returns the name of the user in the app. @throws Refusal for a user who may not sign in to it. */
function admitted({ call, app }: Attempt, user: User): string {
  const assignment = admit(call, app, user);
  if (typeof assignment !== 'string') return assignment.userName;
  if (assignment === 'not_assigned')
    throw new NamedRefusal('user_not_assigned', 302, 'access_denied', notAssigned);
  throw new NamedRefusal('sign_on_policy_denied', 302, 'access_denied', policyFailed);
}

/** What a custom authorization server adds to a grant. @throws Refusal if none of its policies lets the client have tokens. */
function fromServer(
  { call, issuer: { server }, client }: Attempt,
  { types, scopes }: AuthorizeRequest,
  user: User,
): Pick<Grant, 'serverId' | 'lifetimeMs'> {
  if (!server) return {};
  const grantType = types.includes('code') ? 'authorization_code' : 'implicit';
  const rule = tokenRule(call.org, server, { clientId: client.clientId, grantType, scopes, user });
  if (!rule) throw new NamedRefusal('no_matching_policy', 302, 'access_denied', policyFailed);
  return { serverId: server.id, lifetimeMs: accessLifetimeMs(rule) };
}

/** A call on behalf of a user and a client. */
function as(call: Call, user: User | undefined, clientId = call.principal.clientId): Call {
  const actor = user ? userParty(user) : call.principal.actor;
  return { ...call, principal: { actor, clientId } };
}

const eventNames = {
  code: 'authorize.code',
  id_token: 'authorize.implicit.id_token',
  token: 'authorize.implicit.access_token',
} as const;

/** Logs an answer, with what it takes to find out why it is not as expected. */
function log({ call, issuer, client, app, given }: Attempt, failure?: string): void {
  const asked = (given.get('response_type') ?? '').split(' ');
  const names = Object.entries(eventNames).flatMap(([type, name]) => (asked.includes(type) ? [name] : []));
  const debugData = {
    redirectUri: given.get('redirect_uri'),
    responseType: given.get('response_type'),
    responseMode: wantedMode(client, given),
    requestedScopes: given.get('scope'),
    ...(issuer.server ? { authorizationServerId: issuer.server.id } : {}),
  };
  for (const name of names.length > 0 ? names : [eventNames.code])
    record(call, `app.oauth2.${issuer.server ? 'as.' : ''}${name}`, {
      target: [appParty(app)],
      outcome: failure === undefined ? undefined : { result: 'FAILURE', reason: failure },
      debugData,
    });
}
