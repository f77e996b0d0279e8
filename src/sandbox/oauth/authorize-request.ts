import type { Call } from '../http.ts';
import type { OAuthClient } from './client.ts';
import { invalidRequest, invalidScope, oauthError } from './errors.ts';
import type { TokenIssuer } from './issuer.ts';
import { grantedScopes } from './scopes.ts';

const maximumScopeLength = 1024;

export type ResponseMode = 'query' | 'fragment' | 'form_post';

/** A checked authorization request. */
export interface AuthorizeRequest {
  redirectUri: string;
  state: string;
  /** What to answer with: `code`, `id_token`, `token`. */
  types: readonly string[];
  mode: ResponseMode;
  scopes: string[];
  nonce: string | undefined;
  challenge: string | undefined;
  prompt: string | undefined;
  /** How long ago the sign-in may have been. */
  maxAgeMs: number;
}

/** @throws Refusal with what the client is told. */
export function checkRequest(
  call: Call,
  issuer: TokenIssuer,
  client: OAuthClient,
  given: URLSearchParams,
): AuthorizeRequest {
  const state = given.get('state') ?? '';
  // Okta names letters, digits, comma, full stop, underscore and hyphen; widely used clients send base64, and sign in.
  if (state === '' || (!client.immediate && !/^[\w,.+/=~:-]+$/.test(state)))
    throw invalidRequest("The authentication request has an invalid 'state' parameter.");
  if (given.has('request'))
    throw oauthError(400, 'request_not_supported', "The sandbox takes no 'request' parameter.");
  const types = checkTypes(client, given);
  checkMode(types, given.get('response_mode'));
  const nonce = given.get('nonce') ?? undefined;
  if (!nonce && (types.includes('id_token') || types.includes('token')))
    throw invalidRequest(
      "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response types.",
    );
  const prompt = given.get('prompt') ?? undefined;
  if (prompt !== undefined && !['none', 'login', 'consent', 'login consent'].includes(prompt))
    throw invalidRequest("Invalid value for 'prompt' parameter. Supported values: [none, login, consent]");
  const challenge = types.includes('code') ? checkChallenge(client, given) : undefined;
  if ((given.get('scope') ?? '').length > maximumScopeLength)
    throw invalidScope('The requested scope is too long.');
  const scopes = grantedScopes(call, issuer, client, given.get('scope'));
  if (types.includes('id_token') && !scopes.includes('openid'))
    throw invalidScope(
      "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
    );
  return {
    ...{ redirectUri: given.get('redirect_uri') ?? '', state, types, mode: wantedMode(client, given) },
    ...{ scopes, nonce, challenge, prompt: prompt?.replace(/ ?consent/, ''), maxAgeMs: checkMaxAge(given) },
  };
}

function checkTypes(client: OAuthClient, given: URLSearchParams): string[] {
  const types = (given.get('response_type') ?? '').split(' ');
  const isAllowed = (type: string) =>
    client.responseTypes.includes(type) &&
    client.grantTypes.includes(type === 'code' ? 'authorization_code' : 'implicit');
  if (types.every(isAllowed)) return types;
  throw oauthError(
    400,
    'unsupported_response_type',
    `The response type is not supported by the authorization server. Configured response types: [${client.responseTypes.join(', ')}].`,
  );
}

function checkMode(types: readonly string[], mode: string | null): void {
  if (mode === 'query' && types.some((type) => type !== 'code'))
    throw oauthError(
      400,
      'unsupported_response_mode',
      "'query' response mode cannot be used with either the 'id_token' or 'token' response type.",
    );
  if (mode !== null && !isMode(mode))
    throw oauthError(
      400,
      'unsupported_response_mode',
      'The response mode is not supported by the authorization server. Valid response modes: [query, fragment, form_post].',
    );
}

function checkChallenge(client: OAuthClient, given: URLSearchParams): string | undefined {
  const challenge = given.get('code_challenge');
  if (!challenge && (client.authentication === 'none' || client.pkceRequired))
    throw invalidRequest('PKCE code challenge is required by the application.');
  if (challenge && given.get('code_challenge_method') !== 'S256')
    throw invalidRequest('PKCE code challenge method is not supported. Valid values: [S256]');
  if (challenge && !/^[\w.~-]{43,128}$/.test(challenge))
    throw invalidRequest('PKCE code challenge contains illegal characters.');
  return challenge ?? undefined;
}

function checkMaxAge(given: URLSearchParams): number {
  const text = given.get('max_age');
  if (text === null) return Number.POSITIVE_INFINITY;
  if (/^\d+$/.test(text) && Number(text) < 2 ** 31) return Number(text) * 1000;
  throw invalidRequest("Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.");
}

const isMode = (mode: string | null): mode is ResponseMode =>
  mode === 'query' || mode === 'fragment' || mode === 'form_post';

/** How the client wants its answer; where that is not clear, what OpenID Connect says for its response type. */
export function wantedMode({ responseTypes }: OAuthClient, given: URLSearchParams): ResponseMode {
  const mode = given.get('response_mode');
  const types = (given.get('response_type') ?? '').split(' ');
  const hasTokens = types.some((type) => type !== 'code' && responseTypes.includes(type));
  return isMode(mode) && !(mode === 'query' && hasTokens) ? mode : hasTokens ? 'fragment' : 'query';
}

/**
 * Redirect URIs must match exactly. Those of the connector's own clients may differ in the port of loopback addresses, on which
 * its command line listens.
 */
export function redirectsTo({ redirectUris, immediate }: OAuthClient, given: string): boolean {
  if (redirectUris.includes(given)) return true;
  return immediate === true && redirectUris.some((registered) => differsInPort(registered, given));
}

function differsInPort(registered: string, given: string): boolean {
  if (!URL.canParse(given)) return false;
  const [expected, actual] = [new URL(registered), new URL(given)];
  const loopback = expected.hostname === '127.0.0.1' || expected.hostname === 'localhost';
  if (!loopback || expected.protocol !== 'http:') return false;
  expected.port = actual.port;
  return expected.href === actual.href;
}
