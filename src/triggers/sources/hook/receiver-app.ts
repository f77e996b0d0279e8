import { hash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { oddIds, tellOdd } from '../log/odd-event.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const CHALLENGE = /^[\x21-\x7e]{1,512}$/;

/** Compares in constant time, whatever the lengths. */
export function isSame(given: string | undefined, secret: string): boolean {
  const digest = (text: string) => Buffer.from(hash('sha256', text, 'hex'));
  return timingSafeEqual(digest(given ?? ''), digest(secret));
}

/**
 * The endpoint that Okta calls: answers the one-time challenge and takes deliveries, acknowledged as soon as the events are
 * stored. Only the challenge is echoed, and only to callers with the secret.
 * @param take stores the events of a delivery, whatever their shape.
 * @param notice called for a delivery that cannot be taken, and for events of an unexpected shape.
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function receiverApp(
  secret: () => string,
  take: (events: LogEvent[]) => Promise<void>,
  notice: (message: string) => void,
): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Cache-Control', 'no-store');
    if (!['GET', 'POST'].includes(c.req.method)) return c.body(null, 405, { Allow: 'GET, POST' });
    if (!isSame(c.req.header('Authorization'), secret())) return c.body(null, 401);
    return next();
  });
  app.get('*', (c) => {
    const challenge = c.req.header('X-Okta-Verification-Challenge');
    return challenge && CHALLENGE.test(challenge) ? c.json({ verification: challenge }) : c.body(null, 400);
  });
  const refuse = (why: string) => notice(`A delivery of the event hook was refused: it ${why}`);
  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError(c) {
      refuse('is larger than a megabyte');
      return c.body(null, 413);
    },
  });
  app.post('*', limit, async (c) => {
    const body = (await c.req.json().catch(() => undefined)) as { data?: { events?: unknown } } | undefined;
    const events = body?.data?.events;
    if (!Array.isArray(events)) {
      refuse(body === undefined ? 'is not JSON' : 'has no list of events');
      return c.body(null, 400);
    }
    await take(events);
    tellOdd(oddIds(events), notice);
    return c.json({});
  });
  // Whatever the reason, Okta only needs to know that it should try again.
  app.onError((_, c) => c.body(null, 503));
  return app;
}
