import type { Authorizer } from '../http/authorize.ts';
import type { RetryOptions } from '../http/retry.ts';
import type { Clock, Send } from '../http/types.ts';
import { apiTokenAuthorizer } from './api-token.ts';
import { refreshLogin } from './authorization-code.ts';
import { serviceTokenStore, signInTokenStore } from './bound-tokens.ts';
import { clientCredentialsGrant } from './client-credentials.ts';
import type { CheckedConnection } from './connection.ts';
import { keptProvers } from './dpop.ts';
import { oauthAuthorizer } from './oauth-authorizer.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import { memoryTokenStore, type TokenSource, type TokenStore, tokenSource } from './token-source.ts';

export interface AuthorizerOptions {
  /** The plain client. */
  send: Send;
  retry: RetryOptions;
  clock: Clock;
  /** Where tokens are kept between runs; in memory when left out. */
  tokenStore?: TokenStore;
  /** Called when tokens cannot be stored. */
  notice?: (message: string) => void;
}

/** What signs the requests of a connection, and where it uses tokens, the source for a test of the connection. */
export interface ConnectionAuth {
  authorizer: Authorizer;
  source?: TokenSource;
}

/** Chooses the authentication of a connection. Nothing is sent until the first request. */
export function authOf({ orgUrl, auth }: CheckedConnection, options: AuthorizerOptions): ConnectionAuth {
  if (auth.type === 'api_token') return { authorizer: apiTokenAuthorizer(auth.token) };

  const { clock, tokenStore, notice } = options;
  const endpoint: TokenEndpoint = { orgUrl, ...options };
  if (auth.type === 'client_credentials') {
    const { obtain, proverOf, madeFor } = clientCredentialsGrant(endpoint, auth);
    const store = serviceTokenStore(
      tokenStore ?? memoryTokenStore(),
      { scopes: auth.scopes, madeFor },
      notice,
    );
    const source = tokenSource(store, clock, obtain, notice);
    return {
      authorizer: oauthAuthorizer(orgUrl, source, ({ dpopKey }) => proverOf(dpopKey)),
      // The key or a grant may be gone since the stored token was issued: a test asks Okta.
      source: tokenStore ? tokenSource(memoryTokenStore(), clock, obtain) : source,
    };
  }
  const store = signInTokenStore(tokenStore ?? memoryTokenStore(auth.tokens), orgUrl, auth.clientId);
  // The key is stored with the tokens that are bound to it; a new sign-in brings another one.
  const proverOf = keptProvers(clock);
  const source = tokenSource(
    store,
    clock,
    async (latest) =>
      refreshLogin(endpoint, auth, latest, latest?.dpopKey && (await proverOf(latest.dpopKey))),
    notice,
  );
  return { source, authorizer: oauthAuthorizer(orgUrl, source, ({ dpopKey }) => proverOf(dpopKey)) };
}
