import type { TokenStore, Tokens } from '../auth/token-source.ts';
import { AuthenticationError } from '../errors/errors.ts';

/**
 * The tokens of a sign-in that a host keeps: only the host renews them, and stores the result.
 * @param tokens undefined without a sign-in. The refresh token stays with the host, as most work once.
 * @param hint what a person does when Okta takes the token no more.
 */
export const hostSignIn = (tokens: Tokens | undefined, hint: string): TokenStore => ({
  read: async () => tokens && { ...tokens, refreshToken: undefined },
  write: async () => {},
  exclusively: async () => {
    throw new AuthenticationError('The sign-in has ended', { hint });
  },
});
