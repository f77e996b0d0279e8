import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload } from 'jose';
import { acceptsSecret } from '../apps/client-secrets.ts';
import type { Call } from '../http.ts';
import type { OAuthClient } from './client.ts';
import { signatureAlgorithms } from './dpop.ts';
import { invalidClient, invalidRequest, oauthError } from './errors.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const maximumLifetimeSeconds = 3600;

/** The form parameters of a request to an OAuth endpoint. */
export function formOf(call: Call): URLSearchParams {
  if (call.query.has('client_id') || call.query.has('client_secret'))
    throw invalidRequest('Client credentials cannot be supplied via query parameters.');
  return new URLSearchParams(typeof call.body === 'string' ? call.body : '');
}

/** Identifies the client and authenticates it with its registered method. */
export async function authenticateClient(call: Call, form: URLSearchParams): Promise<OAuthClient> {
  const authorization = call.headers.get('authorization');
  const offered = [authorization, form.get('client_secret'), form.get('client_assertion')].filter(Boolean);
  if (offered.length > 1) {
    const ways =
      'credentials in the Authorization header, credentials in the post body, or a client_assertion';
    const description = `Cannot supply multiple client credentials. Use one of the following: ${ways} in the post body.`;
    throw oauthError(401, 'invalid_request', description);
  }
  if (authorization) return withSecret(call, ...basicCredentials(authorization));
  const assertion = form.get('client_assertion');
  if (assertion) return withAssertion(call, form, assertion);
  const clientId = form.get('client_id');
  if (!clientId) throw invalidClient('No client credentials found.');
  const secret = form.get('client_secret');
  return secret ? withSecret(call, clientId, secret) : withoutSecret(call, clientId);
}

export function clientById(call: Call, clientId: string): OAuthClient | undefined {
  return call.org.apps.get(clientId)?.client;
}

function basicCredentials(authorization: string): [string, string] {
  const [scheme, encoded = ''] = authorization.split(' ');
  const [id, secret] = Buffer.from(encoded, 'base64').toString().split(':');
  if (scheme?.toLowerCase() !== 'basic' || !id || secret === undefined)
    throw invalidClient('Found Authentication header but was not valid client credentials.');
  return [decodeURIComponent(id), decodeURIComponent(secret)];
}

function withSecret(call: Call, clientId: string, secret: string): OAuthClient {
  const client = clientById(call, clientId);
  if (!client) throw invalidClient("Invalid value for 'client_id' parameter.");
  if (client.authentication !== 'client_secret')
    throw invalidClient(
      'Client authentication failed. Either the client or the client credentials are invalid.',
    );
  if (!acceptsSecret(call.org, client, secret))
    throw invalidClient('The client secret supplied for a confidential client is invalid.');
  return client;
}

function withoutSecret(call: Call, clientId: string): OAuthClient {
  const client = clientById(call, clientId);
  if (!client) throw invalidClient("Invalid value for 'client_id' parameter.");
  if (client.authentication !== 'none') throw invalidClient('No client credentials found.');
  return client;
}

async function withAssertion(call: Call, form: URLSearchParams, assertion: string): Promise<OAuthClient> {
  if (form.get('client_assertion_type') !== assertionType)
    throw invalidRequest('The client_assertion_type is invalid.');
  const claims = parse(assertion);
  const client = clientById(call, String(claims.iss));
  if (!client) throw invalidClient('The issuer claim for client_assertion is not a valid client_id.');
  if (claims.sub !== claims.iss)
    throw invalidClient('The subject claim for client_assertion is not a valid client_id.');
  if (client.authentication !== 'private_key_jwt')
    throw invalidClient(
      'The client does not have a JWKSet configured, but the client_assertion requires one.',
    );
  checkClaims(call, claims);
  await checkSignature(client, assertion);
  if (typeof claims.jti === 'string' && !call.org.tokens.useOnce(`assertion ${claims.jti}`, 3_600_000))
    throw invalidClient('The client_assertion token has already been used.');
  return client;
}

function parse(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch {
    throw invalidClient('The parsing of the client_assertion failed.');
  }
}

/** The audience must be exactly the requested URL; even a double slash makes it a different one. */
function checkClaims(call: Call, { aud, exp, iat }: JWTPayload): void {
  const now = Math.floor(call.org.clock.now() / 1000);
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(`${call.origin}${call.path}`))
    throw invalidClient(
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
    );
  if (typeof exp !== 'number')
    throw invalidClient("The client_assertion must contain the 'exp' claim as seconds since epoch.");
  if (exp <= now) throw invalidClient('The client_assertion token is expired.');
  if (exp > now + maximumLifetimeSeconds)
    throw invalidClient('The client_assertion token has an expiration too far into the future.');
  if (typeof iat === 'number' && iat > now + 1)
    throw invalidClient('The client_assertion token must be issued before the current time.');
}

async function checkSignature(client: OAuthClient, assertion: string): Promise<void> {
  const { alg, kid } = decodeProtectedHeader(assertion);
  if (!alg || !signatureAlgorithms.includes(alg))
    throw invalidClient('The client_assertion JWT signature algorithm is invalid.');
  const key =
    kid === undefined && client.keys.length === 1 ? client.keys[0] : client.keys.find((k) => k.kid === kid);
  if (!key) throw invalidClient('The client_assertion JWT kid is invalid.');
  try {
    await compactVerify(assertion, await importJWK(key, alg));
  } catch {
    throw invalidClient('The client_assertion signature is invalid.');
  }
}
