import type { StateStore } from '../state/store.ts';
import type { FleetLog } from './log.ts';
import { type FleetKeys, partsOfId } from './names.ts';
import type { FleetRedis } from './redis.ts';
import type { Begun, NextRun, RunEnds } from './run-ends.ts';
import type { RunFailure } from './run-failure.ts';
import { syncOnce } from './sync-run.ts';
import type { DeclaredSync } from './sync-schema.ts';

/** When the places for syncs are taken. */
const SYNCS_MS = 5_000;

interface SyncTurnOptions {
  redis: FleetRedis;
  keys: FleetKeys;
  log: FleetLog;
  ends: RunEnds;
  failed: RunFailure;
  /** Aborted when the worker stops. */
  stopping: AbortSignal;
  /** Syncs at the same time: they take longer than polls, which need places too. */
  mostSyncs: number;
  /** Where the rate-limit budget of an org is shared. */
  budget: StateStore;
}

/** Runs of directory syncs, a few at a time. */
export function syncTurns(options: SyncTurnOptions) {
  const { redis, keys, log, failed, stopping, mostSyncs, budget } = options;
  const { record, ended, again } = options.ends;
  let syncing = 0;

  return async function sync(
    begun: Begun,
    connection: string,
    declared: DeclaredSync,
  ): Promise<NextRun | undefined> {
    const { id, next } = begun;
    const [name, own] = partsOfId(id);
    if (syncing >= mostSyncs) return again(begun, 'put_off', 0, Date.now() + SYNCS_MS * (1 + Math.random()));
    syncing += 1;
    try {
      const confirmHeld = (await redis.hget(keys.trigger(id), 'confirm')) !== null;
      const notice = (message: string) => log({ level: 'warn', message, connection: name, trigger: own });
      const connect = { budget, notice, progress: () => {} };
      const report = await syncOnce({ id, connection, declared, confirmHeld, options: connect, stopping });
      const { changes, failed: rows, samples: _, ...figures } = report;
      const count = Object.values(changes).reduce((sum, some) => sum + some, 0);
      const synced = JSON.stringify({ at: new Date().toISOString(), ...figures, failed: rows.count });
      await record(begun, 'synced', next, synced, count);
      if (rows.count > 0) {
        const first = rows.first.map((row) => `${row.id}: ${row.message}`);
        log({ level: 'warn', message: 'Rows could not be told', connection: name, trigger: own, first });
      }
      return ended(begun, 'synced', count, next);
    } catch (error) {
      // The next run, of any worker, goes on from there.
      if (stopping.aborted) return again(begun, 'more', 0, Date.now());
      return failed(begun, undefined, error, 0);
    } finally {
      syncing -= 1;
    }
  };
}
