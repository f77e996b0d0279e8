import type { Clock } from '../../src/http/types.ts';

/** 2026-02-03T04:05:06Z: whole seconds, like a Date header. */
export const START = Date.UTC(2026, 1, 3, 4, 5, 6);

interface Sleeper {
  at: number;
  order: number;
  wake: () => void;
}

export interface FakeClock extends Clock {
  /** Every wait that was asked for, in order. */
  readonly sleeps: number[];
  /** Sets the time without waking anybody. */
  set(time: number): void;
  /** Lets `ms` pass: wakes who sleeps in between, one at a time and in order. */
  advance(ms: number): Promise<void>;
  /** Lets as much time pass as the work needs to end. */
  run<T>(work: Promise<T>): Promise<T>;
}

/** Lets everything that is ready run, timers of the fake clock apart. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until it is moved. */
export function fakeClock(start = START): FakeClock {
  let time = start;
  let order = 0;
  const sleepers = new Set<Sleeper>();
  const sleeps: number[] = [];

  const next = () => [...sleepers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  const wakeNext = async (until: number) => {
    const sleeper = next();
    if (sleeper === undefined || sleeper.at > until) return false;
    sleepers.delete(sleeper);
    time = Math.max(time, sleeper.at);
    sleeper.wake();
    await settle();
    return true;
  };

  return {
    sleeps,
    now: () => time,
    set(to) {
      time = to;
    },
    sleep(ms, signal) {
      sleeps.push(ms);
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const abort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          at: time + ms,
          order: order++,
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      });
    },
    async advance(ms) {
      const until = time + ms;
      await settle();
      while (await wakeNext(until)) {
        // as long as somebody wakes in time
      }
      time = until;
      await settle();
    },
    async run(work) {
      let done = false;
      const mark = () => {
        done = true;
      };
      work.then(mark, mark);
      for (let idle = 0; !done && idle < 1_000; ) {
        await settle();
        if (done) break;
        idle = (await wakeNext(Number.POSITIVE_INFINITY)) ? 0 : idle + 1;
      }
      if (!done) throw new Error('the work neither ended nor waits for the clock');
      return work;
    },
  };
}
