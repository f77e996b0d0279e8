import { createHash, randomUUID } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { OktaError } from '../errors/errors.ts';
import type { Clock, HttpResponse } from '../http/types.ts';
import { type OktaTime, oktaTime, ROUNDING_S } from './okta-time.ts';

/** What a proof is made with. */
export interface ProofState {
  nonce: string | undefined;
  /** Difference between Okta's clock and that of this machine. */
  skewMs: number;
}

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
  /** What the next proof would be made with. */
  state(from: 'token' | 'api'): ProofState;
  /**
   * Learns the nonce from an answer, and the server's time from one that refused a proof.
   * @param before what the refused proof was made with; what is known now when left out.
   * @returns true when the next proof will differ from that.
   */
  learn(response: HttpResponse, from: 'token' | 'api', before?: ProofState): boolean;
}

/**
 * A prover with the given private JWK or a new P-256 key.
 * @param time shared with what else is judged by Okta's clock; the prover's own when left out.
 * @throws OktaError `invalid_connection` when the stored key is damaged.
 * @see https://developer.okta.com/docs/guides/dpop/main/
 */
export async function createProver(clock: Clock, stored?: JWK, time = oktaTime(clock)): Promise<Prover> {
  const { exportJWK, generateKeyPair, SignJWT } = await import('jose');
  const privateKey = stored
    ? await importStored(stored)
    : (await generateKeyPair('ES256', { extractable: true })).privateKey;
  const jwk = stored ?? (await exportJWK(privateKey));
  const publicJwk = { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y };
  const nonces: Record<'token' | 'api', string | undefined> = { token: undefined, api: undefined };
  const state = (from: 'token' | 'api') => ({ nonce: nonces[from], skewMs: time.skewMs() });
  return {
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
      return (
        new SignJWT(claims)
          .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk })
          // Dated back by what cannot be measured, never ahead of Okta.
          .setIssuedAt(Math.floor(time.now() / 1000) - ROUNDING_S)
          .sign(privateKey)
      );
    },
    learn(response, from, before = state(from)) {
      const isNewTime = time.learn(response, before.skewMs);
      nonces[from] = response.headers['dpop-nonce'] ?? nonces[from];
      return isNewTime || nonces[from] !== before.nonce;
    },
  };
}

/**
 * Provers by their key, so that what one learned serves the next token; without a key, the one that was made for tokens
 * to come.
 */
export function keptProvers(clock: Clock, time?: OktaTime): (key?: JWK) => Promise<Prover> {
  const kept = new Map<string | undefined, Promise<Prover>>();
  const make = async (key?: JWK) => {
    const prover = await createProver(clock, key, time);
    kept.set((await prover.privateJwk()).x, Promise.resolve(prover));
    return prover;
  };
  return (key) => {
    const prover = kept.get(key?.x) ?? make(key);
    kept.set(key?.x, prover);
    return prover;
  };
}

async function importStored(jwk: JWK): Promise<CryptoKey> {
  const { importJWK } = await import('jose');
  const key = await importJWK(jwk, 'ES256').catch(() => undefined);
  if (key && 'type' in key && key.type === 'private') return key;
  throw new OktaError('The key that the stored tokens are bound to (dpopKey) is damaged', {
    code: 'invalid_connection',
    actor: 'caller',
    hint: 'Sign in again ("okta-connector login"); for a service app, delete the tokens.',
  });
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
