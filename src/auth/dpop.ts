import { createHash, randomUUID } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { OktaError } from '../errors/errors.ts';
import type { Clock, HttpResponse } from '../http/types.ts';
import { learnedTime, type OktaTime, ROUNDING_S } from './okta-time.ts';

/** The server-given inputs of a proof. */
export interface ProofState {
  nonce: string | undefined;
  /** Okta's clock minus the local clock, in milliseconds. */
  skewMs: number;
}

/** Makes DPoP proofs with one key. Tokens are bound to the key: keep it as long as the tokens. */
export interface Prover {
  /** The private key as JWK, to be stored with the refresh token bound to it. */
  privateJwk(): Promise<JWK>;
  /**
   * One proof for one request.
   * @param url absolute URL of the request.
   * @param accessToken given for API calls (adds `ath`), absent at the token endpoint.
   */
  proof(method: string, url: string, accessToken?: string): Promise<string>;
  /** The inputs of the next proof. */
  state(from: 'token' | 'api'): ProofState;
  /**
   * Takes the nonce from an answer, and the server's time from one that refused a proof.
   * @param before inputs of the refused proof; default: the current ones.
   * @returns true when the next proof will differ from the refused one.
   */
  learn(response: HttpResponse, from: 'token' | 'api', before?: ProofState): boolean;
}

/**
 * A prover with the given private JWK or a new P-256 key.
 * @param time Okta's clock, shared with everything else that depends on it; default: one of the prover's own.
 * @throws OktaError `invalid_connection` when the stored key is damaged.
 * @see https://developer.okta.com/docs/guides/dpop/main/
 */
export async function createProver(clock: Clock, stored?: JWK, time = learnedTime(clock)): Promise<Prover> {
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
          // Backdated by the measurement error: iat must never be ahead of Okta's clock.
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
  throw new OktaError('The DPoP key of the stored tokens (dpopKey) is damaged', {
    code: 'invalid_connection',
    actor: 'caller',
    hint: 'Sign in again ("okta-connector login"); for a service app, delete the tokens.',
  });
}

/** Okta compares `htu` with the decoded path, without query and fragment; an undecodable path is used unchanged. */
function proofUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  try {
    return origin + decodeURIComponent(pathname);
  } catch {
    return origin + pathname;
  }
}
