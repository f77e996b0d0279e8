import { z } from 'zod';
import { InputError } from '../../errors/errors.ts';

/** How long somebody may take to sign in. */
export const SIGN_IN_MINUTES = 30;

const pendingSchema = z.strictObject({
  issuer: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  state: z.string().min(1),
  nonce: z.string().min(1),
  codeVerifier: z.string().optional(),
  maxAgeSeconds: z.number().optional(),
  /** ISO 8601. */
  startedAt: z.string(),
  expiresAt: z.string(),
});

/** What is kept between sending a person to sign in and their return. Whoever has it can finish the sign-in with its code. */
export type PendingSignIn = z.output<typeof pendingSchema>;

/** As one text, which the application keeps and gives back. */
export const signInText = (pending: PendingSignIn): string => JSON.stringify(pending);

/** @throws InputError for anything that begin_sign_in did not give. */
export function pendingSignIn(signIn: string): PendingSignIn {
  try {
    return pendingSchema.parse(JSON.parse(signIn));
  } catch {
    throw new InputError('signIn is not what begin_sign_in returned', {
      hint: 'Keep its output signIn on the server, for example in the session of the person, and give it back unchanged.',
    });
  }
}
