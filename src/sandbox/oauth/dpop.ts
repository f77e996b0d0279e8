import { createHash } from 'node:crypto';
import {
  calculateJwkThumbprint,
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK,
} from 'jose';
import type { Org } from '../org.ts';

/** An invalid proof; the message is Okta's `error_description`. */
export class DpopError extends Error {}

interface ProofContext {
  method: string;
  url: string;
  /** The access token sent with the proof (API requests). */
  accessToken?: string;
  /** The nonce the proof must contain (token endpoint). */
  nonce?: string;
}

export const signatureAlgorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const windowSeconds = 300;

/** Thrown when only the nonce is missing or wrong. */
export class NonceRequired extends DpopError {}

/** Checks a DPoP proof. @returns the thumbprint of its key. */
export async function verifyProof(org: Org, proof: string | null, context: ProofContext): Promise<string> {
  if (!proof) throw new DpopError('The DPoP proof JWT header is missing.');
  if (proof.includes(',')) throw new DpopError('Multiple DPoP proof JWT headers are not allowed.');
  const jwk = await verifySignature(proof);
  const claims = decodeJwt(proof);
  if (claims.htm !== context.method) throw new DpopError("'htm' claim in the DPoP proof JWT is invalid.");
  if (claims.htu !== context.url) throw new DpopError("'htu' claim in the DPoP proof JWT is invalid.");
  checkAge(claims.iat, Math.floor(org.clock.now() / 1000));
  if (typeof claims.jti !== 'string' || claims.jti === '')
    throw new DpopError("'jti' claim in the DPoP proof JWT is invalid.");
  if (context.accessToken !== undefined && claims.ath !== hash(context.accessToken))
    throw new DpopError("'ath' claim in the DPoP proof does not match the presented access_token.");
  if (!org.tokens.useOnce(`proof ${claims.jti}`, 2 * windowSeconds * 1000))
    throw new DpopError('The DPoP proof JWT has already been used.');
  if (context.nonce !== undefined && claims.nonce !== context.nonce)
    throw new NonceRequired('Authorization server requires nonce in DPoP proof.');
  return calculateJwkThumbprint(jwk);
}

async function verifySignature(proof: string): Promise<JWK> {
  const header = readHeader(proof);
  if (header.typ !== 'dpop+jwt') throw new DpopError("'typ' must be 'dpop+jwt' in the DPoP proof JWT.");
  const { alg, jwk } = header;
  if (!alg || !signatureAlgorithms.includes(alg))
    throw new DpopError('The DPoP proof JWT signature algorithm is invalid.');
  if (!jwk || privateMembers.some((member) => member in jwk))
    throw new DpopError('The DPoP proof JWT is invalid.');
  try {
    await compactVerify(proof, await importJWK(jwk as JWK, alg));
  } catch {
    throw new DpopError('The DPoP proof JWT signature is invalid.');
  }
  return jwk as JWK;
}

function readHeader(proof: string) {
  try {
    decodeJwt(proof);
    return decodeProtectedHeader(proof);
  } catch {
    throw new DpopError('The DPoP proof JWT cannot be parsed.');
  }
}

/** Okta allows one second of clock skew into the future. */
function checkAge(iat: number | undefined, now: number): void {
  if (typeof iat !== 'number') throw new DpopError("'iat' claim in the DPoP proof JWT is invalid.");
  if (iat > now + 1) throw new DpopError('The DPoP proof JWT is issued in the future.');
  if (iat < now - windowSeconds)
    throw new DpopError('The DPoP proof JWT is issued more than five minutes in the past.');
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
