import { InputError } from '../errors/errors.ts';
import { httpClient } from '../http/client.ts';
import { systemClock } from '../http/clock.ts';
import { completeLogin, type PendingLogin, startLogin } from './authorization-code.ts';
import { type AuthorizationCode, type Connection, parseConnection } from './connection.ts';
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
  const { orgUrl, auth } = authorizationCodeOf(connection);
  const send = httpClient({ orgUrl, userAgent: 'okta-connector', attemptTimeoutMs: 30_000 });
  const retry = { clock: systemClock, maxRetries: 3, maxWaitMs: 65_000 };
  try {
    return await completeLogin({ orgUrl, send, clock: systemClock, retry }, auth, pending, new URL(callback));
  } finally {
    send.close();
  }
}
