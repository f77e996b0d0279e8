import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConcurrencyLimit, rateLimitOf, waitUntilReset } from '../../src/http/rate-headers.ts';
import { START } from '../support/fake-clock.ts';
import { rateHeaders } from '../support/server.ts';

const RESET = START + 30_000;

describe('rateLimitOf', () => {
  it('reads the three headers and the Date', () => {
    expect(rateLimitOf(rateHeaders(600, 12, RESET, START))).toEqual({
      limit: 600,
      remaining: 12,
      resetAt: RESET,
      serverNow: START,
    });
  });

  it('knows no server time without a Date, or with one that is none', () => {
    expect(rateLimitOf(rateHeaders(600, 12, RESET))?.serverNow).toBeUndefined();
    expect(rateLimitOf({ ...rateHeaders(600, 12, RESET), date: 'soon' })?.serverNow).toBeUndefined();
  });

  it.each(['limit', 'remaining', 'reset'])(
    'is undefined when %s is missing, doubled or no number',
    (name) => {
      const headers = rateHeaders(600, 12, RESET, START);
      for (const value of [undefined, '', '600, 600', '-1', '1.5', '1e3', 'many']) {
        expect(rateLimitOf({ ...headers, [`x-rate-limit-${name}`]: value })).toBeUndefined();
      }
    },
  );
});

describe('waitUntilReset', () => {
  const wait = (headers: Record<string, string>, now = START) => waitUntilReset(rateLimitOf(headers), now);

  it('measures on the Date of the answer, however wrong the local clock is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (drift) => {
        expect(wait(rateHeaders(600, 0, RESET, START), START + drift)).toBe(31_000);
      }),
    );
  });

  it('falls back to the local clock without a Date', () => {
    expect(wait(rateHeaders(600, 0, RESET))).toBe(31_000);
  });

  it('waits one second at least, also for a reset that is over', () => {
    expect(wait(rateHeaders(600, 0, START - 90_000, START))).toBe(1_000);
  });

  it('has nothing to wait for without headers and for a concurrency limit', () => {
    expect(wait({})).toBeUndefined();
    expect(wait(rateHeaders(0, 0, RESET, START))).toBeUndefined();
    expect(isConcurrencyLimit(rateLimitOf(rateHeaders(0, 0, RESET)))).toBe(true);
    expect(isConcurrencyLimit(undefined)).toBe(false);
  });
});
