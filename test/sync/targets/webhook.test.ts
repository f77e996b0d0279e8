import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { webhookTarget } from '../../../src/sync/targets/webhook.ts';
import { closedPort, httpServer, type Received, rejection } from '../../support/server.ts';
import { userChange } from './changes.ts';
import { quickClock } from './quick-clock.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const changes = ['00u1', '00u2', '00u3'].map((id) =>
  userChange('user.created', id, { login: `${id}@x.test`, title: 'Zoë \u2028' }),
);

/** What a receiver does: checks the signature and reads the changes. */
const received = ({ body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as {
    type: string;
    timestamp: string;
    data: { changes: unknown[] };
  };

/** A receiver that answers with these statuses, then with 204. */
const receiver = (...answers: { status: number; headers?: Record<string, string> }[]) =>
  httpServer((_, response, at) => {
    const { status, headers = {} } = answers[at - 1] ?? { status: 204 };
    response.writeHead(status, headers).end();
  });

describe('webhook', () => {
  it('posts a batch that the reference library accepts', async () => {
    const server = await receiver();
    const target = webhookTarget({ url: `${server.origin}/hook?key=1`, secret });
    expect(await target.apply(changes)).toEqual([]);
    const [request] = server.requests as [Received];
    expect(request.url).toBe('/hook?key=1');
    expect(received(request)).toMatchObject({ type: 'directory.changed', data: { changes } });
    expect(Date.parse(received(request).timestamp)).toBeGreaterThan(Date.now() - 60_000);
    await target.close?.();
  });

  it('repeats with growing pauses until 2xx, with the same id and a signature of its own each time', async () => {
    const server = await receiver(
      { status: 500 },
      { status: 503 },
      { status: 429, headers: { 'retry-after': '9' } },
    );
    const clock = quickClock();
    await webhookTarget({ url: server.origin, secret, clock }).apply(changes);
    expect(server.requests).toHaveLength(4);
    expect(new Set(server.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const request of server.requests) expect(received(request).data.changes).toEqual(changes);
    const [first = 0, second = 0, third] = clock.pauses;
    expect(first).toBeGreaterThanOrEqual(500);
    expect(second).toBeGreaterThanOrEqual(1_000);
    expect(third).toBe(9_000);
  });

  it('gives a batch that comes again after a kill the same id, and another batch another one', async () => {
    const server = await receiver();
    await webhookTarget({ url: server.origin, secret }).apply(changes);
    await webhookTarget({ url: server.origin, secret }).apply(changes);
    await webhookTarget({ url: server.origin, secret }).apply(changes.slice(1));
    const [one, again, other] = server.requests.map(({ headers }) => headers['webhook-id']);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it('keeps bodies within the limit, in order, and refuses a change that never fits', async () => {
    const server = await receiver();
    const target = webhookTarget({ url: server.origin, secret, maxBytes: 500 });
    const long = userChange('user.created', '00u9', { title: 'x'.repeat(500) });
    const refused = await target.apply([...changes, long]);
    expect(refused).toEqual([
      { id: long.id, code: 'target_refused', retryable: false, message: expect.stringContaining('500') },
    ]);
    expect(server.requests.length).toBeGreaterThan(1);
    for (const { body } of server.requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(500);
    expect(server.requests.flatMap((one) => received(one).data.changes)).toEqual(changes);
  });

  it('gives up with an error that says whether the next run may succeed', async () => {
    for (const [status, isRetryable, tries] of [
      [410, false, 1],
      [404, true, 1],
      [503, true, 8],
    ] as const) {
      const server = await httpServer((_, response) => response.writeHead(status).end());
      const error = await rejection(
        webhookTarget({ url: server.origin, secret, clock: quickClock() }).apply(changes),
      );
      expect(error).toMatchObject({ retryable: isRetryable, status, actor: 'target' });
      expect(server.requests).toHaveLength(tries);
    }
  });

  it('follows no redirect', async () => {
    const elsewhere = await receiver();
    const server = await receiver({ status: 307, headers: { location: `${elsewhere.origin}/` } });
    const error = await rejection(webhookTarget({ url: server.origin, secret }).apply(changes));
    expect(error).toMatchObject({ code: 'redirect_refused', retryable: false });
    expect(elsewhere.requests).toEqual([]);
  });

  it('waits no longer than a minute for a Retry-After, and says when to come again', async () => {
    const server = await receiver({ status: 429, headers: { 'retry-after': '3600' } });
    const error = await rejection(webhookTarget({ url: server.origin, secret }).apply(changes));
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true, retryAfterMs: 3_600_000 });
  });

  it('tells of a receiver that is away, without the path of the webhook', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/hooks/T0KEN`;
    const error = await rejection(webhookTarget({ url, secret, clock: quickClock() }).apply(changes));
    expect(error).toMatchObject({ code: 'target_unavailable', retryable: true });
    expect(JSON.stringify(error)).not.toContain('T0KEN');
  });

  it('stops when it is told to', async () => {
    const server = await httpServer(() => {});
    const stop = new AbortController();
    const work = rejection(webhookTarget({ url: server.origin, secret }).apply(changes, stop.signal));
    await expect.poll(() => server.requests.length).toBe(1);
    stop.abort(new Error('enough'));
    expect((await work).message).toBe('enough');
  });

  it.each([
    ['http://hooks.acme.test/x', 'http:'],
    ['ftp://hooks.acme.test/x', 'ftp:'],
    ['https://ann:pw@hooks.acme.test/x', 'password'],
    ['hooks.acme.test', 'needs a URL'],
  ])('does not accept %s', (url, text) => {
    expect(() => webhookTarget({ url, secret })).toThrow(text);
  });

  it.each([undefined, '', 'whsec_', 's3cr3t', `whsec_${Buffer.alloc(8).toString('base64')}`])(
    'does not accept the secret %s, and does not repeat it',
    (wrong) => {
      let message = '';
      try {
        webhookTarget({ url: 'https://hooks.acme.test', secret: wrong });
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).toMatch(/secret of the webhook/);
      if (wrong) expect(message.replace('whsec_', '')).not.toContain(wrong);
    },
  );

  it('signs as node:crypto alone would verify it', async () => {
    const server = await receiver();
    await webhookTarget({ url: server.origin, secret }).apply(changes);
    const [{ headers, body }] = server.requests as [Received];
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', Buffer.alloc(32, 7)).update(text).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });
});
