import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { GatewayLogEntry } from '../../../src/hosts/gateway/log.ts';
import { httpServer, type Received } from '../../support/server.ts';
import { until } from '../../triggers/support.ts';
import { type Json, openApiOf } from './described.ts';
import { publishedAnswers, publishedNotification } from './published.ts';
import { useGateway } from './support.ts';

const { org, start } = useGateway();
const check = publishedAnswers();
const TYPE = 'user.account.update_profile';
const POLL = `/v1/triggers/new_event/poll?eventTypes=${TYPE}`;
const SUBSCRIBE = '/v1/triggers/new_event/subscribe';
const input = { eventTypes: [TYPE] };

const pathOf = (location: string | null) => {
  const { pathname, search } = new URL(location ?? '');
  return pathname + search;
};
const idsOf = (items: { id: string }[]) => items.map(({ id }) => id);

describe('L4 poll, as Power Automate does', () => {
  it('begins now; the address of each next poll leads through all items, each once', async () => {
    const { send } = await start({ publicUrl: 'https://gateway.acme.test/' });
    const first = await send(POLL);
    expect(first).toMatchObject({ status: 202, body: [] });
    expect(first.headers.get('retry-after')).toBe('60');
    const location = first.headers.get('location');
    expect(location).toMatch(/^https:\/\/gateway\.acme\.test\/v1\/triggers\/new_event\/poll\?/);
    const uuids = await org.append(130, TYPE);
    await org.append(1, 'user.session.start');
    const second = await send(pathOf(location));
    // There is more than one answer holds: the next poll may come at once.
    expect(second).toMatchObject({ status: 200 });
    expect(second.body).toHaveLength(100);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(check('GET', POLL, 200, second.body)).toBe('');
    const third = await send(pathOf(second.headers.get('location')));
    expect([...idsOf(second.body), ...idsOf(third.body)]).toEqual(uuids);
    const last = await send(pathOf(third.headers.get('location')));
    expect(last).toMatchObject({ status: 202, body: [] });
    // An answer that was lost comes again.
    expect(idsOf((await send(pathOf(location))).body)).toEqual(uuids.slice(0, 100));
  });

  it('takes an input that is given several times as a list', async () => {
    const { send } = await start();
    const { headers } = await send(`${POLL}&eventTypes=user.session.start`);
    const uuids = [...(await org.append(1, TYPE)), ...(await org.append(1, 'user.session.start'))];
    await org.append(1, 'user.session.end');
    expect(idsOf((await send(pathOf(headers.get('location')))).body)).toEqual(uuids);
  });

  it.each([
    ['an unknown trigger', '/v1/triggers/nothing/poll', 404, 'not_found'],
    ['an instant trigger', '/v1/triggers/new_event_instant/poll', 400, 'invalid_input'],
    ['an input that there is not', '/v1/triggers/new_event/poll?nothing=1', 400, 'invalid_input'],
    ['a cursor that the gateway did not give out', `${POLL}&cursor=x.y`, 400, 'invalid_input'],
  ])('refuses %s', async (_, path, status, code) => {
    const { send } = await start();
    expect(await send(path)).toMatchObject({ status, body: { error: { code } } });
  });

  it('needs a key for the trigger, and tells others nothing of its inputs', async () => {
    const { send, makeKey } = await start();
    const key = await makeKey('narrow', { operations: ['user_*'] });
    expect((await send(POLL, undefined, { key: null })).status).toBe(401);
    for (const path of [POLL, '/v1/triggers/new_event/poll?nothing=1']) {
      expect(await send(path, undefined, { key })).toMatchObject({
        status: 403,
        body: { error: { code: 'not_allowed' } },
      });
    }
    expect((await send(SUBSCRIBE, { url: 'https://hooks.acme.test/' }, { key })).status).toBe(403);
  });
});

describe('L4 subscribe, as Power Automate does', () => {
  it('posts what the description says, until the address in Location is deleted', async () => {
    const { send } = await start({ allowPrivateTargets: true });
    const { origin, requests } = await httpServer((_, response) => void response.writeHead(200).end());
    const made = await send(SUBSCRIBE, { url: `${origin}/flow`, input, interval: 5 });
    expect(made).toMatchObject({ status: 201, body: { trigger: 'new_event', input, status: 'active' } });
    expect(check('POST', SUBSCRIBE, 201, made.body)).toBe('');
    const uuids = await org.append(1, TYPE);
    // The gateway looks at once when it is told to go on.
    await send(`/v1/subscriptions/${made.body.id}/resume`, {});
    await until(() => requests.length > 0, 15_000);
    const { body, headers } = requests[0] as Received;
    const message = new Webhook(made.body.secret).verify(body, headers as Record<string, string>) as Json;
    expect(message).toMatchObject({ type: 'new_event', data: { id: uuids[0] } });
    expect(publishedNotification(SUBSCRIBE)(message)).toBe('');
    expect(publishedNotification(SUBSCRIBE)(message.data)).not.toBe('');
    const path = pathOf(made.headers.get('location'));
    expect((await send(path, undefined, { method: 'DELETE' })).status).toBe(204);
    expect((await send('/v1/subscriptions')).body.subscriptions).toEqual([]);
  });

  it.each([
    ['an unknown trigger', '/v1/triggers/nothing/subscribe', {}, 404],
    ['a private address', SUBSCRIBE, { url: 'https://10.0.0.1/' }, 400],
    ['no URL', SUBSCRIBE, { url: undefined }, 400],
    ['a wrong input', SUBSCRIBE, { input: { nothing: 1 } }, 400],
  ])('refuses %s', async (_, path, more, status) => {
    const { send } = await start();
    const answer = await send(path, { url: 'https://hooks.acme.test/', ...more });
    expect(answer).toMatchObject({ status, body: { error: { message: expect.any(String) } } });
  });
});

it('L4 poll and subscribe count once: for the rate, the metrics and the log', async () => {
  const log: GatewayLogEntry[] = [];
  const { send } = await start({ log: (entry) => log.push(entry as GatewayLogEntry) });
  const polled = await send(POLL);
  const made = await send(SUBSCRIBE, { url: 'https://hooks.acme.test/', input });
  const refused = await send(`${POLL}&cursor=x`);
  const left = [polled, made, refused].map(({ headers }) => Number(headers.get('ratelimit-remaining')));
  expect(left).toEqual([999, 998, 997]);
  expect(
    log.map(({ route, status, operation, key, error }) => [route, status, operation, key, error]),
  ).toEqual([
    ['/v1/triggers/:trigger/poll', 202, 'new_event', expect.any(String), undefined],
    ['/v1/triggers/:trigger/subscribe', 201, 'new_event', expect.any(String), undefined],
    ['/v1/triggers/:trigger/poll', 400, 'new_event', expect.any(String), 'invalid_input'],
  ]);
  const metrics: string = (await send('/metrics')).body;
  const counts = metrics.split('\n').filter((line) => line.startsWith('okta_gateway_requests_total{'));
  expect(counts.toSorted()).toEqual([
    'okta_gateway_requests_total{operation="new_event",status="201"} 1',
    'okta_gateway_requests_total{operation="new_event",status="202"} 1',
    'okta_gateway_requests_total{operation="new_event",status="400"} 1',
  ]);
});

describe('L4 resume, and what a subscription shows', () => {
  it('is harmless while all is well, looks at once, and is as published, like the rest', async () => {
    const { send } = await start({ allowPrivateTargets: true });
    let isUp = false;
    const { origin, requests } = await httpServer(
      (_, response) => void response.writeHead(isUp ? 200 : 503).end(),
    );
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const wanted = { trigger: 'new_event', input, url: `${origin}/`, interval: 86_400, secret };
    const made = await send('/v1/subscriptions', wanted);
    expect(made.body).toMatchObject({ ...wanted, delivered: 0, waiting: 0 });
    const path = `/v1/subscriptions/${made.body.id}`;
    const uuids = await org.append(1, TYPE);
    const resumed = await send(`${path}/resume`, undefined, { method: 'POST' });
    expect(resumed).toMatchObject({ status: 200, body: { status: 'active' } });
    await until(() => requests.length > 0, 15_000);
    await until(async () => (await send(path)).body.status === 'retrying', 15_000);
    const retrying = await send(path);
    expect(retrying.body).toMatchObject({
      problem: 'the receiver answered 503',
      nextTry: expect.any(String),
      waiting: 1,
    });
    isUp = true;
    // It does not wait for the next try.
    await send(`${path}/resume`, {});
    await until(async () => (await send(path)).body.delivered === 1, 15_000);
    expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array(requests.length).fill(uuids[0]),
    );
    const delivered = await send(path);
    const listed = await send('/v1/subscriptions');
    expect(delivered.body.lastDelivered).toEqual(expect.any(String));
    const pull = await send('/v1/triggers/new_event/pull', { input });
    const sample = await send('/v1/triggers/new_event/sample', { input });
    for (const [method, of, { status, body }] of [
      ['POST', '/v1/subscriptions', made],
      ['POST', `${path}/resume`, resumed],
      ['GET', path, retrying],
      ['GET', path, delivered],
      ['GET', '/v1/subscriptions', listed],
      ['POST', '/v1/triggers/new_event/pull', pull],
      ['POST', '/v1/triggers/new_event/sample', sample],
    ] as const) {
      expect([method, of, check(method, of, status, body)]).toEqual([method, of, '']);
    }
    // Nothing is shown that is not described.
    const answer = (openApiOf().paths as Record<string, Record<string, Json>>)['/v1/subscriptions']?.post
      ?.responses as Json;
    const described = JSON.stringify(answer['201']);
    for (const one of [made, retrying, delivered]) {
      for (const name of Object.keys(one.body)) expect(described).toContain(`"${name}":{`);
    }
  });
});
