import { createHash, randomUUID } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import type { Clock, HttpResponse } from '../http/types.ts';

/** Date has whole seconds: smaller differences are no skew, and a proof is dated back by them, never ahead of Okta. */
const ROUNDING_S = 2;

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
  /** Okta's time, as far as its answers told. */
  now(): number;
  /** What the next proof would be made with: nonce and difference of the clocks. */
  state(from: 'token' | 'api'): string;
  /**
   * Learns nonce and server time from an answer.
   * @param before what the refused proof was made with; what is known now when left out.
   * @returns true when the next proof will differ from that.
   */
  learn(response: HttpResponse, from: 'token' | 'api', before?: string): boolean;
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
  const now = () => clock.now() + skewMs;
  const state = (from: 'token' | 'api') => [nonces[from], skewMs].join();
  return {
    now,
    state,
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
        .setIssuedAt(Math.floor(now() / 1000) - ROUNDING_S)
        .sign(privateKey);
    },
    learn(response, from, before = state(from)) {
      const drift = Date.parse(response.headers.date ?? '') - clock.now();
      if (Math.abs(drift - skewMs) > ROUNDING_S * 1000) skewMs = drift;
      nonces[from] = response.headers['dpop-nonce'] ?? nonces[from];
      return state(from) !== before;
    },
  };
}

/** Okta compares `htu` with the decoded path, without query and fragment; one that cannot be decoded stays as it is. */
function proofUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  try {
    return origin + decodeURIComponent(pathname);
  } catch {
    return origin + pathname;
  }
}
