import { beforeEach, describe, expect, it } from 'vitest';
import { answerWell, useReceiver } from './receiver.ts';
import { newProfile, useSandbox } from './support.ts';

const client = useSandbox();
const receiver = useReceiver();
const path = '/api/v1/eventHooks';
const types = ['user.lifecycle.create', 'group.user_membership.add', 'user.session.start'];

type Changes = Record<string, unknown>;
function hookBody({ config, events, ...rest }: { config?: Changes; events?: Changes } & Changes = {}) {
  return {
    name: 'flow 1',
    events: { type: 'EVENT_TYPE', items: types, ...events },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri: receiver.uri,
        headers: [{ key: 'X-Flow', value: 'one' }],
        authScheme: { type: 'HEADER', key: 'Authorization', value: 'secret-1' },
        ...config,
      },
    },
    ...rest,
  };
}

const create = async (changes?: Parameters<typeof hookBody>[0]): Promise<string> =>
  (await client.post(path, hookBody(changes))).body.id;
const lifecycle = (id: string, step: string) => client.post(`${path}/${id}/lifecycle/${step}`);
async function listening(changes?: Parameters<typeof hookBody>[0]): Promise<string> {
  const id = await create(changes);
  expect((await lifecycle(id, 'verify')).body.verificationStatus).toBe('VERIFIED');
  return id;
}
const add = async (count: number, eventType = 'user.session.start'): Promise<string[]> =>
  (await client.control('POST', '/events', Array(count).fill({ eventType }))).body.uuids;
const flush = async () => (await client.control('POST', '/hooks/flush')).body;
const settings = (changes: Changes) => client.control('PUT', '/settings', changes);

describe('a hook', () => {
  it('begins active and unverified, with its items in order and without its secret', async () => {
    const created = await client.post(path, hookBody());
    const self = `${client.sandbox.orgUrl}${path}/${created.body.id}`;
    expect(created).toMatchObject({
      status: 200,
      body: {
        id: expect.stringMatching(/^who\w{17}$/),
        name: 'flow 1',
        status: 'ACTIVE',
        verificationStatus: 'UNVERIFIED',
        createdBy: client.sandbox.admin.id,
        events: { type: 'EVENT_TYPE', items: [...types].sort(), filter: null },
        _links: { self: { href: self }, verify: {}, deactivate: {} },
      },
    });
    expect(created.body.channel).toEqual({
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri: receiver.uri,
        method: 'POST',
        headers: [{ key: 'X-Flow', value: 'one' }],
        authScheme: { type: 'HEADER', key: 'Authorization' },
      },
    });
    expect(created.body._links.delete).toBeUndefined();
    expect((await client.get(`${path}/${created.body.id}`)).body).toEqual(created.body);
    const list = await client.get(path);
    expect(list.body).toEqual([created.body]);
    expect(list.headers.get('link')).toBeNull();
    expect((await client.get(`${path}/who0`)).body.errorCode).toBe('E0000007');
  });

  it.each([
    ['name', { name: ' ' }],
    ['events.type', { events: { type: 'FLOW' } }],
    ['events.items', { events: { items: [] } }],
    [
      'user.lifecycle.delete.completed is not supported',
      { events: { items: ['user.lifecycle.delete.completed'] } },
    ],
    ['channel.type', { channel: { type: 'SMTP', version: '1.0.0', config: {} } }],
    ['channel.version', { channel: { type: 'HTTP', version: '2', config: {} } }],
    ['channel.config.uri', { config: { uri: 'http://receiver.example/' } }],
    ['channel.config.uri', { config: { uri: 'receiver' } }],
    ['channel.config.headers', { config: { headers: [{ key: 'X Y', value: '' }] } }],
    ['channel.config.authScheme', { config: { authScheme: { type: 'BASIC' } } }],
    ['channel.config.authScheme', { config: { authScheme: { type: 'HEADER', key: 'A', value: 'a\nb' } } }],
  ])('is refused for %s', async (cause, changes) => {
    const { status, body } = await client.post(path, hookBody(changes));
    expect([status, body.errorCode]).toEqual([400, 'E0000001']);
    expect(body.errorCauses.map((c: { errorSummary: string }) => c.errorSummary).join()).toContain(cause);
  });

  it('can live on https anywhere, but not with a filter', async () => {
    expect((await client.post(path, hookBody({ config: { uri: 'https://in.example/x' } }))).status).toBe(200);
    expect(await client.post(path, hookBody({ events: { filter: { eventFilterMap: [] } } }))).toMatchObject({
      status: 401,
      body: { errorCode: 'E0000015' },
    });
  });

  it('goes only when it is inactive', async () => {
    const id = await create();
    expect(await client.delete(`${path}/${id}`)).toMatchObject({
      status: 400,
      body: { errorCode: 'E0000001' },
    });
    const { body } = await lifecycle(id, 'deactivate');
    expect(body.status).toBe('INACTIVE');
    expect(Object.keys(body._links).sort()).toEqual(['activate', 'delete', 'self']);
    expect((await lifecycle(id, 'verify')).status).toBe(400);
    expect((await lifecycle(id, 'activate')).body.status).toBe('ACTIVE');
    await lifecycle(id, 'deactivate');
    expect((await client.delete(`${path}/${id}`)).status).toBe(204);
    expect((await client.get(`${path}/${id}`)).status).toBe(404);
    const written = (await client.get('/api/v1/logs?limit=1000&q=event_hook')).body;
    expect(written.map((event: { eventType: string }) => event.eventType.split('.')[1])).toEqual([
      'created',
      'deactivated',
      'activated',
      'deactivated',
      'deleted',
    ]);
    expect(written[0].target).toEqual([expect.objectContaining({ id, type: 'EventHook' })]);
  });

  it('is replaced: another address has to be verified again, and the status follows', async () => {
    const id = await listening();
    const put = (changes: Parameters<typeof hookBody>[0]) => client.put(`${path}/${id}`, hookBody(changes));
    expect((await put({ name: 'renamed' })).body).toMatchObject({
      name: 'renamed',
      verificationStatus: 'VERIFIED',
    });
    expect((await put({ config: { uri: `${receiver.uri}/2` } })).body.verificationStatus).toBe('UNVERIFIED');
    expect((await put({ status: 'INACTIVE' })).body.status).toBe('INACTIVE');
    expect(await client.events('event_hook.deactivated')).toHaveLength(1);
  });
});

describe('verification', () => {
  it('asks once, with all headers', async () => {
    await listening();
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({
      method: 'GET',
      headers: {
        authorization: 'secret-1',
        'x-flow': 'one',
        accept: 'application/json',
        'user-agent': 'Okta-Integrations',
        'x-okta-verification-challenge': expect.stringMatching(/^[\w-]{20,}$/),
      },
    });
  });

  it.each([
    ['another value', (_: unknown, response) => response.end('{"verification":"x"}')],
    ['no JSON', (_: unknown, response) => response.end('hello')],
    ['another status', (_: unknown, response) => response.writeHead(404).end()],
    ['nothing', () => undefined],
    ['a cut connection', (_: unknown, response) => response.destroy()],
  ] as [string, typeof receiver.answer][])('fails after a second try at %s', async (_, answer) => {
    await settings({ hookTimeoutMs: 60 });
    receiver.answer = answer;
    const id = await create();
    const refused = await lifecycle(id, 'verify');
    expect(refused).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
    expect(refused.body.errorSummary + refused.body.errorCauses[0].errorSummary).toContain(
      'Unable to verify',
    );
    expect(receiver.received).toHaveLength(2);
    expect((await client.get(`${path}/${id}`)).body.verificationStatus).toBe('UNVERIFIED');
  });

  it('succeeds at the second try, and fails where nobody listens', async () => {
    receiver.answer = (request, response) => {
      receiver.answer = answerWell;
      if (request.method === 'GET') response.writeHead(503).end();
    };
    await listening();
    expect((await lifecycle(await create({ config: { uri: 'http://127.0.0.1:1/' } }), 'verify')).status).toBe(
      400,
    );
  });

  it('ends at 25 hooks that listen', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 25; i++) ids.push(await listening());
    const one = await create();
    expect((await lifecycle(one, 'verify')).body.errorCode).toBe('E0000001');
    await lifecycle(ids[0] as string, 'deactivate');
    expect((await lifecycle(one, 'verify')).status).toBe(200);
    expect((await lifecycle(ids[0] as string, 'activate')).status).toBe(400);
  });
});

describe('delivery', () => {
  it('brings the events that the hook asked for, in an envelope, well under a second', async () => {
    const id = await listening();
    const begun = Date.now();
    await client.post('/api/v1/users', { profile: newProfile('hooked') });
    while (receiver.envelopes.length === 0 && Date.now() - begun < 900)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(receiver.envelopes).toHaveLength(1);
    const { headers, body } = receiver.envelopes[0]!;
    expect(headers).toMatchObject({
      authorization: 'secret-1',
      'x-flow': 'one',
      'content-type': 'application/json',
      'user-agent': 'Okta-Integrations',
    });
    expect(body).toMatchObject({
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      source: `${client.sandbox.orgUrl}${path}/${id}`,
      eventId: expect.stringMatching(/^[\w-]{36}$/),
      contentType: 'application/json',
      eventTime: expect.stringMatching(/Z$/),
    });
    const [logged] = await client.events('user.lifecycle.create');
    expect(body.data.events).toEqual([logged]);
  });

  it('F1 brings odd events as the log shows them', async () => {
    await listening();
    const odd = { eventType: 'user.lifecycle.create', omit: ['uuid'], show: { target: { id: 'x' } } };
    await client.control('POST', '/events', odd);
    await flush();
    const [logged] = await client.events('user.lifecycle.create');
    expect(logged).toMatchObject({ target: { id: 'x' } });
    expect(logged.uuid).toBeUndefined();
    expect(receiver.envelopes.map(({ body }) => body.data.events)).toEqual([[logged]]);
  });

  it('goes in batches, and not to hooks that are inactive or unverified', async () => {
    await create();
    const quiet = await listening({ name: 'quiet' });
    await lifecycle(quiet, 'deactivate');
    const id = await listening();
    const uuids = await add(23);
    await add(3, 'user.session.end');
    const { deliveries, pending } = await flush();
    expect(pending).toBe(0);
    expect(deliveries.map((d: { events: string[] }) => d.events.length)).toEqual([10, 10, 3]);
    expect(deliveries[0]).toEqual({
      hookId: id,
      eventId: expect.any(String),
      events: uuids.slice(0, 10),
      status: 'DELIVERED',
      attempts: 1,
      answers: [204],
    });
    expect([...receiver.uuids].sort()).toEqual([...uuids].sort());
  });

  it.each([
    ['500', [500, 500], 'FAILED'],
    ['400', [400], 'FAILED'],
    ['302', [302], 'FAILED'],
    ['201', [201], 'FAILED'],
    ['nothing', ['timeout', 'timeout'], 'FAILED'],
    ['reset', ['ECONNRESET', 'ECONNRESET'], 'FAILED'],
    ['200', [200], 'DELIVERED'],
  ])('answered with %s', async (answer, answers, status) => {
    const id = await listening();
    if (answer === 'nothing') await settings({ hookTimeoutMs: 60 });
    receiver.answer = (_, response) => {
      if (answer === 'reset') response.destroy();
      else if (answer !== 'nothing') response.writeHead(Number(answer), { location: receiver.uri }).end();
    };
    await add(1);
    const { deliveries } = await flush();
    expect(deliveries).toEqual([expect.objectContaining({ answers, attempts: answers.length, status })]);
    const failures = await client.events('event_hook.delivery');
    expect(failures).toHaveLength(status === 'FAILED' ? 1 : 0);
    if (status === 'FAILED')
      expect(failures[0]).toMatchObject({
        outcome: { result: 'FAILURE' },
        severity: 'WARN',
        target: [{ id }],
      });
  });

  it('is repeated once, and then it may succeed', async () => {
    await listening();
    let posts = 0;
    receiver.answer = (_, response) => response.writeHead(++posts === 1 ? 503 : 200).end();
    await add(1);
    expect((await flush()).deliveries[0]).toMatchObject({ status: 'DELIVERED', answers: [503, 200] });
    expect(receiver.envelopes[0]?.body.eventId).toBe(receiver.envelopes[1]?.body.eventId);
  });

  it('is called off for a hook that stopped meanwhile', async () => {
    await settings({ hookBatchDelayMs: 200 });
    const id = await listening();
    await add(1);
    await lifecycle(id, 'deactivate');
    expect((await flush()).deliveries[0]).toMatchObject({ status: 'CANCELLED', attempts: 0 });
    expect(receiver.envelopes).toEqual([]);
  });

  it('ends with a reset', async () => {
    await settings({ hookLateMs: 100_000 });
    await listening();
    await add(30);
    await client.control('POST', '/reset');
    expect((await client.control('GET', '/hooks')).body).toEqual({ deliveries: [], pending: 0 });
    expect(receiver.envelopes).toEqual([]);
  });
});

describe('faults of delivery', () => {
  beforeEach(() => settings({ hookBatchSize: 1, hookBatchDelayMs: 5 }));
  type Told = { status: string; events: string[]; eventId: string };
  async function run(count: number): Promise<{ uuids: string[]; told: Told[] }> {
    await listening();
    const uuids = await add(count);
    return { uuids, told: (await flush()).deliveries };
  }
  /** How each event fared, in the order of the log. */
  function fates({ uuids, told }: { uuids: string[]; told: Told[] }): string[] {
    return uuids.map((uuid) => {
      const mine = told.filter(({ events }) => events[0] === uuid);
      return mine.map(({ status }) => status).join();
    });
  }

  it('loses and doubles deliveries, the same ones for the same seed', async () => {
    const wanted = { hookDropRate: 0.2, hookDuplicateRate: 0.3 };
    const outcomes: string[][] = [];
    for (const hookSeed of [7, 7, 8]) {
      await client.control('POST', '/reset');
      await settings({ hookBatchSize: 1, hookSeed, ...wanted });
      outcomes.push(fates(await run(100)));
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]).not.toEqual(outcomes[2]);
    const share = (fate: string) => outcomes[0]!.filter((other) => other === fate).length;
    expect(share('DROPPED')).toBeGreaterThan(10);
    expect(share('DROPPED')).toBeLessThan(30);
    expect(share('DELIVERED,DELIVERED')).toBeGreaterThan(12);
    expect(share('DELIVERED,DELIVERED')).toBeLessThan(40);
    expect(share('DELIVERED')).toBe(100 - share('DROPPED') - share('DELIVERED,DELIVERED'));
    expect(await client.events('event_hook.delivery')).toEqual([]);
  });

  it('gives the copy the same eventId', async () => {
    await settings({ hookDuplicateRate: 1 });
    const { told } = await run(1);
    expect(told).toHaveLength(2);
    expect(told[0]?.eventId).toBe(told[1]?.eventId);
    expect(receiver.uuids).toHaveLength(2);
  });

  it('shuffles batches and what is in them', async () => {
    await settings({ hookBatchSize: 5, hookBatchDelayMs: 20, hookShuffle: true });
    const { uuids, told } = await run(30);
    expect(told[0]?.events).not.toEqual(uuids.slice(0, 5));
    expect([...(told[0]?.events ?? [])].sort()).toEqual(uuids.slice(0, 5).sort());
    expect(receiver.envelopes.map(({ body }) => body.eventId)).not.toEqual(
      told.map(({ eventId }) => eventId),
    );
    expect([...receiver.uuids].sort()).toEqual([...uuids].sort());
  });

  it('delivers late', async () => {
    await settings({ hookLateMs: 100 });
    const begun = Date.now();
    await run(20);
    expect(Date.now() - begun).toBeGreaterThan(50);
    expect(receiver.uuids).toHaveLength(20);
  });

  it.each([{ hookDropRate: 1.5 }, { hookBatchSize: 0 }, { hookBatchSize: 1.5 }, { hookShuffle: 1 }])(
    'has no setting %j',
    async (changes) => {
      expect((await settings(changes)).status).toBe(400);
    },
  );
});

it('delivers ten thousand events', async () => {
  await settings({ hookBatchSize: 100 });
  await listening();
  const { count, uuids } = (
    await client.control('POST', '/events', { generate: { count: 10_000, eventTypes: types } })
  ).body;
  expect(count).toBe(10_000);
  await flush();
  expect(new Set(receiver.uuids)).toEqual(new Set(uuids));
});
