import type { Authorizer } from '../http/authorize.ts';
import type { RetryOptions } from '../http/retry.ts';
import type { Clock, Send } from '../http/types.ts';
import { apiTokenAuthorizer } from './api-token.ts';
import { refreshLogin } from './authorization-code.ts';
import { clientCredentialsGrant } from './client-credentials.ts';
import type { CheckedConnection } from './connection.ts';
import { createProver, type Prover } from './dpop.ts';
import { oauthAuthorizer } from './oauth-authorizer.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import {
  memoryTokenStore,
  type TokenSource,
  type TokenStore,
  type Tokens,
  tokenSource,
} from './token-source.ts';

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

/** What signs the requests of a connection, and its token source where it has one. */
export interface ConnectionAuth {
  authorizer: Authorizer;
  source?: TokenSource;
}

/** Chooses the authentication of a connection. Nothing is sent until the first request. */
export function authOf({ orgUrl, auth }: CheckedConnection, options: AuthorizerOptions): ConnectionAuth {
  if (auth.type === 'api_token') return { authorizer: apiTokenAuthorizer(auth.token) };

  const endpoint: TokenEndpoint = { orgUrl, ...options };
  if (auth.type === 'client_credentials') {
    const { obtain, prover } = clientCredentialsGrant(endpoint, auth);
    const source = tokenSource(memoryTokenStore(), options.clock, obtain);
    return { source, authorizer: oauthAuthorizer(orgUrl, source, prover) };
  }
  const store = options.tokenStore ?? memoryTokenStore(auth.tokens);
  // The key is stored with the tokens bound to it; a new sign-in has a new key.
  const provers = new Map<string | undefined, Promise<Prover>>();
  const proverOf = ({ dpopKey }: Tokens) => {
    const prover = provers.get(dpopKey?.x) ?? createProver(options.clock, dpopKey);
    provers.set(dpopKey?.x, prover);
    return prover;
  };
  const source = tokenSource(
    store,
    options.clock,
    async (latest) => refreshLogin(endpoint, auth, latest, latest?.dpopKey && (await proverOf(latest))),
    options.notice,
  );
  return { source, authorizer: oauthAuthorizer(orgUrl, source, proverOf) };
}
