import { type Authorizer, aboutProof } from '../http/authorize.ts';
import type { Prover } from './dpop.ts';
import type { TokenSource, Tokens } from './token-source.ts';

/**
 * Signs with an OAuth access token; the scheme follows the token's own type, not a setting.
 * @param proverOf the prover whose key the tokens are bound to.
 */
export function oauthAuthorizer(
  orgUrl: string,
  source: TokenSource,
  proverOf: (tokens: Tokens) => Promise<Prover>,
): Authorizer {
  let prover: Prover | undefined;
  return {
    async headers(request): Promise<Record<string, string>> {
      const tokens = await source.get();
      const { accessToken, tokenType } = tokens;
      if (tokenType === 'Bearer') return { Authorization: `Bearer ${accessToken}` };
      prover = await proverOf(tokens);
      const proof = await prover.proof(request.method, orgUrl + request.path, accessToken);
      return { Authorization: `DPoP ${accessToken}`, DPoP: proof };
    },
    async refused(headers, response) {
      const learned = headers.DPoP !== undefined && prover?.learn(response, 'api');
      if (aboutProof(response)) return learned === true;
      source.drop(headers.Authorization?.split(' ')[1] ?? '');
      return true;
    },
  };
}
