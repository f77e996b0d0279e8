import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/http/clock.ts';
import { nextRun } from '../../src/triggers/cron.ts';
import { rejection } from '../support/server.ts';

const timers = vi.hoisted(() => [] as number[]);

// Timers that are over at once, and take the date along.
vi.mock('node:timers/promises', () => ({
  async setTimeout(ms: number, _: unknown, { signal }: { signal?: AbortSignal }) {
    signal?.throwIfAborted();
    timers.push(ms);
    vi.setSystemTime(Date.now() + ms);
  },
}));

beforeEach(() => {
  timers.length = 0;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-01-02T00:00:00Z') });
});
afterEach(() => vi.useRealTimers());

it('sleeps until a day of the next year, in as many timers as that takes', async () => {
  await systemClock.sleep(nextRun('0 7 1 1 *', 'UTC')());
  expect(new Date().toISOString()).toBe('2027-01-01T07:00:00.000Z');
  expect(timers).toHaveLength(15);
  expect(Math.max(...timers)).toBe(2 ** 31 - 1);
});

it('sleeps what one timer takes with one timer', async () => {
  await systemClock.sleep(2 ** 31 - 1);
  await systemClock.sleep(0.5);
  expect(timers).toEqual([2 ** 31 - 1, 1]);
});

it('ends a long sleep with the reason of the signal', async () => {
  const reason = new Error('enough');
  expect(await rejection(systemClock.sleep(2 ** 40, AbortSignal.abort(reason)))).toBe(reason);
});
