import type { FleetKeys } from './names.ts';
import type { PollQueue } from './queue.ts';
import type { FleetRedis } from './redis.ts';

/** A fleet in figures that cost the same however large it is. */
export interface FleetCounts {
  connections: number;
  triggers: number;
  /** Polled, failing ones included. */
  active: number;
  parked: number;
  paused: number;
  /** Jobs that wait for their time, for a worker, and that run. */
  delayed: number;
  waiting: number;
  running: number;
  /** Processes that poll. */
  workers: number;
}

export async function countFleet(redis: FleetRedis, keys: FleetKeys, queue: PollQueue): Promise<FleetCounts> {
  const [connections, triggers, active, parked, jobs, workers] = await Promise.all([
    redis.hlen(keys.connections),
    redis.scard(keys.all),
    redis.scard(keys.active),
    redis.scard(keys.parked),
    queue.counts(),
    queue.workers(),
  ]);
  const { delayed, waiting, active: running } = jobs;
  const paused = Math.max(0, triggers - active - parked);
  return { connections, triggers, active, parked, paused, delayed, waiting, running, workers };
}
