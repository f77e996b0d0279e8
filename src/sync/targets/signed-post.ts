import { createHmac } from 'node:crypto';
import { InputError } from '../../errors/errors.ts';
import { systemClock } from '../../http/clock.ts';
import type { Clock } from '../../http/types.ts';
import { type TargetAnswer, targetHttp } from './http.ts';

/**
 * Posts JSON to one URL, signed as Standard Webhooks says.
 * @throws InputError for a secret that cannot be used.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedPost(options: {
  url: URL;
  secret: string | undefined;
  /** Value of the Authorization header, for receivers that check no signature. */
  authorization?: string;
  name: string;
  clock?: Clock;
}) {
  const { url, secret, authorization, name, clock = systemClock } = options;
  const key = keyOf(secret);
  const own = authorization ? [authorization] : [];
  const http = targetHttp({ url, name, secrets: [secret as string, ...own], clock });
  return {
    /** Repeated while it makes sense. @returns whatever was answered. @throws as `targetHttp`. */
    post(id: string, body: string, more: { tries: number; signal?: AbortSignal }): Promise<TargetAnswer> {
      const headers = () => {
        const time = String(Math.floor(clock.now() / 1_000));
        const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
        return {
          ...{ 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': time },
          'webhook-signature': `v1,${signature}`,
          ...(authorization ? { authorization } : {}),
        };
      };
      const path = url.pathname + url.search;
      // Paths of webhooks often contain a secret.
      const request = { method: 'POST' as const, path, template: 'the webhook', headers, body };
      return http.send({ ...request, isRepeatable: true, ...more });
    },
    failed: http.failed,
    close: http.close,
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
