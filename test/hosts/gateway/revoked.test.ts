import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { gatewayKeys } from '../../../src/hosts/gateway/keys.ts';
import { openGatewayState } from '../../../src/hosts/gateway/state.ts';
import { systemClock } from '../../../src/http/clock.ts';
import { deferred } from '../../../src/http/deferred.ts';
import { httpServer } from '../../support/server.ts';
import { until } from '../../triggers/support.ts';
import { useGateway } from './support.ts';

const { org, start } = useGateway();
const TYPE = 'user.account.update_profile';
const LOG = { trigger: 'new_event', input: { eventTypes: [TYPE] }, interval: 5 };
const NAME = 'short-lived';
const REFUSED = { status: 401, body: { error: { code: 'key_required' } } };

async function open() {
  const notices: string[] = [];
  const gateway = await start({ allowPrivateTargets: true, notice: (text) => notices.push(text) });
  const key = await gateway.makeKey(NAME);
  const beside = async <T>(work: (state: Awaited<ReturnType<typeof openGatewayState>>) => T): Promise<T> => {
    const state = await openGatewayState(gateway.file, 'beside');
    try {
      return work(state);
    } finally {
      state.close();
    }
  };
  return {
    ...gateway,
    notices,
    key,
    own: gateway.key,
    rows: (table: string) => beside(({ database }) => database.prepare(`SELECT * FROM ${table}`).all()),
    revoke: () => beside((state) => gatewayKeys(state, systemClock).revoke(NAME)),
    subscribe: (url: string, as = key) => gateway.send('/v1/subscriptions', { ...LOG, url }, { key: as }),
  };
}

/** Holds what Okta answers at a path until the key is revoked. */
async function whileAsking<T>(
  path: string,
  method: string,
  { revoke }: Awaited<ReturnType<typeof open>>,
  request: () => Promise<T>,
): Promise<T> {
  const before = (await org.asked(path, method)).length;
  await org.fault({ kind: 'delay', ms: 1_000 }, { method, path: `${path}$`, times: 1 });
  const answer = request();
  await until(async () => (await org.asked(path, method)).length > before);
  await revoke();
  return answer;
}

describe('L4 a key that is revoked while it is in use', () => {
  it.each([
    ['a list', '/api/v1/users', '/v1/actions/search_users', {}],
    ['a drop-down', '/api/v1/groups', '/v1/options/groups?search=E', undefined],
    ['the log', '/api/v1/logs', '/v1/triggers/new_event/pull', { input: LOG.input }],
    ['recent items', '/api/v1/logs', '/v1/triggers/new_event/sample', { input: LOG.input }],
  ])('gets nothing of %s that was being read', async (_, asked, path, body) => {
    const opened = await open();
    const answer = await whileAsking(asked, 'GET', opened, () =>
      opened.send(path, body, { key: opened.key }),
    );
    expect(answer).toMatchObject(REFUSED);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('hears what came of a write, and leaves no answer behind', async () => {
    const opened = await open();
    const profile = { name: 'Under way' };
    const answer = await whileAsking('/api/v1/groups', 'POST', opened, () =>
      opened.run('create_group', { profile }, { key: opened.key, headers: { 'Idempotency-Key': 'a' } }),
    );
    expect(answer).toMatchObject({ status: 200, body: { result: { profile } } });
    expect(await opened.rows('answer')).toEqual([]);
  });

  it('does not get the subscription that it was asking for', async () => {
    const opened = await open();
    const answer = await whileAsking('/api/v1/logs', 'GET', opened, () =>
      opened.subscribe('http://127.0.0.1:9/'),
    );
    expect(answer).toMatchObject(REFUSED);
    expect([await opened.rows('subscription'), opened.notices]).toEqual([[], []]);
  });

  it('gets no post that was waiting for its turn', async () => {
    const opened = await open();
    const turn = deferred<void>();
    const slow = await httpServer(async (_, response) => {
      await turn.promise;
      response.writeHead(204).end();
    });
    const taken: string[] = [];
    const receiver = await httpServer((request, response) => {
      taken.push(request.url ?? '');
      response.writeHead(204).end();
    });
    for (let n = 0; n < 20; n += 1)
      expect((await opened.subscribe(slow.origin, opened.own)).status).toBe(201);
    await org.append(1, TYPE);
    await until(() => slow.requests.length === 20, 20_000);
    // All turns are taken.
    await opened.subscribe(receiver.origin);
    await org.append(1, TYPE);
    await until(
      async () =>
        (await opened.send('/v1/subscriptions', undefined, opened)).body.subscriptions[0]?.waiting > 0,
      20_000,
    );
    await sleep(200);
    await opened.revoke();
    turn.resolve();
    await until(() => opened.notices.some((text) => text.includes('revoked')), 20_000);
    await sleep(300);
    expect(taken).toEqual([]);
    expect((await opened.rows('subscription')).length).toBe(20);
  }, 60_000);

  it('leaves its subscriptions to nobody, not even to a key of the same name', async () => {
    const opened = await open();
    const { id } = (await opened.subscribe('http://127.0.0.1:9/')).body;
    await opened.revoke();
    const key = await opened.makeKey(NAME);
    expect((await opened.send('/v1/subscriptions', undefined, { key })).body.subscriptions).toEqual([]);
    expect((await opened.send(`/v1/subscriptions/${id}`, undefined, { key })).status).toBe(404);
    expect(
      (await opened.send('/v1/subscriptions', { ...LOG, id, url: 'http://127.0.0.1:9/' }, { key })).status,
    ).toBe(400);
    await until(async () => (await opened.rows('subscription')).length === 0, 20_000);
  }, 60_000);
});
