import { hash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { InputError } from '../../errors/errors.ts';
import type { Clock } from '../../http/types.ts';
import { lookupPublic, PRIVATE_ADDRESS, receiverUrl } from './public-address.ts';

/** What a receiver has to answer in. */
const ANSWER_MS = 15_000;
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/** What became of one post. */
export type PostOutcome =
  | { is: 'accepted' }
  /** 410: the receiver wants no more. */
  | { is: 'gone' }
  /** `problem` says what happened, without the path of the URL; `status` what was answered, if anything. */
  | { is: 'refused'; problem: string; retryAfterMs: number; status?: number };

export interface ReceiverPost {
  /** Posts a message once. Never throws. */
  post(
    to: { url: string; secret: string },
    message: { id: string; body: string },
    signal: AbortSignal,
  ): Promise<PostOutcome>;
  close(): Promise<void>;
}

/**
 * Posts messages, signed as Standard Webhooks says. Redirects are not followed, and no proxy of the environment is used: the
 * address is checked where the connection is made.
 */
export function receiverPost({ clock, allowPrivate }: { clock: Clock; allowPrivate: boolean }): ReceiverPost {
  const agent = new Agent({
    ...{ keepAliveTimeout: 4_000, keepAliveMaxTimeout: 4_000, allowH2: false, maxResponseSize: 1_048_576 },
    connect: { timeout: ANSWER_MS, ...(allowPrivate ? {} : { lookup: lookupPublic }) },
  });
  return {
    async post({ url, secret }, { id, body }, signal) {
      try {
        const target = receiverUrl(url, allowPrivate);
        const at = new Date(clock.now());
        const messageId = headerOf(id);
        const {
          statusCode,
          headers,
          body: answer,
        } = await request(target, {
          ...{ method: 'POST', body, dispatcher: agent },
          headers: {
            ...{ 'content-type': 'application/json', 'user-agent': 'okta-connector' },
            ...{ 'webhook-id': messageId, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)) },
            'webhook-signature': new Webhook(secret).sign(messageId, at, body),
          },
          signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
        });
        await answer.dump({ limit: 65_536 }).catch(() => {});
        if (statusCode >= 200 && statusCode < 300) return { is: 'accepted' };
        if (statusCode === 410) return { is: 'gone' };
        const redirect = statusCode >= 300 && statusCode < 400 ? ', a redirect, which is not followed' : '';
        return {
          ...{ is: 'refused', problem: `the receiver answered ${statusCode}${redirect}` },
          retryAfterMs: retryAfterOf(headers['retry-after'], clock.now()),
          status: statusCode,
        };
      } catch (error) {
        return { is: 'refused', problem: problemOf(error), retryAfterMs: 0 };
      }
    },
    close: () => agent.destroy(),
  };
}

/** An id as a header can carry it; the receiver tells messages apart by it. */
const headerOf = (id: string): string =>
  /^[\x21-\x7e]{1,255}$/.test(id) ? id : `sha256-${hash('sha256', id, 'hex')}`;

/** Seconds or a date, up to an hour. */
function retryAfterOf(header: string | string[] | undefined, now: number): number {
  const text = String(header ?? '');
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Math.min(Math.max(ms || 0, 0), LONGEST_RETRY_AFTER_MS);
}

function problemOf(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return `the receiver did not answer within ${ANSWER_MS / 1_000} s`;
  if (code === PRIVATE_ADDRESS) return 'the name of the receiver leads to a private address';
  if (error instanceof InputError) return message;
  return `the receiver cannot be reached (${code ?? name})`;
}
