import type { ZObject } from 'zapier-platform-core';
import type { Client } from '../../client.ts';
import { connect } from '../../connect.ts';
import { keptClients } from '../kept-clients.ts';
import type { ZapierAuthentication, ZapierBundle, ZapierPerform } from './authentication.ts';
import { zapierError } from './errors.ts';

/** Zapier stops a run after 30 seconds, without a word to the person. */
export const DEADLINE_MS = 25_000;

/** A longer wait for a rate limit is left to Zapier, which waits without a machine. */
const MAX_WAIT_MS = 10_000;

/** One machine runs several times: the next run has the tokens, and what was learned about rate limits. */
const clientFor = keptClients();

function clientOn(authentication: ZapierAuthentication, authData: ZapierBundle['authData']): Client {
  const { connection, tokens } = authentication.connection(authData);
  // With the token of a sign-in: the next one belongs to a client of its own.
  return clientFor([connection, authData.access_token], () =>
    connect(connection, {
      ...{ tokens, maxWaitMs: MAX_WAIT_MS, deadlineMs: DEADLINE_MS, attemptTimeoutMs: 20_000 },
      userAgent: `zapier-${authentication.variant}`,
    }),
  );
}

/** A function as Zapier calls it. Each operation needs one of its own: Zapier finds operations by it. */
export function performOf(authentication: ZapierAuthentication, work: ZapierPerform) {
  return async (z: ZObject, bundle: ZapierBundle): Promise<unknown> => {
    try {
      return await work(clientOn(authentication, bundle.authData ?? {}), z, bundle);
    } catch (error) {
      throw zapierError(z, error, authentication.expired);
    }
  };
}
