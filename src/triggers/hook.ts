import { hash, randomUUID } from 'node:crypto';
import type { TriggerDefinition, TriggerItem } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import type { LogEvent } from '../resources/log/log-event.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import { prepareTrigger } from './follow.ts';
import { nameMemory } from './name-memory.ts';
import { lookUpOnce } from './named-inputs.ts';
import { filterOf, HOOK_SCOPES, typesInLog } from './sources/hook/event-hook.ts';
import { HookRecord } from './sources/hook/hook-record.ts';
import { assertPublicUrl } from './sources/hook/public-url.ts';
import { idOf } from './sources/log/odd-event.ts';
import { Seen } from './sources/log/seen.ts';
import { type PollState, pollPages } from './sources/log/system-log.ts';
import { assertDeliverable, ensureDelivery, isInOrder, removeDelivery } from './sources/signal/delivery.ts';
import { setReceiver } from './sources/signal/set-receiver.ts';
import { STREAM_SCOPES } from './sources/signal/signal-stream.ts';

export { HOOK_NAME } from './sources/hook/hook-state.ts';

export interface HookOptions extends RunOptions {
  /** Where Okta reaches `answer`, https. Nothing else may receive there. */
  url: string;
  /** Where the hook's secret and the ids of delivered events are kept: a file, or a store that all processes share. */
  state: string | StateStore;
  /** Name of the record in the store. Default: derived from trigger and URL; a name keeps the hook when the URL changes. */
  name?: string;
}

/**
 * An event hook, or a stream of signed events, for hosts that run a function per request: nothing runs, and nothing is locked,
 * between two calls.
 */
export interface EventHook<T = TriggerItem> {
  /**
   * Makes sure that Okta has the hook, active and verified, with this URL and these event types. `answer` must be reachable
   * at the URL: Okta verifies it meanwhile.
   * @throws OktaError when Okta refuses it or cannot reach the URL.
   */
  ensure(): Promise<void>;
  /** Whether Okta has the hook as `ensure` would leave it. */
  isInOrder(): Promise<boolean>;
  /**
   * Answers one request of Okta. The items are claimed already: no other call, of any process, gets them again. When an item
   * cannot be read or the state cannot be stored, the response is 503 and nothing is claimed, so that Okta delivers again.
   */
  answer(request: Request): Promise<{ response: Response; items: T[] }>;
  /**
   * Looks into the System Log for events that the hook did not bring: call it on a schedule, once a minute for example. The items are
   * claimed as those of `answer` are. It begins where `ensure` was called first.
   * @throws InputError unless the input has `reconcile`; OktaError when Okta or the state fails and nothing was claimed.
   */
  catchUp(): Promise<T[]>;
  /** Deactivates and deletes the hook; one that is gone already is fine. The secret and the ids stay in the state. */
  remove(): Promise<void>;
}

/** Okta repeats a delivery once, soon: older ids are not needed. */
const KEPT_IDS = 1_000;
/** What the log may bring again: as many as a receiver keeps. */
const KEPT_TO_RECONCILE = 10_000;
/** Pages of one look; the next look goes on from there. */
const MOST_PAGES = 10;

/**
 * Prepares the event hook of a trigger. Nothing is sent.
 * @throws InputError for a URL that Okta cannot call, and for a trigger or an input that no hook delivers.
 */
export function openHook(
  session: Session,
  trigger: TriggerDefinition,
  given: unknown,
  options: HookOptions,
): EventHook {
  // JavaScript callers get no compile-time check.
  const { url, state, name, ...run } = { ...options };
  assertPublicUrl(url);
  const { input, context } = prepareTrigger(session, trigger, given, run);
  const filter = filterOf(trigger, input);
  if (filter.reconciles && filter.signed) {
    throw new InputError('Signed events are reconciled by a running process only', {
      hint: 'Leave reconcile out, or use client.webhook ("okta-connector listen").',
    });
  }
  const keptIds = filter.reconciles ? KEPT_TO_RECONCILE : KEPT_IDS;
  const store = session.storeOf('state', state);
  const named = lookUpOnce(trigger, input, context, nameMemory(session, trigger, store));
  const key = session.stateKeyOf(name === undefined ? defaultName(trigger, url) : `hook ${name}`);
  // Where 0.1.0 has it: a trigger polled with the same state may have that key.
  const olderKey = name === undefined ? undefined : session.stateKeyOf(name);
  assertDeliverable(session, [filter]);
  const hooks = session.reading(HOOK_SCOPES, run);
  const streams = session.reading(STREAM_SCOPES, run);
  const open = () => new HookRecord(store, key, olderKey);
  const deliveryOf = (memory: HookRecord) => ({ hooks, streams, memory, url });

  /** Items for the events that the trigger is about and that no call has had. */
  async function take(record: HookRecord, events: readonly LogEvent[]): Promise<TriggerItem[]> {
    const { matches, item: itemOf } = filterOf(trigger, await named());
    const known = new Seen(record.state.seen);
    const wanted = new Map<string, LogEvent>();
    for (const event of events) {
      const id = idOf(event);
      if (!known.has(id) && !wanted.has(id) && matches(event)) wanted.set(id, event);
    }
    if (wanted.size === 0) return [];
    const read = async ([id, event]: [string, LogEvent]) => ({ id, item: await itemOf(context, event) });
    const made = await Promise.all([...wanted].map(read));
    let claimed: typeof made = [];
    await record.update(({ seen }) => {
      const taken = new Seen(seen);
      claimed = made.filter(({ id }) => !taken.has(id));
      for (const { id } of claimed) taken.add(id);
      return claimed.length > 0
        ? { seen: taken.list().slice(-Math.max(keptIds, claimed.length)) }
        : undefined;
    });
    return claimed.map(({ item }) => item);
  }

  /** The events of the log since the last look, page by page. */
  function look(record: HookRecord) {
    const eventTypes = typesInLog(filter);
    const view = {
      get value(): PollState | undefined {
        return record.state.poll && { ...record.state.poll, seen: [] };
      },
      save: ({ seen: _, ...poll }: PollState) => record.update(() => ({ poll })),
      // Nobody holds it: the claims alone tell who delivers an event.
      assertHeld() {},
    };
    const seen = new Seen(record.state.seen);
    return pollPages(context, view, { conditions: { eventTypes }, maxPages: MOST_PAGES }, seen);
  }

  /** Remembers where the log is now. Left at once: what is in the first page already is for the first look. */
  async function begin(record: HookRecord): Promise<void> {
    const pages = look(record);
    await pages.next();
    await pages.return();
  }

  return {
    async ensure() {
      await named();
      const record = open();
      // The secret first: Okta's challenge may reach another process.
      await record.create();
      // The log before the hook: what happens meanwhile is not missed.
      if (filter.reconciles && !record.state.poll) await begin(record);
      await ensureDelivery(deliveryOf(record), [filter]);
    },
    async isInOrder() {
      const record = open();
      return (await record.read()) !== undefined && isInOrder(deliveryOf(record), [filter]);
    },
    async answer(request) {
      const { receiverApp } = await import('./sources/hook/receiver-app.ts');
      const record = open();
      let items: TriggerItem[] = [];
      const tell = (error: Error) => {
        context.notice(`${error.message}; Okta is answered with 503, and tries again`);
        throw error;
      };
      try {
        // Without a record nobody knows the secret.
        const known = await record.read().catch(tell);
        const { secret } = known ?? { secret: randomUUID() };
        const store = async (events: LogEvent[]) => {
          items = await take(record, events).catch(tell);
        };
        const receiveSet = setReceiver(streams, () => (known ? record : undefined), store);
        const app = receiverApp(() => secret, store, context.notice, { receiveSet });
        return { response: await app.fetch(request), items };
      } catch {
        return { response: new Response(null, { status: 503 }), items: [] };
      }
    },
    async catchUp() {
      if (!filter.reconciles) throw new InputError('reconcile is off: there is nothing to catch up on');
      const record = open();
      const items: TriggerItem[] = [];
      if (!(await record.read())) return items;
      try {
        for await (const page of look(record)) items.push(...(await take(record, [...page])));
      } catch (error) {
        // What is claimed must be returned: the next look meets the error again.
        if (items.length === 0) throw error;
        context.notice(
          `${(error as Error).message}; the events found so far are delivered, the rest follows`,
        );
      }
      return items;
    },
    async remove() {
      const record = open();
      if (await record.read()) await removeDelivery(deliveryOf(record));
    },
  };
}

/** Short and of one length: some stores limit their keys, and URLs can be long. */
const defaultName = ({ key }: TriggerDefinition, url: string): string =>
  `${key} hook ${hash('sha256', url, 'hex').slice(0, 16)}`;
