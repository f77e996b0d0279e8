import { timingSafeEqual } from 'node:crypto';
import { type Context, Hono, type HonoRequest } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { type OddFate, oddIds, tellOdd } from '../log/odd-event.ts';
import type { ReceiveSet } from '../signal/set-receiver.ts';
import { isSignal } from '../signal/signal-item.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const CHALLENGE = /^[\x21-\x7e]{1,512}$/;

const HEADERS = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' };

/** A plain response: Hono would make a Headers of each answer, which takes longer than most of a delivery. */
const empty = (status: number, more?: Record<string, string>): Response =>
  new Response(null, { status, headers: { ...HEADERS, ...more } });
const json = (value: object): Response =>
  new Response(JSON.stringify(value), { headers: { ...HEADERS, 'Content-Type': 'application/json' } });

/** Whether a request brings a signed event. */
const isSet = (request: HonoRequest): boolean =>
  request.method === 'POST' && /^\s*application\/secevent\+jwt\b/i.test(request.header('Content-Type') ?? '');

/** Only a verified token makes a signal: the secret of the hook is not enough for one. */
const unsigned = (event: LogEvent): LogEvent =>
  isSignal(event)
    ? ({ ...(event as object), signed: undefined, logged: undefined } as unknown as LogEvent)
    : event;

/** @returns a comparison with the secret in constant time, whatever the lengths. Hot path: runs for each delivery. */
function comparison(secret: () => string): (given: string | undefined) => boolean {
  let known = '';
  let [expected, padded] = [Buffer.alloc(0), Buffer.alloc(0)];
  return (given = '') => {
    const text = secret();
    if (text !== known) {
      known = text;
      expected = Buffer.from(text);
      padded = Buffer.alloc(expected.length);
    }
    padded.fill(0).write(given);
    return timingSafeEqual(padded, expected) && given.length === text.length;
  };
}

/**
 * The endpoint that Okta calls: answers the one-time challenge and takes deliveries, acknowledged as soon as the events are
 * stored. Only the challenge is echoed, and only to callers with the secret.
 * @param take stores the events of a delivery, whatever their shape.
 * @param notice called for a delivery that cannot be taken, and for events of an unexpected shape.
 * @param more.receiveSet takes what comes as a signed event (Shared Signals), at the same URL.
 * @param more.oddFate what becomes of events of an unexpected shape.
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function receiverApp(
  secret: () => string,
  take: (events: LogEvent[]) => Promise<void>,
  notice: (message: string) => void,
  { receiveSet, oddFate }: { receiveSet?: ReceiveSet; oddFate?: OddFate } = {},
): Hono {
  const isSecret = comparison(secret);
  const refuse = (status: number, why: string) => {
    notice(`A delivery of the event hook was refused: it ${why}`);
    return empty(status);
  };
  const tooLarge = () => refuse(413, 'is larger than a megabyte');
  const measured = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge });

  const challenged = (challenge: string | undefined) =>
    challenge && CHALLENGE.test(challenge) ? json({ verification: challenge }) : empty(400);

  async function delivered(req: HonoRequest): Promise<Response> {
    const body = (await req.json().catch(() => undefined)) as { data?: { events?: unknown } } | undefined;
    const events = body?.data?.events;
    if (!Array.isArray(events))
      return refuse(400, body === undefined ? 'is not JSON' : 'has no list of events');
    await take(events.map(unsigned));
    tellOdd(oddIds(events), notice, oddFate);
    return json({});
  }

  async function counted(c: Context, read: () => Promise<Response>): Promise<Response> {
    let answer: Response | undefined;
    const refusal = await measured(c, async () => {
      answer = await read();
    });
    return answer ?? (refusal as Response);
  }

  /** The server holds a body to the length that is announced. Hono's limit would make a stream of it, which takes longer than the rest. */
  function limited(c: Context, read: () => Promise<Response>): Response | Promise<Response> {
    const length = c.req.header('Content-Length');
    if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return counted(c, read);
    return Number(length) > MAX_BODY_BYTES ? tooLarge() : read();
  }

  const app = new Hono();
  // A single handler: several would be composed anew for each delivery.
  app.all('*', (c) => {
    const { req } = c;
    if (!['GET', 'POST'].includes(req.method)) return empty(405, { Allow: 'GET, POST' });
    const isOurs = isSecret(req.header('Authorization'));
    if (receiveSet && isSet(req)) return limited(c, async () => receiveSet(await req.text(), isOurs));
    if (!isOurs) return empty(401);
    if (req.method === 'GET') return challenged(req.header('X-Okta-Verification-Challenge'));
    return limited(c, () => delivered(req));
  });
  // Whatever the reason, Okta only needs to know that it should try again.
  app.onError(() => empty(503));
  return app;
}
