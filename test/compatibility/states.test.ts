import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { library } from './current.ts';
import { all, dataOf, Org, START, textOf, until, uuid, uuids } from './org.ts';

let org: Org;
beforeEach(async () => {
  org = await Org.open();
  const limits = Object.keys(await org.control('limits', undefined, 'GET'));
  const buckets = limits.filter((name) => name !== 'concurrency');
  await org.control('limits', Object.fromEntries(buckets.map((name) => [name, 100_000])), 'PUT');
});
afterEach(() => org[Symbol.asyncDispose]());

const idsOf = (items: unknown[]) => items.map((item) => (item as { id: string }).id);
const since = new Date(START - 3_600_000).toISOString();

/** The one record of a state file. */
const recordIn = (name: string) => JSON.parse(Object.values<{ text: string }>(dataOf(name))[0]?.text ?? '');
const valueIn = (name: string) => recordIn(name).value;

/** The first look into the log went on at the cursor of 0.1.0, and searched by no time. */
async function expectCursor(): Promise<void> {
  const [first] = await org.sent('GET', '/api/v1/logs');
  expect(first?.query).toMatch(/(^|&)after=/);
  expect(first?.query).not.toMatch(/(^|&)since=/);
}

describe('the state of a polling trigger that 0.1.0 wrote', () => {
  it('goes on where it stopped, in the middle of the log', async () => {
    const state = org.layOut('states/new_event.blocks.json');
    await org.append([uuid(9_001)], 'user.session.start');
    const rest = await all(org.client().poll('new_event', { since }, { state }));
    expect(idsOf(rest)).toEqual([...uuids(1_001, 1_500), uuid(9_001)]);
    await expectCursor();
    expect(await all(org.client().poll('new_event', { since }, { state }))).toEqual([]);
  });

  it('repeats nothing when Okta takes its cursor no more', async () => {
    const state = org.layOut('states/new_event.blocks.json');
    await org.control('settings', { logCursorLifetimeMs: 1_000 }, 'PUT');
    expect(idsOf(await all(org.client().poll('new_event', { since }, { state })))).toEqual(
      uuids(1_001, 1_500),
    );
  });

  it('leaves out what a run delivered that ended within a page', async () => {
    const state = org.layOut('states/new_event.list.json');
    const eventTypes = ['group.user_membership.add'];
    await org.append(uuids(2_001, 2_010), 'group.user_membership.add');
    const rest = await all(org.client().poll('new_event', { eventTypes }, { state }));
    // Of the four that were delivered, the last was not committed.
    expect(idsOf(rest)).toEqual(uuids(2_004, 2_010));
    await expectCursor();
  });

  it('goes on for a trigger of one kind, and includes users', async () => {
    const state = org.layOut('states/user_created.json');
    const [user] = await org.api('GET', '/api/v1/users?limit=1');
    const target = [{ id: user.id, type: 'User', alternateId: 'x', displayName: 'x' }];
    await org.append([uuid(9_001)], 'user.lifecycle.create', target);
    const items = await all(org.client().poll('user_created', { since, include: true }, { state }));
    expect(items).toMatchObject([{ id: uuid(9_001), user: { id: user.id } }]);
    await expectCursor();
  });

  it('is found by the command line', async () => {
    const state = org.layOut('states/user_created.json');
    await org.append([uuid(9_001)], 'user.lifecycle.create');
    const { stdout, code } = await org.run(['poll', 'user_created', '--state', state]);
    expect([
      code,
      idsOf(
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
    ]).toEqual([0, [uuid(9_001)]]);
  });

  it('F2 is continued by a service app, and by each credential that is there at first', async () => {
    const state = org.layOut('states/new_event.blocks.json');
    const { orgUrl, serviceApp } = org.facts;
    const { clientId, privateKey, keyId } = serviceApp;
    const scopes = ['okta.logs.read'];
    const auth = { type: 'client_credentials' as const, clientId, privateKey, keyId, scopes };
    const clock = { now: org.now, sleep: async () => {} };
    const app = library.connect({ orgUrl, auth }, { clock });
    // Getting the app's token is an event, too.
    const sessions = async (client: library.Client) =>
      idsOf(await all(client.poll('new_event', { since }, { state }))).filter((id) => id.startsWith('0000'));
    const rest = uuids(1_001, 1_500);
    expect(await Promise.all([app, org.client()].map(sessions))).toEqual([rest, rest]);
    await expectCursor();
    for (const client of [app, org.client()]) expect(await sessions(client)).toEqual([]);
  });

  it('is found under its old key in any store of the host', async () => {
    const text = JSON.parse(org.moved(textOf('states/user_created.json'))) as Record<
      string,
      { text: string }
    >;
    const state = library.memoryStateStore(org.now);
    for (const [key, { text: value }] of Object.entries(text))
      await state.compareAndSet(key, undefined, value);
    await org.append([uuid(9_001)], 'user.lifecycle.create');
    expect(idsOf(await all(org.client().poll('user_created', {}, { state })))).toEqual([uuid(9_001)]);
  });

  it('is found under its old key in a database', async () => {
    const table = new Map<string, string>();
    const text = JSON.parse(org.moved(textOf('states/user_created.json'))) as Record<
      string,
      { text: string }
    >;
    for (const [key, { text: value }] of Object.entries(text))
      table.set(`okta-connector:${key}`, JSON.stringify({ value }));
    const state = library.keyvStateStore(sqlite(table));
    await org.append([uuid(9_001)], 'user.lifecycle.create');
    expect(idsOf(await all(org.client().poll('user_created', {}, { state })))).toEqual([uuid(9_001)]);
  });
});

/** As much of KeyvSqlite as the store uses; SQL is told by its first word. */
function sqlite(table: Map<string, string>): library.KeyvAdapter {
  return {
    opts: { dialect: 'sqlite', table: 'keyv' },
    async query(sql: string, ...values: string[]) {
      if (sql.startsWith('SELECT')) {
        const value = table.get(values[0] ?? '');
        return value === undefined ? [] : [{ value }];
      }
      if (sql.startsWith('INSERT')) {
        const [key = '', value = ''] = values;
        if (table.has(key)) return [];
        table.set(key, value);
        return [{ key }];
      }
      const [value = '', key = '', before] = values;
      if (table.get(key) !== before) return [];
      table.set(key, value);
      return [{ key }];
    },
  };
}

describe('the state of a scheduled search that 0.1.0 wrote', () => {
  const input = { eventTypes: ['user.lifecycle.create'], settleSeconds: 0 };

  it('joins the next window to the last one', async () => {
    const state = org.layOut('states/search_events.done.json');
    const { until: end } = valueIn('states/search_events.done.json');
    const published = new Date(end).toISOString();
    await org.control('events', [{ uuid: uuid(9_001), eventType: 'user.lifecycle.create', published }]);
    const [found] = await all(org.client().poll('search_events', { ...input, lastMinutes: 30 }, { state }));
    expect(found).toMatchObject({ since: published, events: [{ id: uuid(9_001) }] });
  });

  it('repeats the window of a run that was killed, under the same id', async () => {
    const state = org.layOut('states/search_events.pending.json');
    const { pending } = valueIn('states/search_events.pending.json');
    const id = [pending.since, pending.until].map((time) => new Date(time).toISOString()).join('/');
    const client = org.client();
    const [found] = await all(client.poll('search_events', { ...input, lastMinutes: 60 }, { state }));
    const creations = Array.from({ length: 15 }, (_, at) => uuid((at + 1) * 100));
    expect(found).toMatchObject({ id, count: 15, events: creations.map((one) => ({ id: one })) });
    await org.control('clock', { advanceMs: 60_000 });
    expect(await all(client.poll('search_events', { ...input, lastMinutes: 60 }, { state }))).toMatchObject([
      { since: new Date(pending.until).toISOString(), count: 0 },
    ]);
  });
});

describe('the state of a receiver that 0.1.0 wrote, killed with undelivered events', () => {
  it('takes its hook again, delivers what waited, and takes what was missed', async () => {
    const state = org.layOut('states/new_event_instant.json');
    const old = valueIn('states/new_event_instant.json');
    const eventTypes = ['user.lifecycle.create', 'user.lifecycle.suspend'];
    await org.append(uuids(2_001, 2_010), 'group.user_membership.add');
    await org.append(uuids(3_001, 3_002), 'user.lifecycle.create');
    await org.append(uuids(3_003, 3_005), 'user.lifecycle.suspend');
    await org.append([uuid(9_001)], 'user.lifecycle.suspend');

    let answer: ((request: Request) => Promise<Response>) | undefined;
    const server = createServer(getRequestListener((request) => answer?.(request) ?? new Response()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    // The hook as 0.1.0 left it in Okta.
    const hook = await org.api('POST', '/api/v1/eventHooks', {
      name: old.name,
      events: { type: 'EVENT_TYPE', items: eventTypes },
      channel: {
        ...{ type: 'HTTP', version: '1.0.0' },
        config: { uri: publicUrl, authScheme: { type: 'HEADER', key: 'Authorization', value: old.secret } },
      },
    });
    expect(hook.id).toBe(old.hookId);

    const delivered: string[] = [];
    const webhook = await org.client().webhook({ publicUrl, state, reconcileMs: 200 });
    answer = webhook.fetch;
    try {
      const deliver = ({ id }: { id: string }) => void delivered.push(id);
      await webhook.subscribe({ key: 'new_event_instant', input: { eventTypes, reconcile: true }, deliver });
      await until(() => delivered.includes(uuid(9_001)));
      await org.append([uuid(9_002)], 'user.lifecycle.create');
      await until(() => delivered.includes(uuid(9_002)));
      // One more look into the log.
      const looks = (await org.sent('GET', '/api/v1/logs')).length;
      await until(async () => (await org.sent('GET', '/api/v1/logs')).length > looks + 1);
      expect(delivered.toSorted()).toEqual([...uuids(3_003, 3_005), uuid(9_001), uuid(9_002)]);
      const hooks = await org.api('GET', '/api/v1/eventHooks');
      expect(hooks.map(({ id }: { id: string }) => id)).toEqual([old.hookId]);
      expect(await posted(publicUrl, old.secret)).toBe(200);
      expect(await posted(publicUrl, 'another')).toBeGreaterThanOrEqual(400);
      await expectCursor();
    } finally {
      await webhook.stop();
      server.close();
      server.closeAllConnections();
    }
    expect(await org.api('GET', '/api/v1/eventHooks')).toEqual([]);
  });

  /** A delivery without events. */
  const posted = async (url: string, secret: string): Promise<number> => {
    const response = await fetch(url, {
      ...{ method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: secret } },
      body: JSON.stringify({ eventType: 'com.okta.event_hook', data: { events: [] } }),
    });
    return response.status;
  };
});

describe('the shared budget that 0.1.0 wrote', () => {
  it('counts what was taken of the window that runs', async () => {
    const record = recordIn('states/budget.json');
    expect(record).toMatchObject({ limit: 10, taken: 8 });
    await using later = await Org.open(record.endsAt - 20_000);
    await later.control('limits', { '/api/v1/users': 10 }, 'PUT');
    const budget = later.layOut('states/budget.json');
    const client = later.client({ budget, maxWaitMs: 100 });
    // Of ten a window a client uses eight: they are gone, and the window lasts another twenty seconds.
    await expect(client.run('search_users', { limit: 1 })).rejects.toMatchObject({
      ...{ code: 'rate_limited', retryAfterMs: expect.any(Number) },
    });
    expect(await later.sent('GET', '/api/v1/users')).toEqual([]);
    const alone = later.client({ maxWaitMs: 100 });
    await alone.run('search_users', { limit: 1 });
  });
});

describe('the token file that 0.1.0 wrote', () => {
  it.each(['bearer', 'dpop'])('goes on being refreshed, and stays where it was (%s)', async (name) => {
    const { orgUrl, nativeApp } = org.facts;
    const [redirectUri = ''] = nativeApp.redirectUris;
    const dpop = name === 'dpop';
    const scopes = ['okta.users.read', 'offline_access'];
    const auth = {
      type: 'authorization_code' as const,
      clientId: nativeApp.clientId,
      scopes,
      redirectUri,
      dpop,
    };
    // The grant that the file stands for, with the words of the file for what a fixture must not hold.
    const tokens = await org.signIn(auth);
    let text = textOf(`states/tokens-${name}.json`).replace('fake-refreshToken', tokens.refreshToken ?? '');
    for (const [member, value] of Object.entries(tokens.dpopKey ?? {}))
      text = text.replace(`fake-${member}`, String(value));
    expect(text.includes('fake-d')).toBe(false);

    const mark = createHash('sha256').update(`${orgUrl}\n${nativeApp.clientId}`).digest('hex').slice(0, 16);
    mkdirSync(join(org.folder, 'okta-connector'));
    const file = join(org.folder, 'okta-connector', `tokens-${mark}.json`);
    writeFileSync(file, text, { mode: 0o600 });
    const connection = join(org.folder, 'connection.json');
    writeFileSync(connection, JSON.stringify({ orgUrl, auth }));

    const me = ['run', 'get_user', '--input', '{"userId":"me"}', '--connection', connection];
    const { code, stdout, stderr } = await org.run(me, { XDG_STATE_HOME: org.folder });
    expect(stderr).toBe('');
    expect([code, JSON.parse(stdout).profile.login]).toEqual([0, org.facts.admin.login]);
    const after = JSON.parse(readFileSync(file, 'utf8'));
    expect(after.accessToken).not.toBe('fake-accessToken');
    // 0.1.0 passes over members that it does not know: it could go on with this file.
    const members = [...Object.keys(JSON.parse(text)), 'issuedAt', 'madeFor'];
    expect(Object.keys(after).toSorted()).toEqual(members.toSorted());
  });

  it('has the name that 0.1.0 gave it', () => {
    const issuedFor = 'http://127.0.0.1:18484\n0oaSandboxNat1Sb5d70';
    const mark = createHash('sha256').update(issuedFor).digest('hex').slice(0, 16);
    expect(`tokens-${mark}.json`).toBe('tokens-7a7bdba3c9c4662d.json');
  });
});
