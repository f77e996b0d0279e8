import type { StateStore } from '../state/store.ts';
import type { FleetRedis } from './redis.ts';

/** State in the Redis of a fleet, one round trip for each call. */
export const redisStateStore = (redis: FleetRedis, prefix: string): StateStore => ({
  get: async (key) => (await redis.get(prefix + key)) ?? undefined,
  async compareAndSet(key, expected, next, ttlMs) {
    const keep = ttlMs === undefined ? '' : String(Math.max(1, Math.ceil(ttlMs)));
    const values = expected === undefined ? [next, keep] : [next, keep, expected];
    return (await redis.fleetCompareAndSet(prefix + key, ...values)) === 1;
  },
});
