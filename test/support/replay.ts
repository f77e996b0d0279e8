import { readFileSync } from 'node:fs';
import nock from 'nock';
import { connect } from '../../src/connect.ts';
import type { Clock } from '../../src/http/types.ts';
import { type Exchange, FIXTURE_ORG, type Fixture } from './fixture.ts';

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

/** The recordings of one action. */
export function fixturesOf(action: string): Fixture[] {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/${action}.json`, import.meta.url), 'utf8'),
  ) as Fixture[];
}

/** Plays one recorded exchange to the next request like it. */
export function play({ method, path, body, status, headers, response }: Exchange): nock.Scope {
  const interceptor = nock(FIXTURE_ORG).intercept(path, method, body as nock.DataMatcherMap | undefined);
  return interceptor.reply(status, response as nock.Body | undefined, Object.fromEntries(headers));
}

/** A client of the org that recordings play against. */
export const fixtureClient = () =>
  connect(
    { orgUrl: FIXTURE_ORG, auth: { type: 'api_token', token: 'not-a-real-token' } },
    { clock: instantClock() },
  );
