import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './types.ts';

/** Node fires longer timers after one millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Rounds to whole milliseconds and caps at 24 days, the longest delay a timer supports. */
export const timerMs = (ms: number): number => Math.min(Math.ceil(ms), LONGEST_TIMER_MS);

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    const until = Date.now() + ms;
    try {
      let left = ms;
      for (; left > LONGEST_TIMER_MS; left = until - Date.now())
        await delay(LONGEST_TIMER_MS, undefined, { signal });
      await delay(timerMs(left), undefined, { signal });
    } catch (error) {
      throw signal?.reason ?? error;
    }
  },
};
