import { describe, expect, it } from 'vitest';
import { Concurrency } from '../../src/http/concurrency.ts';
import { rateGate } from '../../src/http/rate-limit.ts';
import type { Send } from '../../src/http/types.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { answer, rateHeaders, request } from '../support/server.ts';

describe('the concurrency', () => {
  it('is halved once for all that were under way, and never below one', () => {
    const concurrency = new Concurrency(16);
    for (let at = 0; at < 16; at += 1) concurrency.refused(900, 1_000 + at);
    expect(concurrency.limit).toBe(8);
    for (let at = 2_000; at < 9_000; at += 1_000) concurrency.refused(at, at + 100);
    expect(concurrency.limit).toBe(1);
  });

  it('grows by one for each round of answers, up to what was asked for', () => {
    const concurrency = new Concurrency(4);
    concurrency.refused(0, 1_000);
    const limits = Array.from({ length: 8 }, () => {
      concurrency.answered(1_500);
      return concurrency.limit;
    });
    expect(limits).toEqual([2, 3, 3, 3, 4, 4, 4, 4]);
  });

  it('grows more slowly with each refusal within a minute, and as before after one', () => {
    const answersToGrow = (concurrency: Concurrency, now: number) => {
      const { limit } = concurrency;
      let answers = 0;
      for (; concurrency.limit === limit; answers += 1) concurrency.answered(now);
      return answers;
    };
    const concurrency = new Concurrency(2);
    concurrency.refused(0, 0);
    expect(answersToGrow(concurrency, 500)).toBe(1);
    concurrency.refused(1_000, 1_000);
    expect(answersToGrow(concurrency, 1_500)).toBe(2);
    concurrency.refused(2_000, 2_000);
    expect(answersToGrow(concurrency, 2_500)).toBe(4);
    concurrency.refused(3_000, 3_000);
    expect(answersToGrow(concurrency, 63_000)).toBe(1);
    concurrency.refused(130_000, 130_000);
    expect(answersToGrow(concurrency, 130_500)).toBe(1);
  });
});

/** An org that takes so many requests at the same time, with a bucket that is never empty. */
function play(most: () => number, callers: number) {
  const clock = fakeClock();
  const seen = { answered: 0, refused: 0, inFlight: 0, most: 0 };
  const send: Send = async () => {
    seen.inFlight += 1;
    seen.most = Math.max(seen.most, seen.inFlight);
    const tooMany = seen.inFlight > most();
    await clock.sleep(tooMany ? 10 : 100);
    seen.inFlight -= 1;
    if (tooMany) seen.refused += 1;
    else seen.answered += 1;
    const resetAt = (Math.floor(clock.now() / 60_000) + 1) * 60_000;
    const [limit, left] = tooMany ? [0, 0] : [1e6, 1e6 - seen.answered];
    return answer(tooMany ? 429 : 200, {
      headers: rateHeaders(limit, left, resetAt, clock.now()),
    });
  };
  const gate = rateGate(send, { clock, share: 0.8, concurrency: 20, maxWaitMs: 65_000 });
  const run = (ms: number) => {
    Object.assign(seen, { answered: 0, refused: 0, most: 0 });
    const until = clock.now() + ms;
    return clock.run(
      Promise.all(
        Array.from({ length: callers }, async () => {
          while (clock.now() < until) {
            // What the retry layer does with a refusal.
            if ((await gate(request())).status === 429) await clock.sleep(500);
          }
        }),
      ),
    );
  };
  return { run, seen };
}

describe('under the concurrency limit of an org', () => {
  it('uses most of it, is refused seldom, and uses all again when it is lifted', async () => {
    let most = 7;
    const { run, seen } = play(() => most, 20);
    await run(60_000);
    await run(60_000);
    // 7 at a time, 100 ms each: 4,200 in a minute.
    expect(seen.answered).toBeGreaterThan(4_200 * 0.6);
    expect(seen.refused / seen.answered).toBeLessThan(0.01);
    most = 1_000;
    await run(120_000);
    await run(10_000);
    expect(seen.most).toBe(20);
    expect(seen.refused).toBe(0);
  });
});
