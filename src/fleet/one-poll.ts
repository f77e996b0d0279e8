import type { TriggerItem } from '../define.ts';
import { deliveryTo } from './delivery.ts';
import { heldInRedis } from './held-state.ts';
import type { HookKeeper } from './hooks.ts';
import { deliverInbox } from './inbox.ts';
import type { FleetLog } from './log.ts';
import { type FleetKeys, partsOfId } from './names.ts';
import type { PollObserver } from './observer.ts';
import type { PreparedTrigger } from './prepared.ts';
import type { FleetRedis } from './redis.ts';
import { ITEM_TRIES, setAside, triesOf } from './refused.ts';
import type { Begun, NextRun, RunEnds } from './run-ends.ts';
import { LOST, type RunFailure } from './run-failure.ts';
import { SinkError, type SinkMessage } from './sinks/sink.ts';

/** Pages of up to 1,000 events after which a trigger lets others go first. */
const PAGES_AT_ONCE = 5;
/** The same in time: a slow sink must not keep a place of the worker. */
const LONGEST_MS = 10_000;
/** When the places of a sink are taken. */
const CROWDED_MS = 1_000;

interface PollOptions {
  redis: FleetRedis;
  keys: FleetKeys;
  hooks: HookKeeper;
  log: FleetLog;
  observer: PollObserver;
  ends: RunEnds;
  failed: RunFailure;
  /** Aborted when the worker stops: what runs ends after the item that it delivers. */
  stopping: AbortSignal;
  /** Idle sockets stay open. */
  keepsSockets: boolean;
}

/** One poll: what waits in the inbox, then what the source has, to the sink. */
export function onePoll(options: PollOptions) {
  const { redis, keys, hooks, log, observer, failed, stopping, keepsSockets } = options;
  const { record, ended, again } = options.ends;

  return async function poll(begun: Begun, prepared: PreparedTrigger): Promise<NextRun | undefined> {
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
      // Items that a source yields after its last save wait for one: the state is saved with them as it is.
      if (delivery.waiting.length > 0) await held.save(held.value);
      if (delivery.total > 0 && gate.delivered())
        log({ level: 'info', message: 'The sink takes items again', connection, trigger: name });
      if (delivery.total === 0 && gate.isDown) gate.untried();
      if (begun.failures > 0) await record(begun, 'ok');
      if (hasMore) return await again(begun, 'more', delivery.total, Date.now());
      if (instant && polls) {
        const hooked = await hooks.ensure(id, prepared.rev, instant, session);
        if (hooked) {
          instant.hooked = hooked;
          await record(begun, 'hooked', 0, JSON.stringify(hooked));
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
  };
}

/** Of each bucket of an org, the part that everybody together has used. */
const usedBudget = (session: PreparedTrigger['session']): number[] =>
  session.budget().map(({ limit, remaining }) => (limit === 0 ? 0 : 1 - remaining / limit));
