import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Call } from '../http.ts';
import { randomSecret } from '../random.ts';
import type { AccessToken, Grant } from './token-store.ts';

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

let key: Promise<SigningKey> | undefined;

/** The org's signing key, generated on first use and shared by all orgs of a process. */
function signingKey(): Promise<SigningKey> {
  key ??= makeKey();
  return key;
}

async function makeKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = randomSecret(32);
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

export async function publicKeys(): Promise<JWK[]> {
  return [(await signingKey()).jwk];
}

export async function accessTokenFor({ org, origin }: Call, grant: Grant): Promise<string> {
  const user = grant.userId ? org.users.get(grant.userId) : undefined;
  const { kid, privateKey } = await signingKey();
  return new SignJWT({
    ver: 1,
    cid: grant.clientId,
    scp: grant.scopes,
    ...(user ? { uid: user.id } : {}),
    ...(grant.thumbprint ? { cnf: { jkt: grant.thumbprint } } : {}),
  })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setJti(`AT.${randomSecret(24)}`)
    .setIssuer(origin)
    .setAudience(origin)
    .setSubject(user ? String(user.profile.login) : grant.clientId)
    .setIssuedAt(Math.floor(org.clock.now() / 1000))
    .setExpirationTime(Math.floor((org.clock.now() + org.settings.tokenLifetimeMs) / 1000))
    .sign(privateKey);
}

export async function idTokenFor(
  { org, origin }: Call,
  access: AccessToken,
  nonce?: string,
): Promise<string> {
  const user = access.userId ? org.users.get(access.userId) : undefined;
  const { kid, privateKey } = await signingKey();
  const { login, email, firstName, lastName } = user?.profile ?? {};
  const profile = access.scopes.includes('profile')
    ? { name: `${firstName} ${lastName}`, preferred_username: login }
    : {};
  return new SignJWT({ ver: 1, nonce, ...profile, ...(access.scopes.includes('email') ? { email } : {}) })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setJti(`ID.${randomSecret(24)}`)
    .setIssuer(origin)
    .setAudience(access.clientId)
    .setSubject(user?.id ?? access.clientId)
    .setIssuedAt(Math.floor(access.issued / 1000))
    .setExpirationTime(Math.floor(access.expires / 1000))
    .sign(privateKey);
}
