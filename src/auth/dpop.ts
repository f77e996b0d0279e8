import { createHash, randomUUID } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import type { Clock, HttpResponse } from '../http/types.ts';

/** Makes DPoP proofs with one key. The key binds the tokens: keep it as long as them. */
export interface Prover {
  /** The private key as JWK, to be stored with a refresh token that is bound to it. */
  privateJwk(): Promise<JWK>;
  /**
   * One proof for one request.
   * @param url absolute URL of the request.
   * @param accessToken given for API calls (adds `ath`), absent at the token endpoint.
   */
  proof(method: string, url: string, accessToken?: string): Promise<string>;
  /** Learns nonce and server time from an answer. @returns true when the next proof will differ for it. */
  learn(response: HttpResponse, from: 'token' | 'api'): boolean;
}

/**
 * A prover with the given private JWK or a new P-256 key.
 * @see https://developer.okta.com/docs/guides/dpop/main/
 */
export async function createProver(clock: Clock, stored?: JWK): Promise<Prover> {
  const { exportJWK, generateKeyPair, importJWK, SignJWT } = await import('jose');
  const privateKey = stored
    ? ((await importJWK(stored, 'ES256')) as CryptoKey)
    : (await generateKeyPair('ES256', { extractable: true })).privateKey;
  const jwk = stored ?? (await exportJWK(privateKey));
  const publicJwk = { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y };
  const nonces: Record<'token' | 'api', string | undefined> = { token: undefined, api: undefined };
  let skewMs = 0;
  return {
    privateJwk: async () => jwk,
    async proof(method, url, accessToken) {
      const claims = {
        htm: method,
        htu: proofUrl(url),
        jti: randomUUID(),
        nonce: nonces[accessToken === undefined ? 'token' : 'api'],
        ath: accessToken && createHash('sha256').update(accessToken).digest('base64url'),
      };
      return new SignJWT(claims)
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk })
        .setIssuedAt(Math.floor((clock.now() + skewMs) / 1000))
        .sign(privateKey);
    },
    learn(response, from) {
      const before = [nonces[from], skewMs].join();
      const drift = Date.parse(response.headers.date ?? '') - clock.now();
      // Date has whole seconds: smaller differences are rounding, not skew.
      if (Math.abs(drift - skewMs) > 2_000) skewMs = drift;
      nonces[from] = response.headers['dpop-nonce'] ?? nonces[from];
      return [nonces[from], skewMs].join() !== before;
    },
  };
}

/** Okta compares `htu` with the decoded path, without query and fragment. */
function proofUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + decodeURIComponent(pathname);
}
