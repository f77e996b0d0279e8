import { hash, randomUUID } from 'node:crypto';
import type { TriggerDefinition, TriggerItem } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import type { LogEvent } from '../resources/log/log-event.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import { prepareTrigger } from './follow.ts';
import { lookUpOnce } from './named-inputs.ts';
import { ensureHook, filterOf, HOOK_SCOPES, isHookInOrder, removeHook } from './sources/hook/event-hook.ts';
import { HookRecord } from './sources/hook/hook-record.ts';
import { assertPublicUrl } from './sources/hook/public-url.ts';
import { idOf } from './sources/log/odd-event.ts';
import { Seen } from './sources/log/seen.ts';

export { HOOK_NAME } from './sources/hook/hook-state.ts';

export interface HookOptions extends RunOptions {
  /** Where Okta reaches `answer`, https. Nothing else may receive there. */
  url: string;
  /** Where the hook's secret and the ids of delivered events are kept: a file, or a store that all processes share. */
  state: string | StateStore;
  /** Name of the record in the store. Default: derived from trigger and URL; a name keeps the hook when the URL changes. */
  name?: string;
}

/** An event hook for hosts that run a function per request: nothing runs, and nothing is locked, between two calls. */
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
  /** Deactivates and deletes the hook; one that is gone already is fine. The secret and the ids stay in the state. */
  remove(): Promise<void>;
}

/** Okta repeats a delivery once, soon: older ids are not needed. */
const KEPT_IDS = 1_000;

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
  if (filter.reconciles) {
    throw new InputError('A hook without a running process cannot reconcile', {
      hint: `Leave reconcile out, and poll ${trigger.key} on a schedule where no event may be missed.`,
    });
  }
  const named = lookUpOnce(trigger, input, context);
  const store = session.storeOf('state', state);
  const key = session.stateKeyOf(name ?? defaultName(trigger, url));
  const hooks = session.reading(HOOK_SCOPES, run);
  const open = () => new HookRecord(store, key);

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
        ? { seen: taken.list().slice(-Math.max(KEPT_IDS, claimed.length)) }
        : undefined;
    });
    return claimed.map(({ item }) => item);
  }

  return {
    async ensure() {
      await named();
      const record = open();
      // The secret first: Okta's challenge may reach another process.
      await record.create();
      await ensureHook(hooks, record, url, filter.eventTypes);
    },
    async isInOrder() {
      const { hookId } = (await open().read()) ?? {};
      return hookId !== undefined && isHookInOrder(hooks, hookId, url, filter.eventTypes);
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
        const { secret } = (await record.read().catch(tell)) ?? { secret: randomUUID() };
        const store = async (events: LogEvent[]) => {
          items = await take(record, events).catch(tell);
        };
        const app = receiverApp(() => secret, store, context.notice);
        return { response: await app.fetch(request), items };
      } catch {
        return { response: new Response(null, { status: 503 }), items: [] };
      }
    },
    async remove() {
      const record = open();
      if (await record.read()) await removeHook(hooks, record);
    },
  };
}

/** Short and of one length: some stores limit their keys, and URLs can be long. */
const defaultName = ({ key }: TriggerDefinition, url: string): string =>
  `${key} hook ${hash('sha256', url, 'hex').slice(0, 16)}`;
