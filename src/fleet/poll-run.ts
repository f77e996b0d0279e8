import type { TriggerItem } from '../define.ts';
import { isOktaError, type OktaError } from '../errors/errors.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import { backOff, isFatal } from '../triggers/run-trigger.ts';
import { deliveryTo, type RunDelivery } from './delivery.ts';
import { heldInRedis } from './held-state.ts';
import type { HookKeeper } from './hooks.ts';
import { deliverInbox } from './inbox.ts';
import type { FleetLog } from './log.ts';
import { type FleetKeys, hookRecord, partsOfId } from './names.ts';
import type { PollObserver, PollOutcome } from './observer.ts';
import type { PreparedTrigger, Preparer } from './prepared.ts';
import type { FleetRedis } from './redis.ts';
import { ITEM_TRIES, pauseAfter, type Refused, refusedOf, setAside, triesOf } from './refused.ts';
import { SinkError, type SinkMessage } from './sinks/sink.ts';
import { syncOnce } from './sync-run.ts';
import type { DeclaredSync } from './sync-schema.ts';

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

/** Pages of up to 1,000 events after which a trigger lets others go first. */
const PAGES_AT_ONCE = 5;
/** The same in time: a slow sink must not keep a place of the worker. */
const LONGEST_MS = 10_000;
/** When the places of a sink are taken. */
const CROWDED_MS = 1_000;
/** When a secret was found to be another one. */
const RENEWED_MS = 1_000;
/** When the places for syncs are taken. */
const SYNCS_MS = 5_000;
/** How often it is tried to delete the hook of a trigger that leaves. */
const LEAVING_TRIES = 10;

/** The next run of a trigger. */
export interface NextRun {
  /** When it is to begin, milliseconds since the epoch. */
  at: number;
  /** It may begin at once if something waits in the inbox. */
  mayWake: boolean;
}

/** Runs triggers, one run of each at a time. */
export function pollRunner(options: PollRunnerOptions) {
  const { redis, keys, preparer, hooks, log, observer, stopping, keepsSockets } = options;
  let syncing = 0;

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

  async function poll(begun: Begun, prepared: PreparedTrigger): Promise<NextRun | undefined> {
    const { id, state, fence } = begun;
    const { trigger, gate, context, session, instant } = prepared;
    const [connection, name] = partsOfId(id);
    const delivery = deliveryTo(gate.sink);
    const held = heldInRedis({
      ...{ redis, key: keys.trigger(id), inbox: keys.inbox(id), fence, text: state },
      ...{ source: trigger.source, delivery },
    });
    let hasMore = false;
    let isIn = false;
    let isCrowded = false;
    /** Whether one more item may be delivered; otherwise it is for the next run. */
    const mayDeliver = (): boolean => {
      hasMore = stopping.aborted || Date.now() - begun.from > LONGEST_MS;
      if (!hasMore && !isIn) {
        isIn = gate.enter();
        isCrowded = !isIn;
      }
      return isIn && !hasMore;
    };
    const messageOf = (item: TriggerItem): SinkMessage => ({
      ...{ id: `${id}/${item.id}`, connection, trigger: name, type: trigger.key, item },
    });
    /** Delivers an item; one that the sink refuses again and again is set aside, so that those after it have their turn. */
    const deliver = async (message: SinkMessage): Promise<void> => {
      try {
        await delivery.add(message);
      } catch (error) {
        const isRefused = error instanceof SinkError && error.about === message.id;
        if (!isRefused || triesOf(begun.refused, message.id) < ITEM_TRIES) throw error;
        if (!(await setAside({ redis, keys, log, id, fence }, message, error.message))) throw LOST;
        delivery.setAside();
        observer.setAside?.();
      }
    };
    // The first look at the log remembers where to begin: what hooks have brought by then is delivered by the next run.
    const polls = !instant || begun.isDue || state === '';
    try {
      if (instant && state !== '') {
        hasMore = await deliverInbox({
          ...{ redis, inbox: keys.inbox(id), held, context, filter: instant.filter },
          async deliver(item) {
            if (!mayDeliver()) return false;
            await deliver(messageOf(item));
            return true;
          },
        });
      }
      if (polls && !hasMore) {
        const input = await prepared.named();
        const items = trigger.source.run({
          ...{ input, context, held, unsaved: {}, maxPages: PAGES_AT_ONCE },
          onMore: () => {
            hasMore = true;
          },
        });
        for await (const item of items) {
          // This item is not delivered, and read again by the next run.
          if (!mayDeliver()) break;
          await deliver(messageOf(item));
        }
      }
      if (isCrowded) return await again(begun, 'put_off', 0, Date.now() + CROWDED_MS * (1 + Math.random()));
      await delivery.flush();
      await unsavedItems(held, delivery);
      if (delivery.total > 0 && gate.delivered())
        log({ level: 'info', message: 'The sink takes items again', connection, trigger: name });
      if (delivery.total === 0 && gate.isDown) gate.untried();
      if (begun.failures > 0) await redis.fleetEnd(keys.trigger(id), keys.active, keys.parked, fence, 'ok');
      if (hasMore) return await again(begun, 'more', delivery.total, Date.now());
      if (instant && polls) {
        const hooked = await hooks.ensure(id, prepared.rev, instant, session);
        if (hooked) {
          instant.hooked = hooked;
          await tellHooked(begun, JSON.stringify(hooked));
        }
      }
      return { at: ended(begun, 'ok', delivery.total, begun.next).at, mayWake: instant !== undefined };
    } catch (error) {
      return failed(begun, prepared, held.isLost ? LOST : error, delivery.total);
    } finally {
      if (isIn) gate.leave();
      if (observer.budgeted) for (const ratio of usedBudget(session)) observer.budgeted(ratio);
      if (!keepsSockets) session.close();
    }
  }

  async function sync(
    begun: Begun,
    connection: string,
    declared: DeclaredSync,
  ): Promise<NextRun | undefined> {
    const { id, fence, next } = begun;
    const [name, own] = partsOfId(id);
    if (syncing >= options.mostSyncs)
      return again(begun, 'put_off', 0, Date.now() + SYNCS_MS * (1 + Math.random()));
    syncing += 1;
    try {
      const confirmHeld = (await redis.hget(keys.trigger(id), 'confirm')) !== null;
      const notice = (message: string) => log({ level: 'warn', message, connection: name, trigger: own });
      const connect = { budget: options.budget, notice, progress: () => {} };
      const report = await syncOnce({ id, connection, declared, confirmHeld, options: connect, stopping });
      const { changes, failed: rows, samples: _, ...figures } = report;
      const count = Object.values(changes).reduce((sum, some) => sum + some, 0);
      const synced = JSON.stringify({ at: new Date().toISOString(), ...figures, failed: rows.count });
      await redis.fleetEnd(
        ...([keys.trigger(id), keys.active, keys.parked, fence, 'synced', id, next, synced, count] as const),
      );
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
  }

  /** Items that a source yields after its last save wait for one: the state is saved with them as it is. */
  async function unsavedItems(held: ReturnType<typeof heldInRedis>, delivery: RunDelivery): Promise<void> {
    if (delivery.waiting.length > 0) await held.save(held.value);
  }

  async function failed(
    begun: Begun,
    prepared: PreparedTrigger | undefined,
    error: unknown,
    items: number,
  ): Promise<NextRun | undefined> {
    const { id, fence, next } = begun;
    if (error === LOST) return ended(begun, 'lost', items, next);
    const [connection, trigger] = partsOfId(id);
    const { message, code = 'internal_error', hint } = error as Partial<OktaError>;
    const problem = {
      at: new Date().toISOString(),
      code,
      message: isOktaError(error) ? message : 'unexpected',
    };
    const about = { connection, trigger, code };
    observer.failed(code);
    const record = (outcome: 'retry' | 'park', due: number, ...more: string[]) =>
      redis.fleetEnd(
        ...([keys.trigger(id), keys.active, keys.parked, fence, outcome, id] as const),
        ...[Math.round(due), JSON.stringify({ ...problem, hint }), ...more],
      );

    if (isParking(error)) {
      if (code === 'authentication_failed' && prepared && (await preparer.renew(id, prepared))) {
        log({ level: 'info', message: 'The secret is another one by now: trying with it', ...about });
        return again(begun, 'retry', items, Date.now() + RENEWED_MS);
      }
      await record('park', next);
      preparer.drop(id);
      log({
        ...{ level: 'error', message: `Parked: ${message}`, ...about, hint },
        resume: `okta-connector fleet resume ${id}${code === 'sync_held' ? ' --confirm-held' : ''}`,
      });
      observe(begun, 'parked', items);
      return undefined;
    }
    let due: number;
    const refused = error instanceof SinkError ? error.about : undefined;
    const tries = refused === undefined ? 0 : triesOf(begun.refused, refused);
    if (error instanceof SinkError && prepared && refused === undefined) {
      const wasDown = prepared.gate.isDown;
      due = Date.now() + prepared.gate.failed(error, Date.now());
      if (!wasDown) log({ level: 'warn', message: `A sink is down: ${message}`, ...about });
    } else {
      if (prepared?.gate.isDown) prepared.gate.untried();
      const usual = Math.max(1_000, begun.next - begun.from);
      due = Date.now() + backOff(error, begun.failures + 1, usual);
      if (refused !== undefined) due = Date.now() + pauseAfter(tries);
      if (code === 'rate_limited') due = Date.now() + ((error as OktaError).retryAfterMs ?? usual);
      const detail = isOktaError(error) ? {} : { stack: (error as Error).stack };
      if (begun.failures === 0 || !isOktaError(error))
        log({ level: 'warn', message: `Not polled: ${message}`, ...about, ...detail });
    }
    await record('retry', due, ...(refused === undefined ? [] : [`${tries} ${refused}`]));
    return ended(begun, 'retry', items, due);
  }

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
        await redis.fleetEnd(keys.trigger(id), keys.active, keys.parked, fence, 'retry', id, due, '{}');
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
    await tellHooked(begun, '');
  }

  async function tellHooked({ id, fence }: Begun, hooked: string): Promise<void> {
    await redis.fleetEnd(keys.trigger(id), keys.active, keys.parked, fence, 'hooked', id, 0, hooked);
  }

  /** The run is not over: the next one goes on with what this one was for. */
  async function again(begun: Begun, outcome: PollOutcome, items: number, at: number): Promise<NextRun> {
    const due = Math.round(at);
    if (begun.isDue)
      await redis.fleetEnd(
        ...([keys.trigger(begun.id), keys.active, keys.parked] as const),
        ...[begun.fence, 'again', begun.id, due],
      );
    return ended(begun, outcome, items, due);
  }

  function observe({ from, due, isDue }: Begun, outcome: PollOutcome, items: number): void {
    const seconds = (Date.now() - from) / 1_000;
    observer.ran({ outcome, seconds, lagSeconds: isDue ? (from - due) / 1_000 : undefined, items });
  }

  function ended(begun: Begun, outcome: PollOutcome, items: number, at: number): NextRun {
    observe(begun, outcome, items);
    return { at, mayWake: false };
  }
}

/** Of each bucket of an org, the part that everybody together has used. */
const usedBudget = (session: PreparedTrigger['session']): number[] =>
  session.budget().map(({ limit, remaining }) => (limit === 0 ? 0 : 1 - remaining / limit));

/** A run that has begun. */
interface Begun {
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

/** Another run of the same trigger has begun, or what is declared has changed. */
const LOST = Symbol('lost');

/** Errors that waiting cannot resolve. A secret may be in its place a moment later, and asking for it sends nothing to Okta. */
const isParking = (error: unknown): boolean =>
  isOktaError(error) &&
  isFatal(error) &&
  !(error.code === 'invalid_connection') &&
  error.code !== 'internal_error';
