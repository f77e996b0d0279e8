import type { JWTVerifyGetKey } from 'jose';
import { isRecord } from '../../../schema/record.ts';

/** What a security event token says, once it is verified. */
export interface SetClaims {
  iss: string;
  jti: string;
  /** Seconds since the epoch. */
  iat: number;
  events: Record<string, unknown>;
  sub_id?: unknown;
  [name: string]: unknown;
}

/** Whose tokens are accepted, and for whom they must be. */
export interface SetParties {
  issuers: readonly string[];
  audiences: readonly string[];
}

/** Why a token is refused, by RFC 8935. */
export type SetRefusalCode =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed';

/** A token that is refused; the transmitter is told why. */
export class SetRefusal extends Error {
  readonly err: SetRefusalCode;
  constructor(err: SetRefusalCode, description: string) {
    super(description);
    this.err = err;
  }
}

const REFUSED_CLAIMS: Readonly<Record<string, SetRefusalCode>> = {
  iss: 'invalid_issuer',
  aud: 'invalid_audience',
};

/**
 * Verifies a security event token. ID tokens have the same issuer and keys: the type and the events tell them apart. It need
 * not expire, and may be old, as it is when it is delivered again.
 * @param now milliseconds since the epoch.
 * @throws SetRefusal; whatever `keys` throws when the keys cannot be read.
 * @see https://www.rfc-editor.org/rfc/rfc8417
 */
export async function verifySet(
  token: string,
  { issuers, audiences }: SetParties,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<SetClaims> {
  const { errors, jwtVerify } = await import('jose');
  const options = {
    algorithms: ['RS256'],
    typ: 'secevent+jwt',
    issuer: [...issuers],
    audience: [...audiences],
    requiredClaims: ['jti', 'iat'],
    clockTolerance: 60,
    currentDate: new Date(now),
  };
  const { payload } = await jwtVerify(token, keys, options).catch((error: unknown) => {
    if (error instanceof errors.JWTClaimValidationFailed)
      throw new SetRefusal(REFUSED_CLAIMS[error.claim] ?? 'invalid_request', error.message);
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
      throw new SetRefusal('invalid_key', 'The signature fits no key of the issuer');
    if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) throw error;
    if (error instanceof errors.JOSEError) throw new SetRefusal('invalid_request', error.message);
    throw error;
  });
  const { jti, events } = payload;
  if (typeof jti !== 'string' || jti === '') throw new SetRefusal('invalid_request', 'jti must be a text');
  if (!isRecord(events) || Object.keys(events).length === 0)
    throw new SetRefusal('invalid_request', 'The token has no events');
  return payload as SetClaims;
}
