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
  if (authorization) return withSecret(call, 'client_secret_basic', ...basicCredentials(authorization));
  const assertion = form.get('client_assertion');
  if (assertion) return withAssertion(call, form, assertion);
  const clientId = form.get('client_id');
  if (!clientId) throw invalidClient('No client credentials found.');
  const secret = form.get('client_secret');
  return secret ? withSecret(call, 'client_secret_post', clientId, secret) : withoutSecret(call, clientId);
}

/** What a request says about its client, whether it is true or not. */
export function claimedClient(
  call: Call,
  form: URLSearchParams,
): { clientId: string; clientAuthType: string } {
  const authorization = call.headers.get('authorization');
  const assertion = form.get('client_assertion');
  const fromForm = form.get('client_id') ?? '';
  try {
    if (authorization)
      return { clientId: basicCredentials(authorization)[0], clientAuthType: 'client_secret_basic' };
    if (assertion) return { clientId: String(parse(assertion).iss), clientAuthType: 'private_key_jwt' };
  } catch {
    // Nobody can be named then.
  }
  return { clientId: fromForm, clientAuthType: form.has('client_secret') ? 'client_secret_post' : 'none' };
}

export function clientById(call: Call, clientId: string): OAuthClient | undefined {
  return call.org.apps.get(clientId)?.client;
}

/** A client whose app is active. @throws Refusal invalid_client */
function activeClient(
  call: Call,
  clientId: string,
  unknown = "Invalid value for 'client_id' parameter.",
): OAuthClient {
  const client = clientById(call, clientId);
  if (!client || call.org.apps.get(clientId)?.status !== 'ACTIVE') throw invalidClient(unknown);
  return client;
}

function basicCredentials(authorization: string): [string, string] {
  const [scheme, encoded = ''] = authorization.split(' ');
  const [id, secret] = Buffer.from(encoded, 'base64').toString().split(':');
  if (scheme?.toLowerCase() !== 'basic' || !id || secret === undefined)
    throw invalidClient('Found Authentication header but was not valid client credentials.');
  return [decoded(id), decoded(secret)];
}

/** Both parts of the pair are percent-encoded (RFC 6749 2.3.1). Many clients send them as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withSecret(call: Call, method: string, clientId: string, secret: string): OAuthClient {
  const client = activeClient(call, clientId);
  if (client.authentication !== 'client_secret' || (client.method !== method && !client.immediate))
    throw invalidClient(
      'Client authentication failed. Either the client or the client credentials are invalid.',
    );
  if (!acceptsSecret(call.org, client, secret))
    throw invalidClient('The client secret supplied for a confidential client is invalid.');
  return client;
}

function withoutSecret(call: Call, clientId: string): OAuthClient {
  const client = activeClient(call, clientId);
  if (client.authentication !== 'none') throw invalidClient('No client credentials found.');
  return client;
}

async function withAssertion(call: Call, form: URLSearchParams, assertion: string): Promise<OAuthClient> {
  if (form.get('client_assertion_type') !== assertionType)
    throw invalidRequest('The client_assertion_type is invalid.');
  const claims = parse(assertion);
  const unknown = 'The issuer claim for client_assertion is not a valid client_id.';
  const client = activeClient(call, String(claims.iss), unknown);
  if (claims.sub !== claims.iss)
    throw invalidClient('The subject claim for client_assertion is not a valid client_id.');
  if (client.method !== 'private_key_jwt' && client.method !== 'client_secret_jwt')
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
  if (client.method === 'client_secret_jwt') return checkSecretSignature(client, assertion);
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

async function checkSecretSignature({ secret = '' }: OAuthClient, assertion: string): Promise<void> {
  try {
    await compactVerify(assertion, new TextEncoder().encode(secret), {
      algorithms: ['HS256', 'HS384', 'HS512'],
    });
  } catch {
    throw invalidClient('The client_assertion signature is invalid.');
  }
}
