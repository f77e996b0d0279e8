import { createHash } from 'node:crypto';
import { systemClock } from '../../http/clock.ts';
import type { Clock } from '../../http/types.ts';
import { targetUrl } from './http.ts';
import { signedPost } from './signed-post.ts';
import type { ChangeRefusal, Target } from './target.ts';

export interface WebhookTargetOptions {
  url: string;
  /** `whsec_` and 24 to 64 bytes as base64. */
  secret: string | undefined;
  /** Largest body, in bytes. Default 256 KiB; a batch above it becomes several requests. */
  maxBytes?: number;
  clock?: Clock;
}

const BATCH = 100;
/** With pauses that double from half a second, about two minutes. */
const TRIES = 8;
/** For the members around the changes. */
const ENVELOPE_BYTES = 100;

/**
 * Posts batches, signed as Standard Webhooks says. A batch is repeated until it is answered with 2xx; the id of the message depends
 * only on the changes in it, so that a receiver can drop what it already has.
 * @throws InputError for a URL or a secret that cannot be used.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookTarget(options: WebhookTargetOptions): Target {
  const { secret, maxBytes = 256 * 1024, clock = systemClock } = options;
  const url = targetUrl(
    'target webhook',
    options.url,
    'okta-connector sync --to webhook https://directory.acme.test/webhook',
  );
  const http = signedPost({ url, secret, name: 'The receiver', clock });

  async function post(changes: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const list = changes.join(',');
    const id = `msg_${createHash('sha256').update(list).digest('base64url')}`;
    const now = new Date(clock.now()).toISOString();
    const body = `{"type":"directory.changed","timestamp":"${now}","data":{"changes":[${list}]}}`;
    const { status } = await http.post(id, body, { tries: TRIES, signal });
    if (status >= 200 && status < 300) return;
    const isGone = status === 410;
    throw http.failed(isGone ? 'wants no more messages (410)' : `answered ${status} to the webhook`, {
      ...{ code: 'target_refused', status, retryable: !isGone },
      hint: isGone
        ? 'Give another URL, or end this sync.'
        : 'Check the URL, the secret and the log of the receiver. The changes are kept for the next run.',
    });
  }

  return {
    batch: BATCH,
    async apply(changes, signal) {
      const refused: ChangeRefusal[] = [];
      let part: string[] = [];
      let size = ENVELOPE_BYTES;
      for (const change of changes) {
        const text = JSON.stringify(change);
        const bytes = Buffer.byteLength(text) + 1;
        if (bytes + ENVELOPE_BYTES > maxBytes) {
          const message = `The change has ${bytes} bytes, more than a request may have (${maxBytes})`;
          refused.push({ id: change.id, message, code: 'target_refused', retryable: false });
          continue;
        }
        if (size + bytes > maxBytes) {
          await post(part, signal);
          [part, size] = [[], ENVELOPE_BYTES];
        }
        part.push(text);
        size += bytes;
      }
      if (part.length > 0) await post(part, signal);
      return refused;
    },
    close: async () => http.close(),
  };
}
