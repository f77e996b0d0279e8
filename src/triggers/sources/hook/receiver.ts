import type { ActionContext, HookFilter, TriggerDefinition } from '../../../define.ts';
import { deferred } from '../../../http/deferred.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { type Held, hold } from '../../../state/lease.ts';
import type { StateStore } from '../../../state/store.ts';
import { backOff, isFatal, repeat } from '../../run-trigger.ts';
import type { EventItem } from '../log/event-item.ts';
import { Seen } from '../log/seen.ts';
import { type PollState, pollSystemLog } from '../log/system-log.ts';
import { assertOneHook, ensureHook, filterOf, removeHook } from './event-hook.ts';
import { HookInbox } from './hook-inbox.ts';
import { type HookState, newHook } from './hook-state.ts';
import { assertPublicUrl } from './public-url.ts';
import { receiverApp } from './receiver-app.ts';

/** Gets each item once; the event stays in the inbox until it resolves. */
export type Deliver = (item: EventItem) => Promise<void> | void;

/** Receives event-hook deliveries for any number of subscribers with a single hook. */
export interface Receiver {
  /** Answers one request: mount it in any server that speaks fetch, at the public URL. */
  fetch(request: Request): Promise<Response>;
  /**
   * Adds subscribers and extends the hook to their event types. The server must be reachable already: Okta verifies it.
   * Nothing is delivered before the first call, so after a restart give all of them at once.
   * @throws InputError for event types that no hook delivers.
   */
  subscribe(...subscriptions: Subscription[]): Promise<void>;
  /** Resolves when the receiver has ended; rejects with an error that waiting cannot resolve. */
  readonly ended: Promise<void>;
  /** Deactivates and deletes the hook and delivers the rest of the inbox. With `keepHook` the hook stays for the next start. */
  stop(options?: { keepHook?: boolean }): Promise<void>;
}

export interface ReceiverOptions {
  context: ActionContext;
  store: StateStore;
  stateKey: string;
  /** Where Okta reaches `fetch`. */
  publicUrl: string;
  /** Milliseconds between two polls of the System Log, for subscribers that reconcile. */
  reconcileMs: number;
}

/** A trigger, and where its items go. */
export interface Subscription {
  trigger: TriggerDefinition;
  /** Checked against the trigger's schema. */
  input: Record<string, unknown>;
  deliver: Deliver;
}

interface Subscriber {
  filter: HookFilter;
  deliver: Deliver;
}

/**
 * Opens a receiver. One process at a time can have it: the state is held until `stop`.
 * @throws InputError for a public URL that Okta cannot call; OktaError `state_locked` while another process has it.
 */
export async function openReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { context, publicUrl } = options;
  assertPublicUrl(publicUrl);
  const held = await hold<HookState>(options.store, options.stateKey, context.clock);
  const subscribers: Subscriber[] = [];
  const inbox = new HookInbox(held, newHook(), (event) => handOut(context, subscribers, event));
  await inbox
    .update(() => ({}))
    .catch(async (error) => {
      await held.release();
      throw error;
    });
  const over = new AbortController();
  const { promise: ended, resolve: end, reject: fail } = deferred<void>();
  ended.catch(() => {});
  let reconciling: Promise<void> | undefined;
  let subscribing: Promise<void> = Promise.resolve();

  const app = receiverApp(
    () => inbox.state.secret,
    async (events) => {
      await store(events);
      if (subscribers.length > 0) drain();
    },
    context.notice,
  );

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
  /** Stores events; reports once when storing begins to fail, and once when it works again. */
  async function store(events: LogEvent[]): Promise<void> {
    try {
      await inbox.take(events);
      if (isFailing) context.notice('The state can be stored again: deliveries are taken');
      isFailing = false;
    } catch (error) {
      if (held.isLost) fail(error);
      else if (!isFailing) context.notice(`${(error as Error).message}; deliveries are answered with 503`);
      isFailing = true;
      throw error;
    }
  }

  async function subscribe(subscriptions: Subscription[]): Promise<void> {
    const added = subscriptions.map(({ trigger, input, deliver }) => ({
      filter: filterOf(trigger, input),
      deliver,
    }));
    const all = [...subscribers, ...added];
    const eventTypes = all.flatMap(({ filter }) => filter.eventTypes);
    assertOneHook(eventTypes);
    const reconciles = all.some(({ filter }) => filter.reconciles);
    // The log first, so that nothing that happens while the hook is being created is missed.
    if (reconciles && !inbox.state.poll) {
      await reconcile(options, held, inbox, all, (event) => inbox.take([event])).next();
    }
    await ensureHook(context, inbox, publicUrl, eventTypes);
    subscribers.push(...added);
    if (reconciles) reconciling ??= follow(options, held, inbox, subscribers, over.signal).catch(fail);
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
        // A process that took the state over owns the hook now.
        if (!keepHook && !held.isLost) await removeHook(context, inbox);
      } finally {
        await (subscribers.length > 0 ? inbox.drain() : undefined)?.catch(fail);
        await held.release();
        end();
      }
    },
  };
}

async function handOut(context: ActionContext, subscribers: Subscriber[], event: LogEvent): Promise<void> {
  for (const { filter, deliver } of subscribers) {
    if (filter.matches(event)) await deliver((await filter.item(context, event)) as EventItem);
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
  { context }: ReceiverOptions,
  held: Held<HookState>,
  inbox: HookInbox,
  subscribers: readonly Subscriber[],
  handle: (event: LogEvent) => Promise<void>,
): AsyncGenerator<never, void, undefined> {
  const wanted = subscribers.map(({ filter }) => filter).filter(({ reconciles }) => reconciles);
  const eventTypes = [...new Set(wanted.flatMap((filter) => filter.eventTypes))].sort();
  const view = {
    get value(): PollState | undefined {
      return inbox.state.poll && { ...inbox.state.poll, seen: [] };
    },
    save: ({ seen: _, ...poll }: PollState) => inbox.update(() => ({ poll, seen: inbox.seen.list() })),
    assertHeld: () => held.assertHeld(),
  };
  // A copy: polling marks what it has read here, the inbox marks what it has delivered.
  const seen = new Seen(inbox.seen.list());
  for await (const event of pollSystemLog(context, view, { conditions: { eventTypes } }, seen))
    await handle(event);
}

/** Polls the log repeatedly, until the receiver stops or fails with an error that waiting cannot resolve. */
async function follow(
  options: ReceiverOptions,
  held: Held<HookState>,
  inbox: HookInbox,
  subscribers: readonly Subscriber[],
  signal: AbortSignal,
): Promise<void> {
  const { clock, notice } = options.context;
  const once = () => reconcile(options, held, inbox, subscribers, (event) => inbox.once(event));
  const runs = repeat(once, { ...{ clock, notice, signal }, pause: () => options.reconcileMs });
  for await (const _ of runs);
}
