import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateGate } from '../../src/http/rate-limit.ts';
import { retry } from '../../src/http/retry.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { answer, request } from '../support/server.ts';

const HOUR = 3_600_000;

/** What an answer may say of a time that is so long ahead. */
const saying = (now: number, aheadMs: number | string): string =>
  typeof aheadMs === 'string' ? aheadMs : String(Math.floor((now + aheadMs) / 1000));

const odd = fc.oneof(
  fc.integer({ min: 0, max: 60_000 }),
  fc.constantFrom(-HOUR, 6 * HOUR, -6 * HOUR, 70 * 365 * 24 * HOUR),
  fc.constantFrom('0', '-1', '1e3', 'soon', '', '4102444800000', '9'.repeat(30)),
);

describe('F1.3 answers with any times', () => {
  it('never hold a request back for longer than a window, and each ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ reset: odd, date: odd, remaining: fc.nat(5), refused: fc.boolean() }), {
          minLength: 12,
          maxLength: 12,
        }),
        async (says) => {
          const clock = fakeClock();
          let at = 0;
          const gate = rateGate(
            async () => {
              const { reset, date, remaining, refused } = says[at++ % says.length] ?? {};
              const ahead = typeof date === 'number' ? new Date(clock.now() + date).toUTCString() : date;
              const headers = {
                'x-rate-limit-limit': '10',
                'x-rate-limit-remaining': String(remaining),
                'x-rate-limit-reset': saying(clock.now(), reset ?? ''),
                date: ahead ?? '',
              };
              return answer(refused && at < 6 ? 429 : 200, { headers, body: {} });
            },
            { clock, share: 0.8, concurrency: 4, maxWaitMs: 65_000 },
          );
          const send = retry(gate, { clock, maxRetries: 6, maxWaitMs: 65_000 });
          const all = Promise.all(Array.from({ length: 8 }, () => send(request())));
          const answers = await clock.run(all);
          expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
          expect(Math.max(0, ...clock.sleeps)).toBeLessThanOrEqual(65_000);
        },
      ),
      { numRuns: 60 },
    );
  });
});
