import type { Clock } from '../../../src/http/types.ts';

/** The time of this machine, but every pause takes a millisecond; `pauses` has what was asked for. */
export function quickClock(): Clock & { pauses: number[] } {
  const pauses: number[] = [];
  return {
    pauses,
    now: () => Date.now(),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      pauses.push(ms);
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}
