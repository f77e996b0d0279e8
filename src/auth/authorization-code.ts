import * as oauth from 'oauth4webapi';
import { AuthenticationError, InputError } from '../errors/errors.ts';
import { fingerprint } from './bound-tokens.ts';
import type { AuthorizationCode } from './connection.ts';
import { createProver, type Prover } from './dpop.ts';
import { orgAuthorizationServer, runGrant, type TokenEndpoint } from './token-endpoint.ts';
import type { Tokens } from './token-source.ts';

/** What to keep between sending a person to Okta and their return. */
export interface PendingLogin {
  /** Where to send the person. */
  url: string;
  state: string;
  codeVerifier: string;
}

const MAX_SCOPE_LENGTH = 1024;

/** Always requested: without it there is no refresh token and the connection ends after an hour. */
const scopesToAsk = (auth: AuthorizationCode) => [...new Set([...auth.scopes, 'offline_access'])].join(' ');

/**
 * Begins a sign-in: authorization code with PKCE (S256) at the org authorization server.
 * @throws InputError when the scopes are longer than Okta takes in one request (1024 characters).
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta/main/
 */
export async function startLogin(orgUrl: string, auth: AuthorizationCode): Promise<PendingLogin> {
  const scope = scopesToAsk(auth);
  if (scope.length > MAX_SCOPE_LENGTH) {
    throw new InputError(
      `The scopes are ${scope.length} characters long; Okta takes ${MAX_SCOPE_LENGTH} in one request`,
      {
        code: 'invalid_connection',
        hint: 'Ask only for the scopes of the actions that this connection runs.',
      },
    );
  }
  const state = oauth.generateRandomState();
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const url = new URL(orgAuthorizationServer(orgUrl).authorization_endpoint as string);
  url.search = new URLSearchParams({
    client_id: auth.clientId,
    response_type: 'code',
    scope,
    redirect_uri: auth.redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  }).toString();
  return { url: url.href, state, codeVerifier };
}

/**
 * Ends a sign-in: checks `state`, reads Okta's error if there is one, and exchanges the code.
 * @param callback the URL at which the person came back.
 * @throws AuthenticationError when Okta or the person refused, or the answer belongs to another sign-in.
 */
export async function completeLogin(
  endpoint: TokenEndpoint,
  auth: AuthorizationCode,
  pending: PendingLogin,
  callback: URL,
): Promise<Tokens> {
  const client: oauth.Client = { client_id: auth.clientId };
  const params = checkedCallback(endpoint.orgUrl, client, callback, pending.state);
  const prover = auth.dpop ? await createProver(endpoint.clock) : undefined;
  const tokens = await runGrant(endpoint, {
    client,
    idempotent: false,
    prover,
    request: (as, options) =>
      oauth.authorizationCodeGrantRequest(
        as,
        client,
        clientAuthOf(auth),
        params,
        auth.redirectUri,
        pending.codeVerifier,
        options,
      ),
    read: (as, response) => oauth.processAuthorizationCodeResponse(as, client, response),
  });
  return {
    ...tokens,
    dpopKey: await prover?.privateJwk(),
    madeFor: fingerprint(endpoint.orgUrl, auth.clientId),
  };
}

function checkedCallback(
  orgUrl: string,
  client: oauth.Client,
  callback: URL,
  state: string,
): URLSearchParams {
  let params: URLSearchParams;
  try {
    params = oauth.validateAuthResponse(orgAuthorizationServer(orgUrl), client, callback, state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new AuthenticationError(`Okta refused the sign-in: ${error.error_description ?? error.error}`, {
        oktaCode: error.error,
        hint: 'Assign the person to the app, grant the scopes under "Okta API Scopes", then sign in again.',
      });
    }
    throw new AuthenticationError('The answer does not belong to this sign-in (state differs)', {
      hint: 'Start the sign-in again, and finish it in the same browser.',
    });
  }
  if (params.has('code')) return params;
  throw new AuthenticationError('Okta sent the person back without a code', {
    hint: 'Start the sign-in again.',
  });
}

/**
 * Renews the tokens of a sign-in. With rotation each refresh token works once, so the caller must store the result
 * before using it; where Okta returns no new refresh token, the old one stays.
 * @throws AuthenticationError asking for a new sign-in when there is no refresh token or it is dead.
 * @see https://developer.okta.com/docs/guides/refresh-tokens/main/
 */
export async function refreshLogin(
  endpoint: TokenEndpoint,
  auth: AuthorizationCode,
  latest: Tokens | undefined,
  prover: Prover | undefined,
): Promise<Tokens> {
  const refreshToken = latest?.refreshToken;
  if (refreshToken === undefined) {
    throw new AuthenticationError(
      latest
        ? 'The sign-in has ended and there is no refresh token'
        : 'This connection has not been signed in yet',
      { hint: 'Sign in ("okta-connector login").' },
    );
  }
  const client: oauth.Client = { client_id: auth.clientId };
  const tokens = await runGrant(endpoint, {
    client,
    // After rotation the old refresh token works for a few seconds only, to cover lost answers. Repeating is safe: without
    // it the next request would send the same old token anyway, only later.
    idempotent: true,
    prover,
    request: (as, options) =>
      oauth.refreshTokenGrantRequest(as, client, clientAuthOf(auth), refreshToken, options),
    read: (as, response) => oauth.processRefreshTokenResponse(as, client, response),
  });
  return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken, dpopKey: latest?.dpopKey };
}

function clientAuthOf(auth: AuthorizationCode): oauth.ClientAuth {
  if (auth.clientSecret === undefined || auth.clientAuthentication === 'none') return oauth.None();
  return auth.clientAuthentication === 'client_secret_post'
    ? oauth.ClientSecretPost(auth.clientSecret)
    : oauth.ClientSecretBasic(auth.clientSecret);
}
