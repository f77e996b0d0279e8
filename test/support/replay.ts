import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { connect } from '../../src/connect.ts';
import { actionOf, connector } from '../../src/connector.ts';
import type { Clock, Transport } from '../../src/http/types.ts';
import type { ConnectOptions } from '../../src/session/options.ts';
import { type Exchange, FIXTURE_ORG, type Fixture, meaningful } from './fixture.ts';
import { nock } from './nock.ts';
import { sentBody } from './record-wire.ts';
import { fixedRandom, signedAgain, unsigned } from './signed.ts';

/** A clock that does not wait: sleeping moves it. */
export function instantClock(start = Date.parse('2026-11-21T12:00:00Z')): Clock {
  let now = start;
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

/** Keys of the actions that Okta answers: there is nothing to record of the others. */
export const recordedActions = connector.actions.filter(({ offline }) => !offline).map(({ key }) => key);

/** The recordings of one action. @throws Error naming the command that makes them, when they cannot be read. */
export const fixturesOf = (action: string): Fixture[] => recordingsOf(action).map(signedAgain);

/** The same as they are in the file, without tokens. */
export function recordingsOf(action: string): Fixture[] {
  try {
    const file = new URL(`../fixtures/${action}.json`, import.meta.url);
    return JSON.parse(readFileSync(file, 'utf8')) as Fixture[];
  } catch (error) {
    throw new Error(`There are no recordings of ${action} to read. Type: npm run record -- ${action}`, {
      cause: error,
    });
  }
}

/** For the collection of tests, where a throw would take the tests of every other action with it. */
export function fixturesIfAny(action: string, read = fixturesOf): Fixture[] {
  try {
    return read(action);
  } catch {
    return [];
  }
}

/** Plays one recorded exchange to the next request like it. */
export const play = (exchange: Exchange): nock.Scope => {
  const { status, headers, response } = exchange;
  return intercept(exchange).reply(status, response as nock.Body | undefined, headers.flat());
};

/** Waits for a request as it was recorded. The assertion of a client, and the signature of an event, is another one each time. */
export function intercept({ method, path, body }: Exchange): nock.Interceptor {
  const { client_assertion: assertion, claims } = (body ?? {}) as Record<string, unknown>;
  const asked = assertion
    ? { ...(body as object), client_assertion: /^eyJ/ }
    : claims
      ? (sent: unknown) => isDeepStrictEqual(sentBody(String(sent), 'application/secevent+jwt'), body)
      : body;
  return nock(FIXTURE_ORG).intercept(path, method, asked as nock.DataMatcherMap | undefined);
}

/** A client of the org that recordings play against. */
export const fixtureClient = (options: ConnectOptions = {}) =>
  connect(
    { orgUrl: FIXTURE_ORG, auth: { type: 'api_token', token: 'not-a-real-token' } },
    { clock: instantClock(), random: fixedRandom(), ...options },
  );

/**
 * Runs an action against one of its recordings: it must send the recorded requests in the same order and give the recorded
 * output.
 * @throws AssertionError for anything else, a failed run included.
 */
export async function replay(key: string, { at, input, exchanges, output }: Fixture): Promise<void> {
  const sent: unknown[] = [];
  const transport: Transport = async (request) => {
    const exchange = exchanges[sent.length];
    const asked = {
      method: request.method,
      path: request.url.slice(FIXTURE_ORG.length),
      requestHeaders: meaningful(request.headers),
      body: request.body ? sentBody(request.body, request.headers['content-type']) : undefined,
    };
    sent.push(comparable(asked));
    if (!exchange || !isDeepStrictEqual(comparable(asked), requestIn(exchange)))
      throw new Error('not what was recorded');
    return answerIn(exchange);
  };
  // An unexpected request fails at once: a retry would be just as unexpected.
  const client = fixtureClient({ transport, clock: instantClock(Date.parse(at)), maxRetries: 0 });
  const result = await client.run(key, input).then(
    (given) => ({ output: comparable(given) }),
    (error: Error) => ({ error }),
  );
  // Requests first: they explain a wrong output, and an action may swallow the failure of one.
  expect(sent).toEqual(exchanges.map(requestIn));
  expect(result).toEqual({ output: comparable(output) });
  expect(actionOf(key).output.safeParse(output).error).toBeUndefined();
}

/** Without tokens, which are not the same twice. */
const comparable = (value: unknown) =>
  value === undefined ? undefined : JSON.parse(unsigned(JSON.stringify(value)));

const requestIn = ({ method, path, requestHeaders, body }: Exchange) =>
  comparable({ method, path, requestHeaders, body });

function answerIn({ status, headers, response }: Exchange) {
  const grouped: Record<string, string[]> = {};
  for (const [name, value] of headers) grouped[name] = [...(grouped[name] ?? []), value];
  const text =
    response === undefined ? '' : typeof response === 'string' ? response : JSON.stringify(response);
  return { status, headers: grouped, text };
}
