import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { gatewayKeys } from '../../../src/hosts/gateway/keys.ts';
import { openGatewayState } from '../../../src/hosts/gateway/state.ts';
import { systemClock } from '../../../src/http/clock.ts';
import type { Clock } from '../../../src/http/types.ts';
import { httpServer, type Received } from '../../support/server.ts';
import { until } from '../../triggers/support.ts';
import { useGateway } from './support.ts';

const { org, start } = useGateway();
const TYPE = 'user.account.update_profile';
const input = { eventTypes: [TYPE] };
const DAY = 24 * 60 * 60_000;
const trigger = 'new_event';

/** A clock that goes faster, and can be put forward. */
function fastClock(factor = 40): Clock & { advance(ms: number): void } {
  const begin = Date.now();
  let offset = 0;
  return {
    now: () => begin + (Date.now() - begin) * factor + offset,
    sleep: (ms, signal) => sleep(Math.min(ms / factor, 100), undefined, { signal }),
    advance(ms) {
      offset += ms;
    },
  };
}

async function open(options: Parameters<typeof start>[0] = {}) {
  const notices: string[] = [];
  const clock = fastClock();
  const gateway = await start({
    ...{ allowPrivateTargets: true, clock, notice: (text) => notices.push(text) },
    ...options,
  });
  const subscribe = (url: string, more: object = {}, parts = {}) =>
    gateway.send('/v1/subscriptions', { trigger, input, url, interval: 5, ...more }, parts);
  const shown = async (id: string) => (await gateway.send(`/v1/subscriptions/${id}`)).body;
  return { ...gateway, clock, notices, subscribe, shown };
}

/** A receiver that answers as told, and what it took. */
async function receiver(answer: (count: number) => number = () => 204) {
  let count = 0;
  const taken: string[] = [];
  const server = await httpServer((request, response) => {
    count += 1;
    const status = answer(count);
    if (status < 300) taken.push(request.headers['webhook-id'] as string);
    response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end();
  });
  return { url: `${server.origin}/hook?x=1`, taken, requests: server.requests };
}
const ended = (condition: () => boolean | Promise<boolean>) => until(condition, 15_000);

describe('L4 a subscription', () => {
  it('posts each item in order, signed, and says where it can be deleted', async () => {
    const { subscribe, shown, send } = await open({ publicUrl: 'https://gateway.acme.test/' });
    const { url, taken, requests } = await receiver();
    const made = await subscribe(url);
    expect(made).toMatchObject({ status: 201, body: { trigger, input, url, status: 'active', waiting: 0 } });
    const { id, secret } = made.body;
    expect(made.headers.get('location')).toBe(`https://gateway.acme.test/v1/subscriptions/${id}`);
    const uuids = await org.append(4, TYPE);
    await ended(() => taken.length >= 4);
    expect(taken).toEqual(uuids);
    const { body, headers } = requests[0] as Received;
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      ...{ type: trigger, subscription: id, timestamp: expect.any(String) },
      data: { id: uuids[0], eventType: TYPE },
    });
    await ended(async () => (await shown(id)).delivered === 4);
    const listed = (await send('/v1/subscriptions')).body.subscriptions;
    expect(listed).toMatchObject([{ id, waiting: 0, delivered: 4 }]);
    expect(JSON.stringify(listed)).not.toContain(secret.slice(6));
    expect((await send(`/v1/subscriptions/${id}`, undefined, { method: 'DELETE' })).status).toBe(204);
    expect((await send(`/v1/subscriptions/${id}`)).status).toBe(404);
    await org.append(1, TYPE);
    await sleep(400);
    expect(taken).toHaveLength(4);
  });

  it('of two for the same, each gets each; a dead receiver holds nobody up', async () => {
    const { subscribe, shown } = await open();
    const [one, two, dead] = await Promise.all([receiver(), receiver(), receiver(() => 503)]);
    const { id } = (await subscribe(dead.url)).body;
    await subscribe(one.url);
    await subscribe(two.url);
    const uuids = await org.append(3, TYPE);
    await ended(() => one.taken.length + two.taken.length >= 6);
    expect([one.taken, two.taken]).toEqual([uuids, uuids]);
    await ended(async () => (await shown(id)).status === 'retrying');
    expect(await shown(id)).toMatchObject({ waiting: 3, problem: 'the receiver answered 503', delivered: 0 });
  });

  it('tries again with the same id and body until it is taken, and never follows a redirect', async () => {
    const { subscribe } = await open();
    const { url, taken, requests } = await receiver((count) => [500, 302, 404][count - 1] ?? 200);
    await subscribe(url);
    const uuids = await org.append(2, TYPE);
    await ended(() => taken.length >= 2);
    expect(taken).toEqual(uuids);
    expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual([
      ...Array(4).fill(uuids[0]),
      uuids[1],
    ]);
    expect(new Set(requests.slice(0, 4).map(({ body }) => body)).size).toBe(1);
    expect(new Set(requests.map((request) => request.url))).toEqual(new Set(['/hook?x=1']));
  });

  it('ends with 410', async () => {
    const { subscribe, send, notices } = await open();
    const { url } = await receiver(() => 410);
    await subscribe(url);
    await org.append(1, TYPE);
    await ended(async () => (await send('/v1/subscriptions')).body.subscriptions.length === 0);
    expect(notices.join()).toMatch(/answered 410: it is removed/);
  });

  it('is parked after three days, aloud, and goes on when it is resumed, with nothing lost', async () => {
    const { subscribe, shown, send, clock, notices } = await open();
    let isUp = false;
    const { url, taken } = await receiver(() => (isUp ? 200 : 500));
    const { id } = (await subscribe(url)).body;
    const uuids = await org.append(1, TYPE);
    await ended(async () => (await shown(id)).status === 'retrying');
    clock.advance(4 * DAY);
    await ended(async () => (await shown(id)).status === 'parked');
    expect(notices.join()).toMatch(/parked: the receiver answered 500/);
    uuids.push(...(await org.append(2, TYPE)));
    isUp = true;
    await sleep(300);
    expect(taken).toEqual([]);
    const resumed = await send(`/v1/subscriptions/${id}/resume`, {});
    expect(resumed).toMatchObject({ status: 200, body: { status: 'active' } });
    await ended(() => taken.length >= 3);
    expect(taken).toEqual(uuids);
  });

  it('survives a restart: what was not taken comes, what was does not', async () => {
    const first = await open();
    let isUp = true;
    const { url, taken } = await receiver(() => (isUp ? 200 : 503));
    await first.subscribe(url);
    const uuids = await org.append(2, TYPE);
    await ended(() => taken.length >= 2);
    isUp = false;
    uuids.push(...(await org.append(2, TYPE)));
    await ended(async () => (await first.send('/v1/subscriptions')).body.subscriptions[0].waiting === 2);
    await first.gateway.close();
    uuids.push(...(await org.append(1, TYPE)));
    isUp = true;
    const second = await open({ state: first.file });
    second.clock.advance(DAY);
    await ended(() => taken.length >= 5);
    expect(taken).toEqual(uuids);
  });

  it('goes on by itself when Okta is back, and says what was wrong meanwhile', async () => {
    const { subscribe, shown } = await open({ client: org.connect({ maxRetries: 0 }) });
    const { url, taken } = await receiver();
    const { id } = (await subscribe(url)).body;
    await org.fault({ kind: 'status', status: 503 }, { path: '/api/v1/logs', times: 3 });
    await ended(async () => (await shown(id)).status === 'retrying');
    expect((await shown(id)).problem).toMatch(/503/);
    const uuids = await org.append(2, TYPE);
    await ended(() => taken.length >= 2);
    expect(taken).toEqual(uuids);
    await ended(async () => (await shown(id)).status === 'active');
  });
});

describe('L4 a subscription belongs to its key', () => {
  it('that alone sees, resumes and deletes it', async () => {
    const { subscribe, send, makeKey } = await open();
    const { url } = await receiver();
    const { id } = (await subscribe(url)).body;
    const key = await makeKey('other');
    expect((await send('/v1/subscriptions', undefined, { key })).body.subscriptions).toEqual([]);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/resume'],
    ]) {
      const parts = { key, method: method as string };
      const answer = await send(`/v1/subscriptions/${id}${path}`, method === 'POST' ? {} : undefined, parts);
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    }
  });

  it('and ends when that is revoked', async () => {
    const { subscribe, makeKey, file, notices } = await open();
    const { url, taken } = await receiver();
    await subscribe(url, {}, { key: await makeKey('short-lived') });
    const state = await openGatewayState(file, 'beside');
    gatewayKeys(state, systemClock).revoke('short-lived');
    await org.append(1, TYPE);
    await ended(() => notices.some((text) => text.includes('revoked')));
    expect(taken).toEqual([]);
    expect(state.database.prepare('SELECT * FROM subscription').all()).toEqual([]);
    state.close();
  });
});

describe('L4 a subscription is refused', () => {
  it.each([
    ['to a private address', { url: 'https://10.0.0.1/' }, 400],
    ['to http', { url: 'http://hooks.acme.test/' }, 400],
    ['with a short secret', { secret: 'whsec_AAAA' }, 400],
    ['with an interval of a second', { interval: 1 }, 400],
    ['for an unknown trigger', { trigger: 'nothing' }, 404],
    ['for an instant trigger', { trigger: 'new_event_instant' }, 400],
    ['with a wrong input', { input: { nothing: 1 } }, 400],
    ['with a member that nobody knows', { more: 1 }, 400],
  ])('%s', async (_, wrong, status) => {
    const { subscribe, send } = await open({ allowPrivateTargets: false });
    const answer = await subscribe('https://hooks.acme.test/', wrong);
    expect(answer).toMatchObject({ status, body: { error: { message: expect.any(String) } } });
    expect((await send('/v1/subscriptions')).body.subscriptions).toEqual([]);
  });

  it('when a name turns out to lead to this machine: it is retried, and nothing is sent', async () => {
    const { send, shown } = await open({ allowPrivateTargets: false });
    // Resolved by the system without a network.
    const url = 'https://ip6-localhost/';
    const made = await send('/v1/subscriptions', { trigger, input, url, interval: 5 });
    expect(made.status).toBe(201);
    await org.append(1, TYPE);
    await ended(async () => (await shown(made.body.id)).status === 'retrying');
    expect((await shown(made.body.id)).problem).toMatch(/private address|cannot be reached/);
  });
});
