import type { JWK } from 'jose';
import { z } from 'zod';
import { labelled } from '../schema/labels.ts';

/** Shape of stored tokens; also `auth.tokens` of a connection. */
export const tokensSchema = z.object({
  accessToken: z.string().min(1),
  /** Decides the scheme of the Authorization header. */
  tokenType: labelled(z.enum(['Bearer', 'DPoP']), { DPoP: 'DPoP' }),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  /** Milliseconds since the epoch; unknown for tokens stored by 0.1.0. */
  issuedAt: z.number().optional(),
  /** Granted scopes, separated by spaces; may be fewer than asked for. */
  scope: z.string(),
  refreshToken: z.string().optional(),
  /** Private key that DPoP-bound tokens belong to. */
  dpopKey: (z.looseObject({ kty: z.string() }) as z.ZodType<JWK, JWK>).optional(),
  /** Fingerprint of the connection they were issued for: another one does not use them. Unknown for tokens of 0.1.0. */
  madeFor: z.string().optional(),
});
