import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { httpServer, json, type Received } from './server.ts';

const secret = 'provider-secret-value-0123456789';

/** What a test makes wrong. Functions get what is right. */
export interface Tampering {
  metadata?(right: object): object;
  header?: Partial<JWTHeaderParameters>;
  claims?(right: Record<string, unknown>): Record<string, unknown>;
  idToken?(right: string): string | undefined;
  userinfo?: object;
  token?(response: ServerResponse): void;
  /** Seconds that the clock of the provider is ahead. */
  aheadSeconds?: number;
}

interface Code {
  clientId: string;
  redirectUri: string;
  nonce: string | null;
  challenge: string | null;
}

/** Made once: that takes longer than everything else. */
const pairs = new Map<number, ReturnType<typeof generateKeyPair>>();
function pair(nth: number) {
  const made = pairs.get(nth) ?? generateKeyPair('RS256', { extractable: true });
  pairs.set(nth, made);
  return made;
}

/** A provider of OpenID Connect that is not Okta, on loopback, for one client with a secret. */
export async function oidcProvider({ path = '' }: { path?: string } = {}) {
  const wrong: Tampering = {};
  const codes = new Map<string, Code>();
  let keys = 1;
  let key = { kid: 'k1', ...(await pair(keys)) };
  let published = [key];
  const now = () => Math.floor(Date.now() / 1000) + (wrong.aheadSeconds ?? 0);
  const claims: Record<string, unknown> = { sub: 'ana', email: 'ana@acme.test', email_verified: true };
  const userinfo = { ...claims, name: 'Ana Ruiz', groups: ['Agents'] };

  const server = await httpServer(async (request, response) => {
    response.setHeader('date', new Date(now() * 1000).toUTCString());
    if (request.url === `${path.replace(/\/$/, '')}/.well-known/openid-configuration`) {
      return json(response, 200, wrong.metadata?.(metadata()) ?? metadata());
    }
    if (request.url === '/keys') return json(response, 200, { keys: await publicKeys() });
    if (request.url === '/userinfo') return json(response, 200, wrong.userinfo ?? userinfo);
    if (request.url === '/token') return wrong.token ? wrong.token(response) : token(request, response);
    response.writeHead(404).end();
  });
  const { origin } = server;
  const issuer = `${origin}${path}`;

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${origin}/authorize?tenant=1`,
    ...{
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/keys`,
      userinfo_endpoint: `${origin}/userinfo`,
    },
    ...{ scopes_supported: ['openid', 'email', 'profile'], response_types_supported: ['code'] },
  });
  const publicKeys = () =>
    Promise.all(
      published.map(async ({ kid, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg: 'RS256',
        use: 'sig',
      })),
    );

  async function token({ body, headers }: Received, response: ServerResponse) {
    const form = new URLSearchParams(body);
    const right = `Basic ${Buffer.from(`app:${encodeURIComponent(secret).replaceAll('-', '%2D')}`).toString('base64')}`;
    if (headers.authorization !== right) return json(response, 401, { error: 'invalid_client' });
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (
      !code ||
      code.redirectUri !== form.get('redirect_uri') ||
      (code.challenge ?? challenge) !== challenge
    ) {
      return json(response, 400, {
        error: 'invalid_grant',
        error_description: `code ${form.get('code')} is not valid`,
      });
    }
    const accessToken = randomUUID();
    const rightClaims = {
      ...{ iss: issuer, aud: code.clientId, nonce: code.nonce, iat: now(), exp: now() + 300, ...claims },
      at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
    };
    const idToken = await new SignJWT(wrong.claims?.(rightClaims) ?? rightClaims)
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, ...wrong.header })
      .sign(wrong.header?.alg === 'HS256' ? new TextEncoder().encode(secret) : key.privateKey);
    json(response, 200, {
      ...{ access_token: accessToken, token_type: 'Bearer', expires_in: 300, scope: 'openid' },
      id_token: wrong.idToken ? wrong.idToken(idToken) : idToken,
    });
  }

  return {
    ...{ issuer, secret, wrong, claims, requests: server.requests },
    /** What the page of the provider does: the URL to which it sends the person. */
    signIn(url: string): string {
      const { searchParams: query } = new URL(url);
      const code = randomUUID();
      const redirectUri = String(query.get('redirect_uri'));
      codes.set(code, {
        ...{ clientId: String(query.get('client_id')), redirectUri },
        ...{ nonce: query.get('nonce'), challenge: query.get('code_challenge') },
      });
      return `${redirectUri}?${new URLSearchParams({ code, state: String(query.get('state')) })}`;
    },
    /** Signs with another key from now on. */
    async rotate({ publish }: { publish: boolean }) {
      keys += 1;
      key = { kid: randomUUID(), ...(await pair(keys)) };
      if (publish) published = [key];
    },
  };
}
