import { Refusal } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { circumstances, record } from '../system-log/record.ts';
import { signIn } from '../users/sign-in.ts';
import type { User } from '../users/user.ts';
import type { OAuthClient } from './client.ts';
import { clientById } from './client-auth.ts';
import { grantedScopes } from './scopes.ts';

const maximumScopeLength = 1024;

export const authorizeEndpoints: Endpoint[] = [
  { method: 'GET', path: '/oauth2/v1/authorize', handle: authorize },
];

/** Signs the administrator in without a prompt and redirects immediately. */
function authorize(call: Call): Answer {
  const { query, org } = call;
  const client = clientById(call, query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  // Without a valid client and redirect URI there is nowhere to redirect to, so show an error page.
  if (!client || client.type === 'service') return errorPage("Invalid value for 'client_id' parameter.");
  if (!client.redirectUris.some((registered) => sameRedirect(registered, redirectUri)))
    return errorPage("The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.");
  const app = org.apps.get(client.clientId);
  const target = app ? [appParty(app)] : [];
  const user = org.users.get(org.adminId) as User;
  const asUser = { ...call, principal: { actor: userParty(user) } };
  try {
    const scopes = checkRequest(query, client);
    const { failure } = signIn(org, user, { right: true, fields: circumstances(asUser) });
    // Okta would show this on its sign-in page.
    if (failure) throw refuse('access_denied', 'The user could not be authenticated.');
    if (query.get('login_hint')?.startsWith('denied@'))
      throw refuse('access_denied', 'User is not assigned to the client application.');
    const code = org.tokens.addCode({
      clientId: client.clientId,
      userId: user.id,
      scopes,
      redirectUri,
      challenge: query.get('code_challenge') ?? undefined,
      nonce: query.get('nonce') ?? undefined,
    });
    record(asUser, 'app.oauth2.authorize.code', { target });
    return redirect(redirectUri, { code, state: query.get('state') });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const body = error.body as { error: string; error_description: string };
    record(asUser, 'app.oauth2.authorize.code', {
      target,
      outcome: { result: 'FAILURE', reason: body.error },
    });
    return redirect(redirectUri, { state: query.get('state'), ...body });
  }
}

function checkRequest(query: URLSearchParams, client: OAuthClient): string[] {
  if (!query.get('state'))
    throw refuse('invalid_request', "The authentication request has an invalid 'state' parameter.");
  if (query.get('response_type') !== 'code')
    throw refuse(
      'unsupported_response_type',
      'The response type is not supported by the authorization server.',
    );
  const challenge = query.get('code_challenge');
  if (!challenge && (client.authentication === 'none' || client.pkceRequired))
    throw refuse('invalid_request', 'PKCE code challenge is required by the application.');
  if (challenge && query.get('code_challenge_method') !== 'S256')
    throw refuse('invalid_request', 'PKCE code challenge method is not supported. Valid values: [S256]');
  if (challenge && !/^[\w.~-]{43,128}$/.test(challenge))
    throw refuse('invalid_request', 'PKCE code challenge contains illegal characters.');
  if ((query.get('scope') ?? '').length > maximumScopeLength)
    throw refuse('invalid_scope', 'The requested scope is too long.');
  return grantedScopes(client, query.get('scope'));
}

/** Redirect URIs must match exactly, except for the port of loopback URIs. */
function sameRedirect(registered: string, given: string): boolean {
  if (registered === given) return true;
  if (!URL.canParse(given)) return false;
  const [expected, actual] = [new URL(registered), new URL(given)];
  const loopback = expected.hostname === '127.0.0.1' || expected.hostname === 'localhost';
  if (!loopback || expected.protocol !== 'http:') return false;
  expected.port = actual.port;
  return expected.href === actual.href;
}

function refuse(error: string, error_description: string): Refusal {
  return new Refusal(302, { error, error_description });
}

function redirect(uri: string, parameters: Record<string, string | null>): Answer {
  const target = new URL(uri);
  for (const [name, value] of Object.entries(parameters))
    if (value !== null) target.searchParams.set(name, value);
  return { status: 302, headers: { Location: target.href, 'Cache-Control': 'no-cache, no-store' } };
}

function errorPage(message: string): Answer {
  const body = `<!DOCTYPE html><html><head><title>400</title></head><body><h1>400</h1><p>${message}</p></body></html>`;
  return { status: 400, body, headers: { 'Content-Type': 'text/html;charset=utf-8' } };
}
