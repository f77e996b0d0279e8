import type { CryptoKey } from 'jose';
import { invalidKey, privateJwk } from './private-key-text.ts';

/** A client key, ready for signing. */
export interface PrivateKey {
  key: CryptoKey;
  /** RS256, RS384, RS512, ES256, ES384 or ES512. */
  alg: string;
  kid: string | undefined;
  /** Of the public half (RFC 7638). */
  thumbprint: string;
}

export const SIGNING_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const;

const CURVE_ALGORITHM: Record<string, string> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };

/** Names that may be repeated in an error: anything else may be part of a secret. */
const KNOWN_NAMES =
  /^(OKP|AKP|oct|secp256k1|Ed25519|Ed448|EdDSA|X25519|X448|none|ES256K|[PH]S(256|384|512)|RSA-OAEP(-256)?)$/;
const named = (name: unknown) => (KNOWN_NAMES.test(String(name)) ? String(name) : undefined);

/**
 * Reads a private key in any spelling ({@link privateJwk}).
 * @param algorithm for RSA keys that do not name one themselves; default RS256.
 * @throws InputError `invalid_connection` saying what was found instead, without any of it.
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export async function importPrivateKey(
  input: string | Record<string, unknown>,
  keyId?: string,
  algorithm?: string,
): Promise<PrivateKey> {
  const jwk = privateJwk(input);
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') {
    throw invalidKey(
      `The private key is of ${named(jwk.kty) ? `type ${jwk.kty}` : 'no known type'}; Okta takes RSA and EC keys`,
    );
  }
  if (jwk.d === undefined)
    throw invalidKey('The key is a public key; the private key (with member "d") is needed');
  const alg = jwk.kty === 'EC' ? CURVE_ALGORITHM[jwk.crv ?? ''] : (jwk.alg ?? algorithm ?? 'RS256');
  if (!SIGNING_ALGORITHMS.some((known) => known === alg)) {
    const what = named(jwk.crv ?? alg) ?? 'its algorithm or curve';
    throw invalidKey(
      `The key cannot be used with Okta: ${what} is not one of ${SIGNING_ALGORITHMS.join(', ')}`,
    );
  }
  const { calculateJwkThumbprint, importJWK } = await import('jose');
  let key: CryptoKey;
  let thumbprint: string;
  try {
    key = (await importJWK(jwk, alg)) as CryptoKey;
    thumbprint = await calculateJwkThumbprint(jwk);
  } catch {
    throw invalidKey('The private key is incomplete or damaged');
  }
  if ('modulusLength' in key.algorithm && Number(key.algorithm.modulusLength) < 2048) {
    throw invalidKey(
      'The RSA key is shorter than 2048 bits',
      'Make a longer one and register it with the app.',
    );
  }
  return { key, alg: alg as string, kid: keyId ?? jwk.kid, thumbprint };
}
