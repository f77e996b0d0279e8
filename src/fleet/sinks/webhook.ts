import { receiverPost } from '../../hosts/gateway/receiver-post.ts';
import { systemClock } from '../../http/clock.ts';
import type { SecretReference } from '../file-parts.ts';
import { secretValue } from '../secret-value.ts';
import { type OpenSink, SinkError } from './sink.ts';

/** Answers that say something about the one item, not about the receiver. */
const ABOUT_ITEM = new Set([400, 405, 409, 411, 413, 415, 422]);

/** Posts each item, signed as Standard Webhooks says. @see https://www.standardwebhooks.com */
export async function webhookSink(declared: { url: string; secret: SecretReference }): Promise<OpenSink> {
  const to = { url: declared.url, secret: await secretValue(declared.secret) };
  // The operator of the fleet names its sinks: they may be within the network.
  const receiver = receiverPost({ clock: systemClock, allowPrivate: true });
  return {
    atOnce: 1,
    async deliver(messages) {
      for (const { id, connection, trigger, type, item } of messages) {
        const timestamp = new Date().toISOString();
        const body = JSON.stringify({ type, timestamp, connection, trigger, data: item });
        const outcome = await receiver.post(to, { id, body }, NEVER);
        if (outcome.is === 'accepted') continue;
        if (outcome.is === 'gone') throw new SinkError('the receiver answered 410');
        const { problem, retryAfterMs, status = 0 } = outcome;
        throw new SinkError(problem, { retryAfterMs, about: ABOUT_ITEM.has(status) ? id : undefined });
      }
    },
    close: () => receiver.close(),
  };
}

/** What was begun is finished: the receiver may have the item already. */
const NEVER = new AbortController().signal;
