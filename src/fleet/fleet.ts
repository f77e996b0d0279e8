import type { Client } from '../client.ts';
import { connect } from '../connect.ts';
import { InputError } from '../errors/errors.ts';
import type { ConnectOptions } from '../session/options.ts';
import { type ApplyOptions, type ApplyReport, applyFile, removeTriggers, triggerIds } from './apply.ts';
import type { DeclaredConnection, FleetFileInput } from './file-schema.ts';
import { loadFleetFile, parseFleetFile } from './fleet-file.ts';
import { DEFAULT_PREFIX, fleetKeys } from './names.ts';
import { openPollQueue, spread } from './queue.ts';
import { openRedis } from './redis.ts';
import { checkRedis } from './redis-facts.ts';
import { redisStateStore } from './redis-store.ts';
import { connectionWithSecret } from './secret-value.ts';
import { type FleetStatus, fleetStatus } from './status.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from './worker.ts';

export interface FleetOptions {
  /** URL of Redis 6.2 or newer, or Valkey: `redis://127.0.0.1:6379`, `rediss://…`. */
  redis: string;
  /** How all keys begin. Default `okta-fleet`. */
  prefix?: string | undefined;
  /** Wait for a Redis that is away, as a worker does. Default false: an error. */
  waits?: boolean | undefined;
  /** Use a Redis that deletes keys when its memory is full. Default false. */
  allowUnsafeRedis?: boolean | undefined;
}

/** Many connections, polled by any number of workers. */
export interface Fleet {
  /**
   * Makes the fleet what the file, or an object like it, says. @throws InputError naming each wrong member; OktaError
   * `state_locked` while another process does this.
   */
  apply(file: string | FleetFileInput, options?: ApplyOptions): Promise<ApplyReport>;
  status(): Promise<FleetStatus>;
  /** Stops polling a connection, or one trigger of it: `acme/joiners`. @returns ids of those that were stopped. */
  pause(target: string): Promise<string[]>;
  /**
   * Polls those again that were paused or parked, and lets syncs go on. `confirmHeld`: a sync may tell what it held back because too
   * many would leave.
   */
  resume(target: string, options?: { confirmHeld?: boolean | undefined }): Promise<string[]>;
  /** Forgets them, with their position. */
  remove(target: string): Promise<string[]>;
  /** Polls in this process until it is stopped. */
  work(options?: WorkerOptions): Promise<RunningWorker>;
  /**
   * A client for a connection of the fleet, which shares its rate-limit budget with all workers. Its secret is read here. @throws
   * InputError for a connection that the fleet does not have, and for a secret that cannot be read.
   */
  client(connection: string, options?: ConnectOptions): Promise<Client>;
  close(): Promise<void>;
}

/** Opens a fleet. Needs the packages bullmq and ioredis. @throws InputError when they are missing or Redis is. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { redis: url, prefix = DEFAULT_PREFIX, waits, allowUnsafeRedis } = options;
  const redis = await openRedis(url, waits ?? false);
  const keys = fleetKeys(prefix);
  const queue = await openPollQueue(redis, prefix);
  const parts = { redis, keys, queue };

  async function targeted(target: string): Promise<string[]> {
    const ids = await triggerIds(redis, keys, target);
    if (ids.length > 0) return ids;
    throw new InputError(`The fleet has no ${target.includes('/') ? 'trigger' : 'connection'} ${target}`, {
      code: 'not_found',
      hint: 'Name a connection, or CONNECTION/TRIGGER ("okta-connector fleet status").',
    });
  }

  return {
    async apply(file, options = {}) {
      const declared = typeof file === 'string' ? await loadFleetFile(file) : parseFleetFile(file);
      await checkRedis(redis, allowUnsafeRedis ?? false);
      return applyFile(parts, declared, options);
    },
    status: () => fleetStatus(redis, keys, queue),
    async pause(target) {
      const ids = await targeted(target);
      await Promise.all(
        ids.flatMap((id) => [
          redis.hset(keys.trigger(id), 'stop', 'paused'),
          redis.hincrby(keys.trigger(id), 'fence', 1),
          redis.srem(keys.active, id),
          redis.srem(keys.parked, id),
          queue.remove(id),
        ]),
      );
      return ids;
    },
    async resume(target, { confirmHeld } = {}) {
      const ids = await targeted(target);
      const stops = await Promise.all(ids.map((id) => redis.hmget(keys.trigger(id), 'stop', 'every')));
      const stopped = ids.flatMap((id, n) => {
        const [stop, every] = stops[n] ?? [];
        return stop ? [{ id, delayMs: ids.length === 1 ? 0 : spread(n, Number(every)) }] : [];
      });
      await Promise.all(
        stopped.flatMap(({ id, delayMs }) => [
          redis.hdel(keys.trigger(id), 'stop', 'problem', 'failures'),
          redis.hset(keys.trigger(id), 'due', Date.now() + delayMs),
          ...(confirmHeld ? [redis.hset(keys.trigger(id), 'confirm', 1)] : []),
          redis.sadd(keys.active, id),
          redis.srem(keys.parked, id),
        ]),
      );
      await queue.add(stopped);
      return stopped.map(({ id }) => id);
    },
    async remove(target) {
      const ids = await targeted(target);
      await removeTriggers(parts, ids);
      if (!target.includes('/')) await redis.hdel(keys.connections, target);
      return ids;
    },
    async work(options = {}) {
      const { log = () => {} } = options;
      for (const message of await checkRedis(redis, allowUnsafeRedis ?? false))
        log({ level: 'warn', message });
      return startWorker({ ...parts, prefix }, options);
    },
    async client(name, options = {}) {
      const text = await redis.hget(keys.connections, name);
      if (text === null) await targeted(name);
      const connection = await connectionWithSecret(JSON.parse(String(text)) as DeclaredConnection);
      return connect(connection, { budget: redisStateStore(redis, keys.store), ...options });
    },
    async close() {
      await queue.close();
      redis.disconnect();
    },
  };
}
