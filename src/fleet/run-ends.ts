import type { FleetKeys } from './names.ts';
import type { PollObserver, PollOutcome } from './observer.ts';
import type { FleetRedis } from './redis.ts';
import type { Refused } from './refused.ts';

/** A run that has begun. */
export interface Begun {
  id: string;
  from: number;
  fence: number;
  /** When it was to begin. */
  due: number;
  /** When the next one is to begin. */
  next: number;
  failures: number;
  state: string;
  /** Its time has come; otherwise a delivery woke it. */
  isDue: boolean;
  refused: Refused | undefined;
}

/** The next run of a trigger. */
export interface NextRun {
  /** When it is to begin, milliseconds since the epoch. */
  at: number;
  /** It may begin at once if something waits in the inbox. */
  mayWake: boolean;
}

/** What a run leaves in Redis. */
type Outcome = 'ok' | 'again' | 'retry' | 'park' | 'synced' | 'hooked';

/** How runs end: what Redis keeps of them, what is counted, and when the next one begins. */
export function runEnds(redis: FleetRedis, keys: FleetKeys, observer: PollObserver) {
  /** Records the outcome, unless another run of the trigger has begun since. */
  async function record({ id, fence }: Begun, outcome: Outcome, ...more: (string | number)[]): Promise<void> {
    await redis.fleetEnd(keys.trigger(id), keys.active, keys.parked, fence, outcome, id, ...more);
  }

  function observe({ from, due, isDue }: Begun, outcome: PollOutcome, items: number): void {
    const seconds = (Date.now() - from) / 1_000;
    observer.ran({ outcome, seconds, lagSeconds: isDue ? (from - due) / 1_000 : undefined, items });
  }

  function ended(begun: Begun, outcome: PollOutcome, items: number, at: number): NextRun {
    observe(begun, outcome, items);
    return { at, mayWake: false };
  }

  /** The run is not over: the next one goes on with what this one was for. */
  async function again(begun: Begun, outcome: PollOutcome, items: number, at: number): Promise<NextRun> {
    const due = Math.round(at);
    if (begun.isDue) await record(begun, 'again', due);
    return ended(begun, outcome, items, due);
  }

  return { record, observe, ended, again };
}

export type RunEnds = ReturnType<typeof runEnds>;
