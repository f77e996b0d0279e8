import { createHash, createHmac } from 'node:crypto';
import { InputError } from '../../errors/errors.ts';
import { systemClock } from '../../http/clock.ts';
import type { Clock } from '../../http/types.ts';
import { targetHttp, targetUrl } from './http.ts';
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
  const url = targetUrl('webhook', options.url);
  const key = keyOf(secret);
  const http = targetHttp({ url, name: 'The receiver', secrets: [secret as string], clock });

  async function post(changes: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const list = changes.join(',');
    const id = `msg_${createHash('sha256').update(list).digest('base64url')}`;
    const now = new Date(clock.now()).toISOString();
    const body = `{"type":"directory.changed","timestamp":"${now}","data":{"changes":[${list}]}}`;
    const headers = () => {
      const time = String(Math.floor(clock.now() / 1_000));
      const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
      return {
        ...{ 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': time },
        'webhook-signature': `v1,${signature}`,
      };
    };
    const path = url.pathname + url.search;
    // Paths of webhooks often contain a secret.
    const request = { method: 'POST' as const, path, template: 'the webhook', headers, body };
    const { status } = await http.send({ ...request, isRepeatable: true, tries: TRIES, signal });
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

/** @throws InputError without repeating the secret. */
function keyOf(secret: string | undefined): Buffer {
  const hint = 'Set OKTA_CONNECTOR_WEBHOOK_SECRET to "whsec_" and 24 to 64 random bytes as base64.';
  if (!secret) throw new InputError('The secret of the webhook is missing', { hint });
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(base64, 'base64');
  if (key.length >= 24 && key.length <= 64) return key;
  throw new InputError('The secret of the webhook is not one of Standard Webhooks', { hint });
}
