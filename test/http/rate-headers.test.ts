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

  // Regression: a reset in milliseconds was a wait of 56 years.
  it('F1.3 reads a reset in milliseconds as such', () => {
    const headers = { ...rateHeaders(600, 0, RESET, START), 'x-rate-limit-reset': String(RESET) };
    expect(rateLimitOf(headers)?.resetAt).toBe(RESET);
    expect(wait(headers)).toBe(31_000);
  });

  it.each([
    ['in the year 2096', String(Date.UTC(2096, 0) / 1000)],
    ['in microseconds', String(RESET * 1000)],
    ['of zero', '0'],
    ['of 1970', '60'],
    ['an hour and a bit ahead', String((START + 3_700_000) / 1000)],
  ])('F1.3 waits a window at most for a reset %s', (_, reset) => {
    for (const date of [
      START,
      undefined,
      START - 6 * 3_600_000,
      START + 6 * 3_600_000,
      0,
      Date.UTC(2096, 0),
    ]) {
      const waitMs = wait({ ...rateHeaders(600, 0, RESET, date), 'x-rate-limit-reset': reset });
      expect(waitMs).toBeGreaterThanOrEqual(1_000);
      expect(waitMs).toBeLessThanOrEqual(61_000);
    }
  });

  it.each(['-5', 'soon', '1e20', '9'.repeat(400)])('F1.3 finds nothing in a reset of %s', (reset) => {
    expect(rateLimitOf({ ...rateHeaders(600, 0, RESET), 'x-rate-limit-reset': reset })).toBeUndefined();
  });

  it('F1.3 believes a longer reset where both clocks agree, up to an hour', () => {
    expect(wait(rateHeaders(600, 0, START + 600_000, START))).toBe(601_000);
    expect(wait(rateHeaders(600, 0, START + 600_000, START - 570_000), START + 570_000)).toBe(61_000);
  });

  it('F1.3 knows no server time from a Date of 1970', () => {
    expect(rateLimitOf(rateHeaders(600, 12, RESET, 0))?.serverNow).toBeUndefined();
  });

  it('has nothing to wait for without headers and for a concurrency limit', () => {
    expect(wait({})).toBeUndefined();
    expect(wait(rateHeaders(0, 0, RESET, START))).toBeUndefined();
    expect(isConcurrencyLimit(rateLimitOf(rateHeaders(0, 0, RESET)))).toBe(true);
    expect(isConcurrencyLimit(undefined)).toBe(false);
  });
});
