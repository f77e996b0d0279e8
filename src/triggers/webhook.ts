import type { TriggerDefinition } from '../define.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import type { SetAside } from './dead-letter-file.ts';
import { setOddAside } from './dead-letters.ts';
import { prepareTrigger } from './follow.ts';
import { nameMemory } from './name-memory.ts';
import { withIds } from './named-inputs.ts';
import { type Deliver, openReceiver, type Receiver } from './sources/hook/receiver.ts';
import { assertDeliverable } from './sources/signal/delivery.ts';
import { STREAM_SCOPES } from './sources/signal/signal-stream.ts';

/** Takes no signal: a receiver ends with `stop`, which asks Okta to delete the hook. */
export interface WebhookOptions extends Omit<RunOptions, 'signal'> {
  /** Where Okta reaches the receiver, https. */
  publicUrl: string;
  state: string | StateStore;
  /**
   * Milliseconds between two polls of the System Log, for subscribers that reconcile, and between two looks at the stream of
   * signed events. Default 60,000.
   */
  reconcileMs?: number;
  /**
   * Where events of an unexpected shape go instead of being delivered: the path of a file, one JSON object a line, or a function. They
   * are safe there before they leave the state.
   */
  deadLetter?: string | SetAside;
}

/** A subscriber named by trigger key. */
export interface WebhookSubscription {
  key: string;
  input: unknown;
  deliver: Deliver;
}

/** A receiver whose subscribers are named by trigger key. */
export interface Webhook extends Omit<Receiver, 'subscribe'> {
  /**
   * Adds subscribers. Nothing is delivered before the first call, so after a restart give all of them at once.
   * @throws InputError for a trigger, or an input, that no hook delivers.
   */
  subscribe(...subscriptions: WebhookSubscription[]): Promise<void>;
}

/**
 * Opens a receiver whose subscribers are named by trigger key.
 * @param triggerOf finds a trigger by its key. @throws InputError for an unknown key.
 */
export async function openWebhook(
  session: Session,
  triggerOf: (key: string) => TriggerDefinition,
  { publicUrl, state, reconcileMs = 60_000, deadLetter, progress }: WebhookOptions,
): Promise<Webhook> {
  const store = session.storeOf('state', state);
  const receiver = await openReceiver({
    context: session.reading(['okta.eventHooks.manage'], { progress }),
    streams: session.reading(STREAM_SCOPES, { progress }),
    assertDeliverable: (filters) => assertDeliverable(session, filters),
    store,
    // The record belongs to the hook and its URL, whatever the credential: the lease refuses a second receiver.
    stateKey: session.stateKeyOf('webhook'),
    ...{ publicUrl, reconcileMs },
    setAside: await setOddAside(deadLetter, session.clock),
  });
  return {
    ...receiver,
    async subscribe(...subscriptions) {
      const prepared = subscriptions.map(({ key, input, deliver }) => ({
        ...prepareTrigger(session, triggerOf(key), input, { progress }),
        deliver,
      }));
      const named = prepared.map(async (one) => ({
        ...one,
        input: await withIds(one.trigger, one.input, one.context, nameMemory(session, one.trigger, store)),
      }));
      await receiver.subscribe(...(await Promise.all(named)));
    },
  };
}
