import type { JWK } from 'jose';
import { z } from 'zod';

/** Shape of stored tokens; also `auth.tokens` of a connection. */
export const tokensSchema = z.object({
  accessToken: z.string().min(1),
  /** Decides the scheme of the Authorization header. */
  tokenType: z.enum(['Bearer', 'DPoP']),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  /** Granted scopes, separated by spaces; may be fewer than requested. */
  scope: z.string(),
  refreshToken: z.string().optional(),
  /** Private key that DPoP-bound tokens belong to. */
  dpopKey: (z.looseObject({ kty: z.string() }) as z.ZodType<JWK, JWK>).optional(),
});
