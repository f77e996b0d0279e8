import PQueue from 'p-queue';
import type { TriggerItem } from '../../define.ts';
import { backOff } from '../../triggers/run-trigger.ts';
import type { GatewayDeps } from './deps.ts';
import { mayUse } from './grants.ts';
import { receiverPost } from './receiver-post.ts';
import { type StoredSubscription, type Subscriber, subscriptionStore } from './subscription-store.ts';

/** Posts under way at once, over all subscriptions. */
const POSTS = 20;
/** Items that one subscription keeps while its receiver is away; further ones are left in Okta until it is back. */
const MOST_WAITING = 1_000;
const ITEMS_AT_ONCE = 100;
/** The pause after a failed post doubles from the first to the longest. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [5_000, 60 * 60_000];
/** A receiver that failed for so long is given up, until somebody resumes it. */
const PATIENCE_MS = 3 * 24 * 60 * 60_000;
/** How often a loop that has nothing to do looks whether its key still counts. */
const IDLE_MS = 60_000;
const TROUBLE_MS = 5_000;

type Deps = Pick<
  GatewayDeps,
  'client' | 'state' | 'keys' | 'metrics' | 'clock' | 'notice' | 'stopping' | 'manifest'
> & {
  allowPrivateTargets: boolean;
};

/** Starts the loops of the subscriptions that there are. */
export function openSubscriber(deps: Deps): Subscriber {
  const { client, keys, metrics, clock, notice, stopping, manifest } = deps;
  const store = subscriptionStore(deps.state);
  const receiver = receiverPost({ clock, allowPrivate: deps.allowPrivateTargets });
  const posts = new PQueue({ concurrency: POSTS });
  const running = new Map<string, { stop: AbortController; wake(): void; done: Promise<unknown> }>();

  function remove(id: string): boolean {
    const removed = store.remove(id);
    running.get(id)?.stop.abort();
    running.delete(id);
    return removed;
  }

  /** Whether the key of a subscription lets it go on. One whose key was revoked is removed. */
  function isAllowed({ id, key_id, trigger: name }: StoredSubscription): boolean {
    const key = keys.get(key_id);
    if (!key) {
      notice(`The key of subscription ${id} was revoked: it is removed`);
      remove(id);
      return false;
    }
    const trigger = manifest.triggers.find((one) => one.key === name);
    const hasExpired = key.expires !== undefined && Date.parse(key.expires) <= clock.now();
    return trigger !== undefined && !hasExpired && mayUse(key, trigger);
  }

  function start(id: string) {
    const stop = new AbortController();
    const signal = AbortSignal.any([stopping, stop.signal]);
    let ringing = new AbortController();
    const wake = () => {
      ringing.abort();
      ringing = new AbortController();
    };
    const rest = (ms: number, until = signal) => clock.sleep(ms, until).catch(() => {});
    const idle = (ms = IDLE_MS) => rest(ms, AbortSignal.any([signal, ringing.signal]));

    /** One look at Okta. @returns milliseconds until the next; undefined when the subscription is gone. */
    async function look(failures: number): Promise<{ pauseMs: number; failures: number } | undefined> {
      const found = store.get(id);
      if (!found) return undefined;
      const usual = { pauseMs: found.interval * 1_000, failures: 0 };
      if (!isAllowed(found) || found.parked || store.waiting(id) >= MOST_WAITING) return usual;
      const input = JSON.parse(found.input) as Record<string, unknown>;
      try {
        const { cursor } = found;
        const pulled = await client.pull(found.trigger, input, { cursor, limit: ITEMS_AT_ONCE, signal });
        if (signal.aborted) return undefined;
        const items = pulled.items.map((item) => ({
          id: item.id,
          body: messageOf(found, item, clock.now()),
        }));
        if (items.length > 0 || pulled.cursor !== cursor || found.pull_problem !== null)
          store.journal(id, items, pulled.cursor);
        if (items.length > 0) wake();
        return pulled.more ? { pauseMs: 0, failures: 0 } : usual;
      } catch (error) {
        if (signal.aborted) return undefined;
        const { message } = error as Error;
        if (found.pull_problem !== message) notice(`Subscription ${id} cannot read from Okta: ${message}`);
        store.pullFailed(id, message);
        return { pauseMs: backOff(error, failures + 1, usual.pauseMs), failures: failures + 1 };
      }
    }

    async function read(): Promise<void> {
      for (let failures = 0; !signal.aborted; ) {
        const next = await look(failures);
        if (!next) return;
        failures = next.failures;
        if (next.pauseMs > 0) await idleOrRead(next.pauseMs);
      }
    }
    // A subscription that was resumed looks at once.
    const idleOrRead = (ms: number) => rest(ms, AbortSignal.any([signal, resumed.signal]));
    let resumed = new AbortController();

    async function deliver(): Promise<void> {
      while (!signal.aborted) {
        const found = store.get(id);
        if (!found) return;
        const item = found.parked || !isAllowed(found) ? undefined : store.first(id);
        const waitMs = found.next_try - clock.now();
        if (!item || waitMs > 0) {
          await idle(item ? Math.min(waitMs, IDLE_MS) : IDLE_MS);
          continue;
        }
        // It may have waited for its turn, and its key was revoked.
        const outcome = await posts.add(async () =>
          isAllowed(found) ? receiver.post(found, item, signal) : undefined,
        );
        if (!outcome) continue;
        if (outcome.is === 'accepted') {
          store.accepted(id, item.seq, clock.now());
          metrics.delivered(found.trigger, 'accepted');
        } else if (signal.aborted) {
          return;
        } else if (outcome.is === 'gone') {
          notice(`The receiver of subscription ${id} answered 410: it is removed`);
          remove(id);
        } else {
          fail(found, outcome.problem, outcome.retryAfterMs);
        }
      }
    }

    function fail(
      { failures, failing_since, trigger }: StoredSubscription,
      problem: string,
      retryAfterMs: number,
    ) {
      const now = clock.now();
      const parked = now - (failing_since ?? now) >= PATIENCE_MS;
      const doubled = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 20), LONGEST_PAUSE_MS);
      // Receivers that went away together are not asked together.
      const pauseMs = Math.max(doubled * (0.8 + 0.4 * Math.random()), retryAfterMs);
      store.refused(id, { now, nextTry: now + pauseMs, problem, parked });
      metrics.delivered(trigger, parked ? 'parked' : 'refused');
      if (parked) {
        notice(
          `Subscription ${id} is parked: ${problem}, for three days. POST /v1/subscriptions/${id}/resume goes on with it`,
        );
      }
    }

    /** Whatever fails, such as a full disk, ends no loop. */
    const lasting = async (loop: () => Promise<void>) => {
      while (!signal.aborted) {
        try {
          return await loop();
        } catch (error) {
          notice(`Subscription ${id}: ${(error as Error).message}`);
          await rest(TROUBLE_MS);
        }
      }
    };
    const done = Promise.all([lasting(read), lasting(deliver)]);
    running.set(id, {
      ...{ stop, done },
      wake() {
        resumed.abort();
        resumed = new AbortController();
        wake();
      },
    });
  }

  for (const { id } of store.all()) start(id);
  return {
    store,
    remove,
    run(id) {
      const found = running.get(id);
      if (found) found.wake();
      else start(id);
    },
    async close() {
      await Promise.all([...running.values()].map(({ done }) => done));
      await receiver.close();
    },
  };
}

/** What is posted; the same for each try. */
const messageOf = ({ id, trigger }: StoredSubscription, item: TriggerItem, now: number): string =>
  JSON.stringify({ type: trigger, timestamp: new Date(now).toISOString(), subscription: id, data: item });
