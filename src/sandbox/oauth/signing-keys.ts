import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { randomSecret } from '../random.ts';

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/** The key of the org itself, not of one of its custom authorization servers. */
export const orgKid = randomSecret(32);
const keys = new Map<string, Promise<SigningKey>>();

/** A key, generated on first use and shared by all orgs of a process. */
export function signingKey(kid: string): Promise<SigningKey> {
  const key = keys.get(kid) ?? makeKey(kid);
  keys.set(kid, key);
  return key;
}

async function makeKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

/** A security event token, signed with the key of the org's ID tokens. @param header what of its header differs */
export async function signSet(
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const { kid, privateKey } = await signingKey(orgKid);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'secevent+jwt', kid, ...header })
    .sign(privateKey);
}
