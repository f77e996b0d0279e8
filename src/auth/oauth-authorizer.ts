import { type Authorizer, aboutProof } from '../http/authorize.ts';
import { urlOf } from '../http/path.ts';
import type { ProofState, Prover } from './dpop.ts';
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
  // Concurrent requests are all refused for the same stale nonce: compare each with the inputs it was signed with.
  const signed = new WeakMap<object, { prover: Prover; state: ProofState }>();
  return {
    async headers(request): Promise<Record<string, string>> {
      const tokens = await source.get(request.signal);
      const { accessToken, tokenType } = tokens;
      if (tokenType === 'Bearer') return { Authorization: `Bearer ${accessToken}` };
      const prover = await proverOf(tokens);
      const state = prover.state('api');
      const { href } = urlOf(orgUrl, request.path);
      const headers = {
        Authorization: `DPoP ${accessToken}`,
        DPoP: await prover.proof(request.method, href, accessToken),
      };
      signed.set(headers, { prover, state });
      return headers;
    },
    async refused(headers, response) {
      const proof = signed.get(headers);
      const differs = proof?.prover.learn(response, 'api', proof.state) === true;
      if (aboutProof(response)) return differs;
      source.drop(headers.Authorization?.split(' ')[1] ?? '');
      return true;
    },
  };
}
