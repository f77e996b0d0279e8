import { InputError } from '../errors/errors.ts';
import { httpClient } from '../http/client.ts';
import { systemClock } from '../http/clock.ts';
import { completeLogin, type PendingLogin, refreshLogin, startLogin } from './authorization-code.ts';
import { type AuthorizationCode, type Connection, parseConnection } from './connection.ts';
import { createProver } from './dpop.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import type { Tokens } from './token-source.ts';

function authorizationCodeOf(connection: Connection): { orgUrl: string; auth: AuthorizationCode } {
  const { orgUrl, auth } = parseConnection(connection);
  if (auth.type === 'authorization_code') return { orgUrl, auth };
  throw new InputError(`A connection of type ${auth.type} has no sign-in`, {
    code: 'invalid_connection',
    hint: 'Use auth.type authorization_code.',
  });
}

/**
 * First half of a sign-in, for hosts that handle the callback themselves: send the person to `url` and keep the rest.
 * @throws InputError for another kind of connection.
 */
export async function startSignIn(connection: Connection): Promise<PendingLogin> {
  const { orgUrl, auth } = authorizationCodeOf(connection);
  return startLogin(orgUrl, auth);
}

/**
 * Second half: exchanges the code. Store the tokens, then give them to `connect` as `auth.tokens` or as a store.
 * @param callback the whole URL at which the person came back.
 * @throws AuthenticationError when Okta or the person refused.
 */
export async function completeSignIn(
  connection: Connection,
  pending: PendingLogin,
  callback: string,
): Promise<Tokens> {
  return atTokenEndpoint(connection, (endpoint, auth) =>
    completeLogin(endpoint, auth, pending, new URL(callback)),
  );
}

/**
 * New tokens for a sign-in whose tokens the host keeps. Most refresh tokens work once: store the result before anything uses it.
 * @throws AuthenticationError when the sign-in has ended.
 */
export async function renewSignIn(connection: Connection, tokens: Tokens): Promise<Tokens> {
  const prover = tokens.dpopKey && (await createProver(systemClock, tokens.dpopKey));
  return atTokenEndpoint(connection, (endpoint, auth) => refreshLogin(endpoint, auth, tokens, prover));
}

async function atTokenEndpoint(
  connection: Connection,
  work: (endpoint: TokenEndpoint, auth: AuthorizationCode) => Promise<Tokens>,
): Promise<Tokens> {
  const { orgUrl, auth } = authorizationCodeOf(connection);
  const send = httpClient({ orgUrl, userAgent: 'okta-connector', attemptTimeoutMs: 30_000 });
  const retry = { clock: systemClock, maxRetries: 3, maxWaitMs: 65_000 };
  try {
    return await work({ orgUrl, send, clock: systemClock, retry }, auth);
  } finally {
    send.close();
  }
}
