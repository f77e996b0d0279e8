import type { Session } from '../session/session.ts';
import { backOff, isFatal } from '../triggers/run-trigger.ts';
import type { HookKeeper } from './hooks.ts';
import { type FleetKeys, hookRecord } from './names.ts';
import type { PreparedTrigger, Preparer } from './prepared.ts';
import type { FleetRedis } from './redis.ts';
import type { Begun, NextRun, RunEnds } from './run-ends.ts';

/** How often it is tried to delete the hook of a trigger that leaves. */
const LEAVING_TRIES = 10;

interface RemovalOptions {
  redis: FleetRedis;
  keys: FleetKeys;
  preparer: Preparer;
  hooks: HookKeeper;
  ends: RunEnds;
}

/** The event hooks of triggers that no longer use them. */
export function hookRemoval({ redis, keys, preparer, hooks, ends: { record, ended } }: RemovalOptions) {
  /** Deletes the hook of a trigger that leaves the fleet, and forgets it. */
  async function leave(
    begun: Begun,
    origin: string,
    session: () => Promise<Session>,
  ): Promise<NextRun | undefined> {
    const { id, fence, failures } = begun;
    try {
      await hooks.remove(id, origin, session);
    } catch (error) {
      if (!isFatal(error) && failures < LEAVING_TRIES) {
        const due = Math.round(Date.now() + backOff(error, failures + 1, 1_000));
        await record(begun, 'retry', due, '{}');
        return ended(begun, 'retry', 0, due);
      }
      await hooks.leave(id, origin, error as Error);
    }
    preparer.drop(id);
    const hook = keys.store + hookRecord(id, origin);
    await redis.fleetForget(keys.trigger(id), keys.inbox(id), hook, keys.all, keys.active, fence, id);
    return undefined;
  }

  /** Deletes the hook of a trigger that is no longer instant. */
  async function unhook(begun: Begun, { session }: PreparedTrigger, origin: string): Promise<void> {
    try {
      await hooks.remove(begun.id, origin, async () => session);
    } catch (error) {
      if (!isFatal(error)) {
        // The next run prepares it again, and tries this again.
        preparer.drop(begun.id);
        return;
      }
      await hooks.leave(begun.id, origin, error as Error);
    }
    await redis.del(keys.inbox(begun.id));
    await record(begun, 'hooked', 0, '');
  }

  return { leave, unhook };
}
