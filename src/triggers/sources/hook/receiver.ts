import type { ActionContext, HookFilter, TriggerDefinition } from '../../../define.ts';
import { deferred } from '../../../http/deferred.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { type Held, hold } from '../../../state/lease.ts';
import type { StateStore } from '../../../state/store.ts';
import type { SetOddAside } from '../../dead-letters.ts';
import { backOff, isFatal, repeat } from '../../run-trigger.ts';
import type { EventItem } from '../log/event-item.ts';
import { isUsual, type OddFate } from '../log/odd-event.ts';
import { Seen } from '../log/seen.ts';
import { type PollState, pollSystemLog } from '../log/system-log.ts';
import { ensureDelivery, removeDelivery } from '../signal/delivery.ts';
import { admitSignals, lookForSignals } from '../signal/reconcile-signals.ts';
import { setReceiver } from '../signal/set-receiver.ts';
import { isSignal } from '../signal/signal-item.ts';
import { watchStream } from '../signal/watch-stream.ts';
import { filterOf, typesInLog } from './event-hook.ts';
import { type Admit, HookInbox } from './hook-inbox.ts';
import { type HookState, newHook } from './hook-state.ts';
import { assertPublicUrl } from './public-url.ts';
import { receiverApp } from './receiver-app.ts';

/** Gets each item once; the event stays in the inbox until it resolves. */
export type Deliver = (item: EventItem) => Promise<void> | void;

/** Receives event-hook deliveries and signed events for any number of subscribers, with a single hook and a single stream. */
export interface Receiver {
  /** Answers one request: mount it in any server that speaks fetch, at the public URL. */
  fetch(request: Request): Promise<Response>;
  /**
   * Adds subscribers and extends the hook and the stream to their event types. The server must be reachable already: Okta verifies it.
   * Nothing is delivered before the first call, so after a restart give all of them at once.
   * @throws InputError for event types that no hook delivers.
   */
  subscribe(...subscriptions: Subscription[]): Promise<void>;
  /** Resolves when the receiver has ended; rejects with an error that waiting cannot resolve. */
  readonly ended: Promise<void>;
  /**
   * Removes the hook and the stream from Okta and delivers the rest of the inbox. With `keepHook` they stay for the next start.
   */
  stop(options?: { keepHook?: boolean }): Promise<void>;
}

export interface ReceiverOptions {
  context: ActionContext;
  /** For the stream of signed events. */
  streams: ActionContext;
  store: StateStore;
  stateKey: string;
  /** Where Okta reaches `fetch`. */
  publicUrl: string;
  /** Milliseconds between two polls of the System Log, for subscribers that reconcile, and between two looks at the stream. */
  reconcileMs: number;
  /** Where events of an unexpected shape go instead of being delivered. */
  setAside?: SetOddAside | undefined;
  /** @throws InputError for what Okta cannot deliver together, or not over this connection. */
  assertDeliverable(filters: readonly HookFilter[]): void;
}

/** A trigger, and where its items go. */
export interface Subscription {
  trigger: TriggerDefinition;
  /** Checked against the trigger's schema. */
  input: Record<string, unknown>;
  deliver: Deliver;
}

interface Subscriber {
  key: string;
  filter: HookFilter;
  deliver: Deliver;
}

/**
 * Opens a receiver. One process at a time can have it: the state is held until `stop`.
 * @throws InputError for a public URL that Okta cannot call; OktaError `state_locked` while another process has it.
 */
export async function openReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { context, streams, publicUrl } = options;
  assertPublicUrl(publicUrl);
  const held = await hold<HookState>(options.store, options.stateKey, context.clock, {
    lists: ['inbox', 'seen'],
  });
  const subscribers: Subscriber[] = [];
  const inbox = new HookInbox(held, newHook(), (event) => handOut(options, subscribers, event));
  await inbox
    .update(() => ({}))
    .catch(async (error) => {
      await held.release();
      throw error;
    });
  const over = new AbortController();
  const { promise: ended, resolve: end, reject: fail } = deferred<void>();
  ended.catch(() => {});
  const delivery = { hooks: context, streams, memory: inbox, url: publicUrl };
  let reconciling: Promise<void> | undefined;
  let reconcilingSigned: Promise<void> | undefined;
  let watching: Promise<void> | undefined;
  let subscribing: Promise<void> = Promise.resolve();

  const admit = admitSignals(context.clock);
  const receiveSet = setReceiver(
    streams,
    () => inbox,
    (signals) => take(signals, admit),
  );
  const app = receiverApp(() => inbox.state.secret, take, context.notice, {
    receiveSet,
    oddFate: oddFateOf(options),
  });

  let draining = false;
  function drain(): void {
    if (draining) return;
    draining = true;
    drainPatiently(inbox, held, context, over.signal).then(
      () => {
        draining = false;
        // An event may have arrived after the last check.
        if (inbox.state.inbox.length > 0) drain();
      },
      (error) => {
        draining = false;
        fail(error);
      },
    );
  }

  let isFailing = false;
  /** Stores events and delivers them; reports once when storing begins to fail, and once when it works again. */
  async function take(events: LogEvent[], admit?: Admit): Promise<void> {
    try {
      await inbox.take(events, admit);
    } catch (error) {
      if (held.isLost) fail(error);
      else if (!isFailing) context.notice(`${(error as Error).message}; deliveries are answered with 503`);
      isFailing = true;
      throw error;
    }
    if (isFailing) context.notice('The state can be stored again: deliveries are taken');
    isFailing = false;
    if (subscribers.length > 0) drain();
  }

  async function subscribe(subscriptions: Subscription[]): Promise<void> {
    const added = subscriptions.map(({ trigger, input, deliver }) => ({
      key: trigger.key,
      filter: filterOf(trigger, input),
      deliver,
    }));
    const all = [...subscribers, ...added];
    const filters = () => subscribers.map(({ filter }) => filter);
    const wanted = all.map(({ filter }) => filter);
    options.assertDeliverable(wanted);
    const reconciles = wanted.some((filter) => filter.reconciles && !filter.signed);
    const reconcilesSigned = wanted.some((filter) => filter.reconciles && filter.signed);
    const look = (filters: readonly HookFilter[]) =>
      lookForSignals(context, { inbox, assertHeld: () => held.assertHeld() }, filters);
    // The log first, so that nothing that happens while the hook is being created is missed.
    if (reconciles && !inbox.state.poll) {
      await reconcile(options, held, inbox, all, (event) => inbox.take([event])).next();
    }
    if (!reconcilesSigned && inbox.state.signals) await inbox.update(() => ({ signals: undefined }));
    if (reconcilesSigned && !inbox.state.signals?.poll) await look(wanted).next();
    await ensureDelivery(delivery, wanted);
    subscribers.push(...added);
    const watch = { intervalMs: options.reconcileMs, signal: over.signal };
    if (wanted.some(({ signed }) => signed)) watching ??= watchStream(delivery, filters, watch).catch(fail);
    if (reconciles) {
      const once = () => reconcile(options, held, inbox, subscribers, (event) => inbox.once(event));
      reconciling ??= follow(options, once, over.signal).catch(fail);
    }
    if (reconcilesSigned) {
      const once = async function* () {
        yield* look(filters());
        drain();
      };
      reconcilingSigned ??= follow(options, once, over.signal).catch(fail);
    }
    drain();
  }

  return {
    fetch: async (request) => app.fetch(request),
    ended,
    subscribe(...subscriptions) {
      // One after the other: two at once would make two hooks.
      const done = subscribing.then(() => subscribe(subscriptions));
      subscribing = done.catch(() => {});
      return done;
    },
    async stop({ keepHook = false } = {}) {
      over.abort();
      try {
        await reconciling;
        await reconcilingSigned;
        await watching;
        // A process that took the state over owns the hook now.
        if (!keepHook && !held.isLost) await removeDelivery(delivery);
      } finally {
        await (subscribers.length > 0 ? inbox.drain() : undefined)?.catch(fail);
        await held.release();
        end();
      }
    },
  };
}

const oddFateOf = ({ setAside }: ReceiverOptions): OddFate =>
  setAside ? 'set aside' : 'delivered as received';

async function handOut(
  { context, setAside }: ReceiverOptions,
  subscribers: Subscriber[],
  event: LogEvent,
): Promise<void> {
  const isOdd = setAside && !isSignal(event) && !isUsual(event);
  for (const { key, filter, deliver } of subscribers) {
    if (!filter.matches(event)) continue;
    if (isOdd) await setAside(key, event);
    else await deliver((await filter.item(context, event)) as EventItem);
  }
}

/** Delivers the inbox; a failure that may pass (reading a user) is retried until it succeeds. */
async function drainPatiently(
  inbox: HookInbox,
  held: Held<HookState>,
  { clock, notice }: ActionContext,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 1; ; failures++) {
    try {
      return await inbox.drain();
    } catch (error) {
      if (isFatal(error) || held.isLost || signal.aborted) throw error;
      notice(`${(error as Error).message}; the events wait`);
      await clock.sleep(backOff(error, failures, 1_000), signal);
    }
  }
}

/**
 * One poll of the log for events that the hook missed. Both sources share the window of seen events.
 * @param handle gets each event that was not delivered yet.
 */
async function* reconcile(
  options: ReceiverOptions,
  held: Held<HookState>,
  inbox: HookInbox,
  subscribers: readonly Subscriber[],
  handle: (event: LogEvent) => Promise<void>,
): AsyncGenerator<never, void, undefined> {
  const wanted = subscribers
    .map(({ filter }) => filter)
    .filter(({ reconciles, signed }) => reconciles && !signed);
  const eventTypes = [...new Set(wanted.flatMap(typesInLog))].sort();
  const view = {
    get value(): PollState | undefined {
      return inbox.state.poll && { ...inbox.state.poll, seen: [] };
    },
    save: ({ seen: _, ...poll }: PollState) => inbox.update(() => ({ poll, seen: inbox.seen.blocks() })),
    assertHeld: () => held.assertHeld(),
  };
  // A copy: polling marks what it has read here, the inbox marks what it has delivered.
  const seen = new Seen(inbox.seen.list());
  for await (const event of pollSystemLog(
    options.context,
    view,
    { conditions: { eventTypes }, oddFate: oddFateOf(options) },
    seen,
  ))
    await handle(event);
}

/** Looks into the log repeatedly, until the receiver stops or fails with an error that waiting cannot resolve. */
async function follow(
  { context: { clock, notice }, reconcileMs }: ReceiverOptions,
  once: () => AsyncGenerator<never, void, undefined>,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of repeat(once, { ...{ clock, notice, signal }, pause: () => reconcileMs }));
}
