import type { StateStore } from '../state/store.ts';
import { hookRemoval } from './hook-removal.ts';
import type { HookKeeper } from './hooks.ts';
import type { FleetLog } from './log.ts';
import type { FleetKeys } from './names.ts';
import type { PollObserver } from './observer.ts';
import { onePoll } from './one-poll.ts';
import type { Preparer } from './prepared.ts';
import type { FleetRedis } from './redis.ts';
import { refusedOf } from './refused.ts';
import { type Begun, type NextRun, runEnds } from './run-ends.ts';
import { runFailure } from './run-failure.ts';
import type { DeclaredSync } from './sync-schema.ts';
import { syncTurns } from './sync-turn.ts';

export interface PollRunnerOptions {
  redis: FleetRedis;
  keys: FleetKeys;
  preparer: Preparer;
  hooks: HookKeeper;
  log: FleetLog;
  observer: PollObserver;
  /** Aborted when the worker stops: what runs ends after the item that it delivers. */
  stopping: AbortSignal;
  /** Idle sockets stay open. */
  keepsSockets: boolean;
  /** Syncs at the same time: they take longer than polls, which need places too. */
  mostSyncs: number;
  /** Where the rate-limit budget of an org is shared. */
  budget: StateStore;
}

/** Runs triggers, one run of each at a time. */
export function pollRunner(options: PollRunnerOptions) {
  const { redis, keys, preparer, observer } = options;
  const ends = runEnds(redis, keys, observer);
  const { ended, again } = ends;
  const failed = runFailure({ ...options, ends });
  const poll = onePoll({ ...options, ends, failed });
  const sync = syncTurns({ ...options, ends, failed });
  const { leave, unhook } = hookRemoval({ ...options, ends });

  /**
   * One run of a trigger. Never throws: whatever fails is recorded, and tried again later or parked.
   * @param stalls how often its job was lost with its worker.
   * @returns when it is to run next; undefined if never.
   */
  return async function run(id: string, stalls: number): Promise<NextRun | undefined> {
    const from = Date.now();
    const known = preparer.known(id);
    const putOffMs = known?.gate.waitMs(from) ?? 0;
    if (putOffMs > 0) {
      observer.ran({ outcome: 'put_off', seconds: 0, lagSeconds: undefined, items: 0 });
      return { at: from + putOffMs, mayWake: false };
    }
    const [fence, due, next, failures, state, refused, ...declared] = await redis.fleetBegin(
      ...[keys.trigger(id), keys.connections, keys.sinks],
      ...([from, known?.rev ?? '', stalls] as const),
    );
    if (fence === undefined) {
      preparer.drop(id);
      known?.gate.untried();
      return undefined;
    }
    const begun: Begun = {
      ...{ id, from, fence: Number(fence), due: Number(due), next: Number(next) },
      ...{ failures: Number(failures), state: String(state), isDue: Number(due) <= from },
      refused: refusedOf(String(refused)),
    };
    let prepared = known;
    try {
      if (prepared === undefined || declared.length > 0) {
        const [
          rev = '',
          connectionName = '',
          connection = '',
          trigger = '',
          sinkName = '',
          sink = '',
          ...more
        ] = declared.map(String);
        const [hooked = '', origin = '', stop] = more;
        if (stop === 'leaving')
          return await leave(
            begun,
            origin,
            async () => (await preparer.sessionOf(connectionName, connection)).session,
          );
        if (sinkName === '') return await sync(begun, connection, JSON.parse(trigger) as DeclaredSync);
        const about = { rev, connectionName, connection, trigger, sinkName, sink, hooked, origin };
        prepared = await preparer.prepare(id, about);
        if (!prepared.instant && hooked !== '') await unhook(begun, prepared, origin);
        const waitMs = prepared.gate.waitMs(from);
        if (waitMs > 0) return await again(begun, 'put_off', 0, from + waitMs);
      }
      // A delivery woke it while it waits before the next try.
      if (!begun.isDue && begun.failures > 0) return ended(begun, 'put_off', 0, begun.next);
      return await poll(begun, prepared);
    } catch (error) {
      return failed(begun, prepared, error, 0);
    }
  };
}
