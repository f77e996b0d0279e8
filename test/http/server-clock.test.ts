import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServerClock } from '../../src/http/server-clock.ts';
import { START } from '../support/fake-clock.ts';

const cut = (time: number) => Math.floor(time / 1_000) * 1_000;

/** An answer of a server whose clock is `skew` ahead; the ways there and back take as long as given. */
function answer(clock: ServerClock, sentAt: number, skew: number, there: number, back: number): void {
  clock.learn(cut(sentAt + there + skew), sentAt, sentAt + there + back);
}

describe('the server clock', () => {
  it('is the local one and a second before the first Date', () => {
    const clock = new ServerClock();
    clock.learn(undefined, START, START + 10);
    expect(clock.localTime(START)).toBe(START + 1_000);
  });

  it('never says that a time has come before it has, and after some answers is right to within the way back', () => {
    const answers = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 })), {
      minLength: 60,
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), answers, (skew, ways) => {
        const clock = new ServerClock();
        let now = START;
        for (const [there, back] of ways) {
          answer(clock, now, skew, there, back);
          now += 137;
          expect(clock.localTime(START + skew)).toBeGreaterThanOrEqual(START);
        }
        // 137 ms apart, some answer came within that after a second began.
        expect(clock.localTime(START + skew) - START).toBeLessThanOrEqual(137 + 400);
      }),
    );
  });

  it.each([-3_600_000, -2_000, 2_000, 3_600_000])(
    'notices that the local clock was moved by %d ms',
    (moved) => {
      const clock = new ServerClock();
      for (let at = 0; at < 20; at += 1) answer(clock, START + at * 130, 0, 20, 20);
      for (let at = 0; at < 20; at += 1) answer(clock, START + moved + at * 130, -moved, 20, 20);
      const error = clock.localTime(START) - (START + moved);
      expect(error).toBeGreaterThanOrEqual(0);
      expect(error).toBeLessThanOrEqual(200);
    },
  );

  it('adds what windows end later than they say, up to two seconds', () => {
    const clock = new ServerClock();
    answer(clock, START, 0, 0, 0);
    clock.tooSoon();
    expect(clock.localTime(START)).toBe(START + 250);
    for (let times = 0; times < 20; times += 1) clock.tooSoon();
    expect(clock.localTime(START)).toBe(START + 2_000);
  });
});
