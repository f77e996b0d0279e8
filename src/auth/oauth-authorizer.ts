import type { Authorizer } from '../http/authorize.ts';
import type { Prover } from './dpop.ts';
import type { TokenSource } from './token-source.ts';

/** Signs with an OAuth access token; the scheme follows the token's own type, not a setting. */
export function oauthAuthorizer(
  orgUrl: string,
  source: TokenSource,
  prover: () => Promise<Prover>,
): Authorizer {
  return {
    async headers(request): Promise<Record<string, string>> {
      const { accessToken, tokenType } = await source.get();
      if (tokenType === 'Bearer') return { Authorization: `Bearer ${accessToken}` };
      const proof = await (await prover()).proof(request.method, orgUrl + request.path, accessToken);
      return { Authorization: `DPoP ${accessToken}`, DPoP: proof };
    },
    async refused(headers, response) {
      const [scheme, accessToken = ''] = (headers.Authorization ?? '').split(' ');
      if (scheme === 'DPoP') {
        const learned = (await prover()).learn(response, 'api');
        if (learned && (response.headers['www-authenticate'] ?? '').includes('use_dpop_nonce')) return true;
      }
      source.drop(accessToken);
      return true;
    },
  };
}
