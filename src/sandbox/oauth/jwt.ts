import { createHash } from 'node:crypto';
import { type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Call } from '../http.ts';
import { signingKid } from '../policies/authorization-servers.ts';
import { randomSecret } from '../random.ts';
import type { User } from '../users/user.ts';
import { accessClaims, identityClaims } from './claims.ts';
import type { TokenIssuer } from './issuer.ts';
import { orgKid, signingKey } from './signing-keys.ts';
import type { Grant } from './token-store.ts';

/** The keys that verify the tokens of an issuer: the present one and, after a rotation, the one before. */
export async function publicKeys({ server }: TokenIssuer): Promise<JWK[]> {
  const before = server?.body.rotations ? [signingKid(server, -1)] : [];
  const kids = server ? [signingKid(server), ...before] : [orgKid];
  return Promise.all(kids.map(async (kid) => (await signingKey(kid)).jwk));
}

async function sign({ server }: TokenIssuer, claims: JWTPayload): Promise<string> {
  const { kid, privateKey } = await signingKey(server ? signingKid(server) : orgKid);
  return new SignJWT({ ver: 1, ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
}

function times({ org }: Call, lifetimeMs: number): JWTPayload {
  const now = org.clock.now();
  return { iat: Math.floor(now / 1000), exp: Math.floor((now + lifetimeMs) / 1000) };
}

export async function accessTokenFor(
  call: Call,
  issuer: TokenIssuer,
  grant: Grant & { lifetimeMs: number },
): Promise<string> {
  const { org, origin } = call;
  const user = grant.userId ? org.users.get(grant.userId) : undefined;
  return sign(issuer, {
    ...accessClaims(call, issuer, grant, user),
    jti: `AT.${randomSecret(24)}`,
    iss: issuer.url,
    aud: issuer.server ? (issuer.server.body.audiences as string[]) : origin,
    ...times(call, grant.lifetimeMs),
    cid: grant.clientId,
    ...(user ? { uid: user.id } : {}),
    ...(grant.authTime ? { auth_time: Math.floor(grant.authTime / 1000) } : {}),
    scp: grant.scopes,
    sub: user ? String(user.profile.login) : grant.clientId,
    ...(grant.thumbprint ? { cnf: { jkt: grant.thumbprint } } : {}),
  });
}

interface IssuedWith {
  nonce?: string;
  accessToken?: string;
  code?: string;
}

/** An ID token. With an access token it is thin: most of what the scopes ask for is at the userinfo endpoint. */
export async function idTokenFor(
  call: Call,
  issuer: TokenIssuer,
  { grant, user, nonce, accessToken, code }: IssuedWith & { grant: Grant; user: User },
): Promise<string> {
  const { org } = call;
  return sign(issuer, {
    ...identityClaims(call, issuer, { ...grant, user, isThin: accessToken !== undefined }),
    jti: `ID.${randomSecret(24)}`,
    iss: issuer.url,
    aud: grant.clientId,
    sub: user.id,
    ...times(call, org.settings.tokenLifetimeMs),
    amr: ['pwd'],
    idp: org.id,
    auth_time: Math.floor((grant.authTime ?? org.clock.now()) / 1000),
    ...(nonce === undefined ? {} : { nonce }),
    ...(accessToken === undefined ? {} : { at_hash: halfHash(accessToken) }),
    ...(code === undefined ? {} : { c_hash: halfHash(code) }),
  });
}

/** The left half of a hash, by which an ID token names what came with it. */
function halfHash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}
