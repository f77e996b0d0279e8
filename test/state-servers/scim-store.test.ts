import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { connectOffline } from '../../src/connect.ts';
import { deliverScimEvents } from '../../src/scim/deliver.ts';
import { openScimStore } from '../../src/scim/open.ts';
import type { ScimEvent, ScimStore } from '../../src/scim/store/store.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { openStore } from '../../src/sync/store/open.ts';
import { event, put, scimStoreContract } from '../scim/store/contract.ts';
import { opened, type Tested } from '../scim/support.ts';
import { describeInPostgres } from './in-postgres.ts';
import { postgres } from './servers.ts';

describeInPostgres('the SCIM state in Postgres', ({ url: address, place, sql }) => {
  scimStoreContract('Postgres', () => openScimStore(place()));

  const cut = () =>
    sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'okta-connector'`);

  /** Two servers with a store each, in one schema. */
  async function two(schema: string): Promise<[Tested, Tested]> {
    const [one, other] = await Promise.all([openScimStore(place(schema)), openScimStore(place(schema))]);
    return [opened({ store: one }), opened({ store: other })];
  }

  it('takes names that Postgres has no text for', async () => {
    const store = await openScimStore(place());
    const server = opened({ store });
    const names = ['a\0b', 'a', 'é', 'É\0', '"', "' OR 1=1 --", '\\'];
    for (const userName of names) {
      const made = await server.user(userName, { externalId: `x${userName}`, displayName: userName });
      expect(await server.get(`/Users/${made.id}`)).toMatchObject({ status: 200, body: { id: made.id } });
      const group = await server.group(userName, [made.id]);
      const filter = encodeURIComponent(`members.value eq "${made.id}"`);
      expect((await server.get(`/Groups?filter=${filter}`)).body.Resources).toMatchObject([{ id: group.id }]);
    }
    expect(await server.call('POST', '/Users', { userName: 'A\0B' })).toMatchObject({ status: 409 });
    expect((await server.get('/Users/a%00b')).status).toBe(404);
    const unknown = [{ op: 'add', path: 'members', value: [{ value: 'no\0body' }] }];
    const { body } = await server.get('/Groups?count=1');
    expect((await server.patch(`/Groups/${body.Resources[0].id}`, ...unknown)).status).toBe(400);
    expect(await store.count('User')).toBe(names.length);
    await server.close();
  });

  it('is written by two servers: each change of one user stands, in order', async () => {
    const [one, other] = await two('shared');
    const { id } = await one.user('ana');
    const writes = Array.from({ length: 40 }, (_, i) =>
      [one, other][i % 2]!.patch(`/Users/${id}`, {
        op: 'replace',
        path: i % 2 === 0 ? 'title' : 'nickName',
        value: `t${i}`,
      }),
    );
    expect(new Set((await Promise.all(writes)).map(({ status }) => status))).toEqual(new Set([200]));
    const told = await other.store.events(0, 100);
    expect(told.length).toBe(41);
    for (const [i, { before }] of told.slice(1).entries()) expect(before).toEqual(told[i]?.after);
    expect((await other.get(`/Users/${id}`)).body).toMatchObject(told.at(-1)?.after ?? {});
    await Promise.all([one.close(), other.close()]);
  });

  it('creates each name once, and restores a user once, by two servers', async () => {
    const [one, other] = await two('once');
    const both = async (make: (server: Tested) => Promise<{ status: number; body: { id: string } }>) =>
      (await Promise.all([make(one), make(other)])).map(({ status }) => status).sort();
    for (let i = 0; i < 10; i += 1) {
      const user = { userName: `user${i}`, externalId: `x${i}` };
      expect(await both((server) => server.call('POST', '/Users', user))).toEqual([201, 409]);
      expect(await both((server) => server.call('POST', '/Groups', { displayName: `g${i}` }))).toEqual([
        201, 409,
      ]);
    }
    expect([await one.store.count('User'), await one.store.count('Group')]).toEqual([10, 10]);
    expect((await one.store.events(0, 100)).length).toBe(20);
    await Promise.all([one.close(), other.close()]);
  });

  it('scim-field 10 loses no member that two servers add and remove at a time', async () => {
    const [one, other] = await two('members');
    const ids: string[] = [];
    for (let i = 0; i < 20; i += 1) ids.push((await one.user(`user${i}`)).id);
    const group = await one.group('all', ids.slice(0, 10));
    const calls = ids.map((id, i) =>
      [one, other][i % 2]!.patch(
        `/Groups/${group.id}`,
        i < 10
          ? { op: 'remove', path: `members[value eq "${id}"]` }
          : { op: 'add', path: 'members', value: [{ value: id }] },
      ),
    );
    expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set([204]));
    expect((await other.membersOf(group.id)).sort()).toEqual(ids.slice(10).sort());
    // Somebody is deleted at one server while the other one makes a member of them.
    for (const id of ids.slice(0, 10)) {
      const [added, deleted] = await Promise.all([
        one.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: id }] }),
        other.call('DELETE', `/Users/${id}`),
      ]);
      expect(deleted.status).toBe(204);
      expect([204, 400]).toContain(added.status);
    }
    expect((await other.membersOf(group.id)).sort()).toEqual(ids.slice(10).sort());
    expect(await sql('SELECT count(*)::int AS n FROM members.member')).toEqual([{ n: 10 }]);
    await Promise.all([one.close(), other.close()]);
  });

  it('changes all members of a group, or none', async () => {
    const store = await openScimStore(place('whole'));
    const server = opened({ store });
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push((await server.user(`user${i}`)).id);
    const group = await server.group('all', ids.slice(0, 2));
    await server.events();
    await sql(
      `CREATE FUNCTION whole.fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk' USING ERRCODE = '53100'; END $$;
       CREATE TRIGGER fails BEFORE INSERT ON whole.event FOR EACH ROW EXECUTE FUNCTION whole.fails()`,
    );
    const replace = { op: 'replace', path: 'members', value: ids.slice(2).map((value) => ({ value })) };
    const refused = await server.patch(`/Groups/${group.id}`, replace);
    expect(refused).toMatchObject({ status: 503, body: { status: '503' } });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await server.membersOf(group.id)).sort()).toEqual(ids.slice(0, 2).sort());
    await sql('DROP TRIGGER fails ON whole.event');
    expect((await server.patch(`/Groups/${group.id}`, replace)).status).toBe(204);
    expect((await server.membersOf(group.id)).sort()).toEqual(ids.slice(2).sort());
    expect((await server.kinds()).sort()).toEqual([
      ...['membership.added', 'membership.added', 'membership.added'],
      ...['membership.removed', 'membership.removed'],
    ]);
    await server.close();
  });

  it('tells each event once through one of two servers, and through the other one when that ends', async () => {
    const [one, other] = await two('told');
    const told: string[] = [];
    const deliver = (server: Tested, name: string) => {
      const end = new AbortController();
      const done = deliverScimEvents(
        server.store,
        'flow',
        async ({ after }) => {
          told.push(`${name} ${after?.userName}`);
        },
        end.signal,
      );
      return { end: () => end.abort(), done };
    };
    const first = deliver(one, 'one');
    await one.user('ana');
    await expect.poll(() => told).toEqual(['one ana']);
    const second = deliver(other, 'other');
    await other.user('ben');
    await expect.poll(() => told).toEqual(['one ana', 'one ben']);
    first.end();
    await first.done;
    await one.close();
    await other.user('eva');
    await expect.poll(() => told).toEqual(['one ana', 'one ben', 'other eva']);
    second.end();
    await second.done;
    await other.close();
  });

  it('has what killed servers answered, once, and is free at once', async () => {
    const script = fileURLToPath(new URL('../scim/store/writer.ts', import.meta.url));
    const start = (from: string) =>
      spawn(process.execPath, [script, place('killed'), from], { stdio: ['ignore', 'pipe', 'inherit'] });
    const created = new Map<string, string>();
    const grouped = new Map<string, string>();
    const events: string[] = [];
    const watch = async (child: ChildProcess, limit: number) => {
      let lines = 0;
      for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
        const [what, one = '', two = ''] = line.split(' ');
        if (what === 'created') created.set(one, two);
        if (what === 'grouped') grouped.set(one, two);
        if (what === 'event') events.push(one);
        lines += 1;
        if (lines === limit) child.kill('SIGKILL');
      }
      if (child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
    };
    await Promise.all([watch(start('0'), 25), watch(start('1000'), 60)]);
    const store = await openScimStore(place('killed'));
    const began = performance.now();
    await store.setValue('free', 'yes');
    expect(performance.now() - began).toBeLessThan(2_000);
    for (const [name, id] of created) expect(await store.find('User', 'name', name)).toMatchObject({ id });
    for (const [name, id] of grouped) {
      expect(await store.find('Group', 'name', `group ${name}`)).toMatchObject({ id });
      expect(await store.members(id, { limit: 10 })).toMatchObject([{ attributes: { userName: name } }]);
    }
    const rest: ScimEvent[] = await store.events(await store.position('stdout'), 100_000);
    const all = new Set([...events, ...rest.map(({ id }) => id)]);
    const users = await store.page('User', { limit: 100_000 });
    const titles = users.filter(({ attributes }) => attributes.title !== undefined);
    const groups = await store.count('Group');
    expect(all.size).toBe(users.length + titles.length + 2 * groups);
    await store.close();
  }, 60_000);

  it('"scim" on two machines prints each event at one, and at the other one when that is killed', async () => {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    const started = async () => {
      const child = spawn(
        process.execPath,
        [main, 'scim', '--port', '0', '--json', '--state', place('machines')],
        {
          env: { PATH: process.env.PATH, OKTA_CONNECTOR_SCIM_TOKEN: 'of-all' },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const lines: { baseUrl: string; after?: { userName: string } }[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
      await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(1);
      const create = (userName: string) =>
        fetch(`${lines[0]?.baseUrl}/Users`, {
          ...{ method: 'POST', body: JSON.stringify({ userName }) },
          headers: { authorization: 'Bearer of-all', 'content-type': 'application/scim+json' },
        });
      return { child, create, told: () => lines.slice(1).map(({ after }) => after?.userName) };
    };
    const one = await started();
    const other = await started();
    expect((await other.create('ana')).status).toBe(201);
    await expect.poll(one.told).toEqual(['ana']);
    one.child.kill('SIGKILL');
    expect((await other.create('ben')).status).toBe(201);
    expect((await other.create('ANA')).status).toBe(409);
    await expect.poll(() => other.told().at(-1)).toBe('ben');
    expect(['ana', 'ben'].slice(-other.told().length)).toEqual(other.told());
    other.child.kill('SIGTERM');
    expect(await once(other.child, 'exit')).toEqual([0, null]);
  }, 60_000);

  it('answers 503 while its connections are lost, and goes on by itself', async () => {
    const store = await openScimStore(place('lost'));
    const server = opened({ store });
    const told: unknown[] = [];
    const end = new AbortController();
    const done = deliverScimEvents(
      store,
      'flow',
      async ({ after }) => {
        told.push(after?.userName);
      },
      end.signal,
    );
    await server.user('ana');
    await expect.poll(() => told).toEqual(['ana']);
    await cut();
    await expect.poll(async () => (await server.get('/Users')).status, { timeout: 5_000 }).toBe(200);
    await server.user('ben');
    await expect.poll(() => told).toEqual(['ana', 'ben']);
    end.abort();
    await done;
    await server.close();
  });

  it('says with 503 that the database is away', async () => {
    const own = await postgres.start();
    const store = await openScimStore(own.url);
    const server = opened({ store });
    const { id } = await server.user('ana');
    await own.stop();
    const refused = [
      await server.get(`/Users/${id}`),
      await server.get('/Users?filter=userName%20eq%20%22ana%22'),
      await server.call('POST', '/Users', { userName: 'ben' }),
      await server.patch(`/Users/${id}`, { op: 'replace', value: { active: false } }),
    ];
    for (const { status, headers, body } of refused) {
      expect([status, headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
      expect(body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '503' });
    }
    await server.close();
  });

  it('refuses a schema with something else, a snapshot of a sync, and one of a newer version', async () => {
    const refused = (schema: string, message: string) =>
      expect(openScimStore(place(schema))).rejects.toMatchObject({
        ...{ name: 'InputError', message: expect.stringContaining(message), hint: expect.any(String) },
      });
    await sql('CREATE SCHEMA foreign_one; CREATE TABLE foreign_one.resource (n INTEGER)');
    await refused('foreign_one', 'other tables');
    await (await openStore(place('snapshot'))).close();
    await refused('snapshot', 'other tables');
    await (await openScimStore(place('newer'))).close();
    await expect(openStore(place('newer'))).rejects.toMatchObject({ name: 'InputError' });
    await sql('UPDATE newer.okta_connector SET version = 99');
    await refused('newer', 'newer version');
  });

  it.each([
    ['a wrong database', (url: string) => url.replace(/postgres$/, 'missing'), false],
    ['no server', () => 'postgres://user@127.0.0.1:1/db', true],
  ])('says what failed without the password: %s', async (_, change, retryable) => {
    const url = change(address()).replace(/\/\/\w+@/, '//postgres:p%40ssw0rd@');
    const error = await openScimStore(url).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'OktaError', code: 'state_locked', retryable });
    expect(JSON.stringify(error)).not.toMatch(/ssw0rd/);
  });

  it('OIN-7 OIN-18 actions and triggers look into it; one that has not come for a month keeps nothing', async () => {
    const scimState = place('beside');
    const server = opened({ store: await openScimStore(scimState) });
    const client = connectOffline();
    const poll = async (state: StateStore) => {
      const found: unknown[] = [];
      for await (const item of client.poll('scim_event', { scimState }, { state })) found.push(item);
      return found;
    };
    const [gone, mine] = [memoryStateStore(), memoryStateStore()];
    await poll(gone);
    await sql(`UPDATE beside.consumer SET seen = now() - interval '31 days'`);
    await poll(mine);
    await server.user('ana');
    const found = await client.run('find_scim_user', { state: scimState, user: 'Ana' });
    expect(found).toMatchObject({ found: true, user: { userName: 'ana' } });
    expect(await poll(mine)).toMatchObject([{ kind: 'user.provisioned', after: { userName: 'ana' } }]);
    expect(await server.store.events(0, 10)).toEqual([]);
    await server.close();
  });

  it('is opened by several servers at the same moment', async () => {
    const stores: ScimStore[] = await Promise.all([1, 2, 3].map(() => openScimStore(place('moment'))));
    await stores[0]?.commit([put('User', 'u1', { userName: 'ana' })], [event('1')]);
    expect(await stores[2]?.count('User')).toBe(1);
    for (const store of stores) await store.close();
  });
});
