import { systemClock } from './clock.ts';
import type { Clock } from './types.ts';

/**
 * Waits for work, but not longer than this. What takes longer goes on; what becomes of it is nobody's then.
 * @param ms milliseconds.
 * @returns whether it ended in time. @throws what it throws in time.
 */
export async function within(
  work: Promise<unknown>,
  ms: number,
  clock: Clock = systemClock,
): Promise<boolean> {
  const over = new AbortController();
  const late = clock.sleep(ms, over.signal).then(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    over.abort();
  }
}
