import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectOffline } from '../../src/connect.ts';
import { connector } from '../../src/connector.ts';
import { tellScimState } from '../../src/scim/about.ts';
import { sqliteScimStore } from '../../src/scim/store/sqlite.ts';
import type { ScimStore } from '../../src/scim/store/store.ts';
import { memoryStateStore } from '../../src/state/store.ts';
import { opened, type Tested, USER } from './support.ts';

let folder: string;
let state: string;
let store: ScimStore;
let server: Tested;
const client = connectOffline();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scimhosts-'));
  state = join(folder, 'people.db');
  store = await sqliteScimStore(state);
  server = opened({ store });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const poll = async (key: string, place = memoryStateStore(), input: object = {}) => {
  const items: Record<string, unknown>[] = [];
  for await (const item of client.poll(key as string, { scimState: state, ...input }, { state: place }))
    items.push(item as Record<string, unknown>);
  return items;
};

describe('actions beside a running SCIM server', () => {
  it('OIN-7 find_scim_user answers whether an account exists, by userName in any case, id and externalId', async () => {
    const ana = await server.user('ana@acme.test', { externalId: '00u1' });
    for (const user of ['ANA@acme.test', ana.id, '00u1']) {
      const { found, user: shown } = await client.run('find_scim_user', { state, user });
      expect([found, shown?.id]).toEqual([true, ana.id]);
    }
    expect(await client.run('find_scim_user', { state, user: 'bo' })).toEqual({ found: false, user: null });
  });

  it('prefers who is called so over whose externalId it is', async () => {
    await server.user('first', { externalId: 'ana' });
    const { id } = await server.user('ana');
    expect((await client.run('find_scim_user', { state, user: 'ana' })).user?.id).toBe(id);
  });

  it('OIN-9 OIN-13 list_scim_users pages through all, filters and returns the chosen attributes', async () => {
    for (let i = 0; i < 250; i += 1) await server.user(`user${i}`, { title: i % 2 ? 'odd' : 'even' });
    const all = await client.run('list_scim_users', { state });
    expect(all.map(({ userName }) => userName)).toEqual(Array.from({ length: 250 }, (_, i) => `user${i}`));
    const filter = 'title eq "odd" and userName sw "user1"';
    const some = await client.run('list_scim_users', { state, filter, attributes: ['userName'], limit: 2 });
    expect(some).toEqual([
      { schemas: [USER], id: expect.any(String), userName: 'user1' },
      { schemas: [USER], id: expect.any(String), userName: 'user11' },
    ]);
  });

  it('OIN-13 OIN-14 a filter with a plus sign is meant literally, and a wrong one is refused in words', async () => {
    await server.user('a+b@acme.test');
    const filter = 'userName eq "a+b@acme.test"';
    expect(await client.run('list_scim_users', { state, filter })).toHaveLength(1);
    const wrong = client.run('list_scim_users', { state, filter: 'userName is "a"' });
    await expect(wrong).rejects.toMatchObject({ code: 'validation_failed', status: 400 });
  });

  it('OIN-11 groups of a user, and members of a group where they are asked for', async () => {
    const { id } = await server.user('ana', { roles: [{ value: 'admin' }] });
    await server.group('Sales', [id]);
    const { user } = await client.run('find_scim_user', { state, user: 'ana' });
    expect(user).toMatchObject({ groups: [{ display: 'Sales' }], roles: [{ value: 'admin' }] });
    expect((await client.run('list_scim_groups', { state }))[0]).not.toHaveProperty('members');
    expect(await client.run('list_scim_groups', { state, withMembers: true })).toMatchObject([
      { displayName: 'Sales', members: [{ value: id }] },
    ]);
  });

  it('OIN-10 set_scim_user_status changes what the server answers, once, and makes no event', async () => {
    const { id } = await server.user('ana');
    await server.events();
    const off = { state, user: 'ana', active: false };
    expect(await client.run('set_scim_user_status', off)).toEqual({
      ...{ id, userName: 'ana', active: false, changed: true },
    });
    expect((await server.get(`/Users/${id}`)).body.active).toBe(false);
    expect(await client.run('set_scim_user_status', off)).toMatchObject({ changed: false });
    expect(await server.events()).toEqual([]);
    await expect(client.run('set_scim_user_status', { ...off, user: 'bo' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it("OIN-9 import_scim_users: Okta's import finds the records, and the counts of the server follow", async () => {
    await server.user('ana', { title: 'Clerk', nickName: 'A' });
    expect((await server.get('/Users?startIndex=1&count=100')).body.totalResults).toBe(1);
    const users = [
      { userName: 'Ana', title: 'Lead' },
      { userName: 'bo', externalId: 'b' },
    ];
    const first = { created: 1, updated: 1, unchanged: 0, refused: [] };
    expect(await client.run('import_scim_users', { state, users })).toEqual(first);
    const { body } = await server.get('/Users?startIndex=1&count=100');
    expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 2 });
    expect(body.Resources).toMatchObject([
      { userName: 'Ana', title: 'Lead', nickName: 'A' },
      { userName: 'bo' },
    ]);
    const again = await client.run('import_scim_users', {
      state,
      users: [...users, { userName: 'ana', externalId: 'b' }, { userName: 'di', active: 'yes' }],
    });
    expect(again).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect(again.refused.map(({ userName }) => userName)).toEqual(['ana', 'di']);
    const renamed = [{ userName: 'bob', externalId: 'b' }];
    expect(await client.run('import_scim_users', { state, users: renamed })).toMatchObject({ updated: 1 });
    expect((await server.get('/Users')).body.totalResults).toBe(2);
  });

  it('and the server write to the same user at once: neither loses a value, and each change is one event', async () => {
    const { id } = await server.user('ana');
    await server.events();
    const title = (n: number) => server.patch(`/Users/${id}`, { op: 'replace', value: { title: `t${n}` } });
    const nick = (n: number) =>
      client.run('import_scim_users', { state, users: [{ userName: 'ana', nickName: `n${n}` }] });
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const nicks = async () => {
      for (const n of numbers) expect(await nick(n)).toMatchObject({ updated: 1 });
    };
    const [, ...answers] = await Promise.all([nicks(), ...numbers.map(title)]);
    expect(answers.map(({ status }) => status)).toEqual(numbers.map(() => 200));
    const { body } = await server.get(`/Users/${id}`);
    expect(body).toMatchObject({ title: 't19', nickName: 'n19' });
    expect((await server.kinds()).filter((kind) => kind === 'user.changed')).toHaveLength(20);
  });

  it('knows the schemas of its server, and where it is', async () => {
    const schemas = [{ id: 'urn:acme:User', name: 'Acme', attributes: [{ name: 'badge', type: 'integer' }] }];
    await tellScimState(store, { baseUrl: 'https://scim.acme.test/x/v2', schemas });
    await client.run('import_scim_users', {
      state,
      users: [{ userName: 'ana', 'urn:acme:User': { badge: 7 } }],
    });
    const { user } = await client.run('find_scim_user', { state, user: 'ana' });
    expect(user).toMatchObject({ 'urn:acme:User': { badge: 7 } });
    expect(user?.meta).toMatchObject({ location: `https://scim.acme.test/x/v2/Users/${user?.id}` });
  });

  it('a file that is not there is a mistake, not a new directory', async () => {
    const input = { state: join(folder, 'poeple.db'), user: 'ana' };
    await expect(client.run('find_scim_user', input)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('triggers over the outbox of a SCIM server', () => {
  it('OIN-18 each trigger gets its kinds, in order, with before, after and changed', async () => {
    const places = new Map<string, ReturnType<typeof memoryStateStore>>();
    const placeOf = (key: string) => {
      const place = places.get(key) ?? memoryStateStore();
      places.set(key, place);
      return place;
    };
    const { triggers } = connector;
    const keys = triggers.map(({ key }) => key).filter((key) => key.startsWith('scim_'));
    expect(keys).toHaveLength(7);
    for (const key of keys) expect(await poll(key, placeOf(key))).toEqual([]);
    const { id } = await server.user('ana');
    await server.patch(`/Users/${id}`, { op: 'replace', value: { title: 'Lead' } });
    await server.patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
    await server.patch(`/Users/${id}`, { op: 'replace', value: { active: true } });
    const group = await server.group('Sales', [id]);
    await server.patch(`/Groups/${group.id}`, { op: 'remove', path: `members[value eq "${id}"]` });
    const kinds = async (key: string) => (await poll(key, placeOf(key))).map(({ kind }) => kind);
    expect(await kinds('scim_user_provisioned')).toEqual(['user.provisioned']);
    expect(await kinds('scim_user_deactivated')).toEqual(['user.deactivated']);
    expect(await kinds('scim_user_reactivated')).toEqual(['user.reactivated']);
    expect(await kinds('scim_group_changed')).toEqual(['group.created']);
    expect(await kinds('scim_membership_changed')).toEqual(['membership.added', 'membership.removed']);
    expect(await poll('scim_user_changed', placeOf('scim_user_changed'))).toMatchObject([
      { before: { id }, after: { id, title: 'Lead' }, changed: ['title'], resourceId: id },
    ]);
    const only = { kinds: ['user.deactivated', 'group.created'] };
    expect(await poll('scim_event', memoryStateStore(), only)).toHaveLength(2);
    expect(await kinds('scim_event')).toEqual([
      ...['user.provisioned', 'user.changed', 'user.deactivated', 'user.reactivated'],
      ...['group.created', 'membership.added', 'membership.removed'],
    ]);
  });

  it('OIN-16 a consumer that stops gets the same event again with the same id, then the rest', async () => {
    for (const name of ['a', 'b', 'c']) await server.user(name);
    const place = memoryStateStore();
    const input = { scimState: state };
    let first: unknown;
    for await (const item of client.poll('scim_user_provisioned', input, { state: place })) {
      first = item.id;
      break;
    }
    const rest = await poll('scim_user_provisioned', place);
    expect(rest.map(({ after }) => (after as { userName: string }).userName)).toEqual(['a', 'b', 'c']);
    expect(rest[0]?.id).toBe(first);
    expect(await poll('scim_user_provisioned', place)).toEqual([]);
  });

  it('begins again with a new file, whose events have the numbers of the old ones', async () => {
    const place = memoryStateStore();
    for (const name of ['a', 'b', 'c']) await server.user(name);
    expect(await poll('scim_event', place)).toHaveLength(3);
    await server.close();
    for (const end of ['', '-wal', '-shm']) await rm(state + end, { force: true });
    store = await sqliteScimStore(state);
    server = opened({ store });
    await server.user('first');
    const found = await poll('scim_event', place);
    expect(found).toMatchObject([{ seq: 1, after: { userName: 'first' } }]);
    expect(await poll('scim_event', place)).toEqual([]);
    await server.user('second');
    expect(await poll('scim_event', place)).toMatchObject([{ after: { userName: 'second' } }]);
  });

  it('keeps events until every trigger has them', async () => {
    const [one, other] = [memoryStateStore(), memoryStateStore()];
    expect(await poll('scim_event', one)).toEqual([]);
    expect(await poll('scim_event', other)).toEqual([]);
    await server.user('ana');
    expect(await poll('scim_event', one)).toHaveLength(1);
    expect(await store.events(0, 10)).toHaveLength(1);
    expect(await poll('scim_event', other)).toHaveLength(1);
    expect(await store.events(0, 10)).toEqual([]);
  });

  it('keeps nothing for a trigger that nobody has run for a month, and all for one that runs', async () => {
    const [gone, quiet] = [memoryStateStore(), memoryStateStore()];
    for (const place of [gone, quiet]) await poll('scim_event', place);
    const database = new DatabaseSync(state);
    database.exec('UPDATE consumer SET seen = seen - 31 * 86400000');
    database.close();
    await poll('scim_event', quiet);
    await server.user('ana');
    const other = memoryStateStore();
    expect(await poll('scim_event', other)).toHaveLength(1);
    expect(await store.events(0, 10)).toHaveLength(1);
    expect(await poll('scim_event', quiet)).toHaveLength(1);
    expect(await store.events(0, 10)).toEqual([]);
  });

  it('waits for a server that has not begun', async () => {
    const input = { scimState: join(folder, 'later.db') };
    const over = new AbortController();
    const told: string[] = [];
    const progress = (message: string) => {
      told.push(message);
      void sqliteScimStore(input.scimState).then(async (later) => {
        await opened({ store: later }).user('ana');
        await later.close();
      });
    };
    const options = { state: memoryStateStore(), interval: 1_000, signal: over.signal, progress };
    const { value } = await client.follow('scim_user_provisioned', input, options).next();
    over.abort();
    expect(value).toMatchObject({ after: { userName: 'ana' } });
    expect(told.join()).toContain('There is no state of a SCIM server');
  });

  it('shows the newest events as samples, without taking them', async () => {
    for (const name of ['a', 'b', 'c']) await server.user(name);
    const items = await client.sample('scim_event', { scimState: state }, { limit: 2 });
    expect(items.map(({ after }) => after?.userName)).toEqual(['c', 'b']);
    expect(await poll('scim_event')).toHaveLength(3);
  });
});
