import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { InputError } from '../errors/errors.ts';

/** A client key, ready for signing. */
export interface PrivateKey {
  key: CryptoKey;
  /** RS256, RS384, RS512, ES256, ES384 or ES512. */
  alg: string;
  kid: string | undefined;
}

export const SIGNING_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const;

const CURVE_ALGORITHM: Record<string, string> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };

/**
 * Reads a private key in any common form: PEM (PKCS#8, PKCS#1, SEC1; also with literal `\n`), or a JWK as object or
 * JSON text (also a JWKS with a single key).
 * @param algorithm for RSA keys that do not name one themselves; default RS256.
 * @throws InputError `invalid_connection` saying which form was found instead.
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export async function importPrivateKey(
  input: string | Record<string, unknown>,
  keyId?: string,
  algorithm?: string,
): Promise<PrivateKey> {
  const jwk = typeof input === 'string' && !input.trim().startsWith('{') ? jwkFromPem(input) : jwkFrom(input);
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') {
    throw bad(`The private key is of type ${String(jwk.kty)}; Okta takes RSA and EC keys`);
  }
  if (jwk.d === undefined) throw bad('The key is a public key; the private key (with member "d") is needed');
  const alg = jwk.kty === 'EC' ? CURVE_ALGORITHM[jwk.crv ?? ''] : (jwk.alg ?? algorithm ?? 'RS256');
  if (!SIGNING_ALGORITHMS.some((known) => known === alg)) {
    throw bad(
      `The key cannot be used with Okta: ${jwk.crv ?? alg} is not one of ${SIGNING_ALGORITHMS.join(', ')}`,
    );
  }
  const { importJWK } = await import('jose');
  let key: CryptoKey;
  try {
    key = (await importJWK(jwk, alg)) as CryptoKey;
  } catch {
    throw bad('The private key is incomplete or damaged');
  }
  if ('modulusLength' in key.algorithm && Number(key.algorithm.modulusLength) < 2048) {
    throw bad('The RSA key is shorter than 2048 bits', 'Create a longer key and register it with the app.');
  }
  return { key, alg: alg as string, kid: keyId ?? jwk.kid };
}

function jwkFrom(input: string | Record<string, unknown>): JWK {
  let value: unknown = input;
  if (typeof input === 'string') {
    try {
      value = JSON.parse(input);
    } catch {
      throw bad('The private key starts like a JWK but is not valid JSON');
    }
  }
  const keys = (value as { keys?: unknown }).keys;
  if (!Array.isArray(keys)) return value as JWK;
  if (keys.length !== 1) throw bad(`The key set has ${keys.length} keys; give the one private key to use`);
  return (keys[0] ?? {}) as JWK;
}

function jwkFromPem(input: string): JWK {
  const pem = input.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
  if (/BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    throw bad(
      'The private key is encrypted',
      'Decrypt it first: openssl pkcs8 -topk8 -nocrypt -in key.pem -out plain.pem.',
    );
  }
  if (/BEGIN (RSA )?PUBLIC KEY|BEGIN CERTIFICATE/.test(pem)) {
    throw bad('The PEM contains a public key or certificate; the private key is needed');
  }
  if (!/BEGIN (RSA |EC )?PRIVATE KEY/.test(pem)) {
    throw bad('The private key is neither PEM nor JWK', 'Paste it whole, with its BEGIN and END lines.');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw bad('The private key is not valid PEM', 'Paste it whole, with its BEGIN and END lines.');
  }
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec') {
    throw bad(`The private key is of type ${key.asymmetricKeyType}; Okta takes RSA and EC keys`);
  }
  return key.export({ format: 'jwk' }) as JWK;
}

function bad(message: string, hint?: string): InputError {
  return new InputError(message, { code: 'invalid_connection', hint });
}
