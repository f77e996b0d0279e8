import type { TriggerDefinition } from '../define.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import { prepareTrigger } from './follow.ts';
import { withIds } from './named-inputs.ts';
import { type Deliver, openReceiver, type Receiver } from './sources/hook/receiver.ts';

/** Takes no signal: a receiver ends with `stop`, which asks Okta to delete the hook. */
export interface WebhookOptions extends Omit<RunOptions, 'signal'> {
  /** Where Okta reaches the receiver, https. */
  publicUrl: string;
  state: string | StateStore;
  /** Milliseconds between two polls of the System Log, for subscribers that reconcile. Default 60,000. */
  reconcileMs?: number;
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
  { publicUrl, state, reconcileMs = 60_000, progress }: WebhookOptions,
): Promise<Webhook> {
  const receiver = await openReceiver({
    context: session.reading(['okta.eventHooks.manage'], { progress }),
    store: session.storeOf('state', state),
    // The record belongs to the hook and its URL, whatever the credential: the lease refuses a second receiver.
    stateKey: session.stateKeyOf('webhook'),
    ...{ publicUrl, reconcileMs },
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
        input: await withIds(one.trigger, one.input, one.context),
      }));
      await receiver.subscribe(...(await Promise.all(named)));
    },
  };
}
