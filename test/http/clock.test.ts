import { describe, expect, it } from 'vitest';
import { systemClock, timerMs } from '../../src/http/clock.ts';
import { rejection } from '../support/server.ts';

describe('the clock of the machine', () => {
  it('tells the time and sleeps', async () => {
    const before = Date.now();
    await systemClock.sleep(15);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before + 14);
  });

  it('ends a sleep with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const sleeping = rejection(systemClock.sleep(60_000, controller.signal));
    controller.abort(reason);
    expect(await sleeping).toBe(reason);
    expect(await rejection(systemClock.sleep(60_000, controller.signal))).toBe(reason);
  });

  it('gives timers whole milliseconds: AbortSignal.timeout takes no others', () => {
    expect([0.1, 5, 5.5, Number.POSITIVE_INFINITY].map(timerMs)).toEqual([1, 5, 6, 2 ** 31 - 1]);
  });

  // Node cuts longer timers to one millisecond: the wait would otherwise become a storm of requests.
  it('does not cut a wait of a month to nothing', async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(2 ** 31, controller.signal).then(
      () => 'awake',
      () => 'aborted',
    );
    const still = new Promise<string>((resolve) => setTimeout(() => resolve('asleep'), 50));
    expect(await Promise.race([sleeping, still])).toBe('asleep');
    controller.abort();
  });
});
