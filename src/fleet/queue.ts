import type { Queue } from 'bullmq';
import { type FleetKeys, POLL_QUEUE } from './names.ts';
import type { FleetRedis } from './redis.ts';
import { fleetLibraries } from './redis.ts';

/** A trigger that needs a job, and when it is to run first. */
export interface NewJob {
  id: string;
  delayMs: number;
}

/** Jobs that are added in one step: more would hold Redis up. */
const AT_ONCE = 1_000;

/** The golden ratio: its multiples fill a period evenly, however many there are. */
const GOLDEN = 0.618_033_988_749_895;

/** Place of the nth trigger within its period, from 1 ms on. */
export const spread = (n: number, everyMs: number): number =>
  1 + Math.floor(((n * GOLDEN) % 1) * Math.max(1, everyMs - 1));

/** The queue with one everlasting job for each trigger. */
export async function openPollQueue(redis: FleetRedis, prefix: string) {
  const { bullmq } = await fleetLibraries();
  const queue: Queue = new bullmq.Queue(POLL_QUEUE, {
    ...{ connection: redis, prefix, skipMetasUpdate: true },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  queue.on('error', () => {});
  return {
    /** Adds jobs. One that there is keeps its time. */
    async add(jobs: readonly NewJob[]): Promise<void> {
      for (let at = 0; at < jobs.length; at += AT_ONCE) {
        const some = jobs.slice(at, at + AT_ONCE);
        await queue.addBulk(
          some.map(({ id, delayMs }) => ({
            name: POLL_QUEUE,
            data: {},
            opts: { jobId: id, delay: delayMs },
          })),
        );
      }
    },
    /** Lets a job run now that waits for its time; one that runs, or has none, stays as it is. */
    async wake(id: string): Promise<void> {
      await new bullmq.Job(queue, POLL_QUEUE, {}, {}, id).promote().catch(() => {});
    },
    /** Removes the job of a trigger; one that runs ends by itself. */
    remove: (id: string): Promise<number> => queue.remove(id),
    /** Jobs that wait for their time, wait for a worker, and run. */
    async counts() {
      const {
        delayed = 0,
        waiting = 0,
        active = 0,
        prioritized = 0,
      } = await queue.getJobCounts('delayed', 'waiting', 'active', 'prioritized');
      return { delayed, waiting: waiting + prioritized, active };
    },
    /** Processes that poll. */
    workers: () => queue.getWorkersCount(),
    close: () => queue.close(),
  };
}

export type PollQueue = Awaited<ReturnType<typeof openPollQueue>>;

/** An open fleet. */
export interface FleetParts {
  redis: FleetRedis;
  keys: FleetKeys;
  queue: PollQueue;
}
