import { beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { memoryStateStore } from '../../src/state/store.ts';
import { newUser } from '../sandbox/scim-app.ts';
import { newProfile } from '../sandbox/support.ts';
import { askByCatalog } from './access-wishes.ts';
import { type Item, ids, pause, take, until, useOrg, useServer } from './support.ts';

const org = useOrg();
const mount = useServer();
let client: Client;
let groups: Record<string, string>;
let ana: { id: string; login: string };

beforeEach(async () => {
  client = org.connect();
  const make = async (name: string) => [
    name,
    (await org.post('/api/v1/groups', { profile: { name } })).body.id,
  ];
  groups = Object.fromEntries(await Promise.all(['Night shift', 'Day shift'].map(make)));
  const { body } = await org.post('/api/v1/users?activate=true', { profile: newProfile('ana') });
  ana = { id: body.id, login: body.profile.login };
});

const join = async (group: string, user = ana.id) =>
  org.put(`/api/v1/groups/${groups[group]}/users/${user}`, undefined);

describe('G.5 a trigger that is narrowed', () => {
  const key = 'user_added_to_group';
  const since = '2026-01-01T00:00:00Z';
  const groupsOf = async (input: object) => {
    const items = (await take(
      client.poll(
        key,
        { since: new Date(Date.now() - 3_600_000).toISOString(), ...input },
        { state: memoryStateStore() },
      ),
    )) as Item[];
    return items.map(({ groupName, userLogin }) => `${userLogin} ${groupName}`);
  };

  it('to a group, by name and by id, delivers what happened to that one', async () => {
    await join('Night shift');
    await join('Day shift');
    const only = [`${ana.login} Night shift`];
    expect(await groupsOf({ group: 'Night shift' })).toEqual(only);
    expect(await groupsOf({ group: groups['Night shift'] })).toEqual(only);
    const filter = (await org.asked('/api/v1/logs')).map(({ query }) => decodeURIComponent(query));
    expect(filter.at(-1)).toContain(`target.id eq "${groups['Night shift']}"`);
  });

  it('to a user and a group needs both', async () => {
    await join('Night shift');
    await join('Day shift');
    expect(await groupsOf({ group: 'Day shift', user: ana.login })).toEqual([`${ana.login} Day shift`]);
    const [other] = (await org.get('/api/v1/users?limit=1')).body;
    expect(await groupsOf({ group: 'Day shift', user: other.id })).toEqual([]);
  });

  it.each([
    ['group', 'No such group'],
    ['group', '00g1NoSuchGroup12345'],
    ['user', 'nobody@acme.test'],
  ])('refuses a %s that does not exist: %s', async (name, value) => {
    const refusal = expect.objectContaining({
      code: 'not_found',
      message: expect.stringContaining(`${name}: `),
    });
    const input = { [name]: value };
    await expect(client.sample(key, input)).rejects.toEqual(refusal);
    await expect(take(client.poll(key, input, { state: memoryStateStore() }))).rejects.toEqual(refusal);
    // Would otherwise be tried again for ever.
    const following = client.follow(key, input, { state: memoryStateStore(), interval: 10 });
    await expect(take(following)).rejects.toEqual(refusal);
    expect(await org.asked('/api/v1/logs')).toEqual([]);
    const webhook = await client.webhook({ publicUrl: mount.url, state: memoryStateStore() });
    await expect(webhook.subscribe({ key, input, deliver: () => {} })).rejects.toEqual(refusal);
    await webhook.stop();
    expect(await org.asked('/api/v1/eventHooks', 'POST')).toEqual([]);
  });

  it('looks a name up once, and again when Okta could not say', async () => {
    await org.fault({ kind: 'status', status: 503 }, { path: '/api/v1/groups$', times: 1 });
    const over = new AbortController();
    const told: string[] = [];
    const options = {
      state: memoryStateStore(),
      interval: 10,
      signal: over.signal,
      progress: (text: string) => told.push(text),
    };
    const got: Item[] = [];
    const following = (async () => {
      for await (const item of org.connect({ maxRetries: 0 }).follow(key, { group: 'Night shift' }, options))
        got.push(item as Item);
    })();
    await until(() => told.length > 0);
    await until(async () => (await org.asked('/api/v1/logs')).length > 3);
    await join('Day shift');
    await join('Night shift');
    await until(() => got.length > 0);
    over.abort();
    await following;
    expect(got.map(({ groupName }) => groupName)).toEqual(['Night shift']);
    const lookups = (await org.asked('/api/v1/groups')).filter(({ status }) => status === 200);
    expect(lookups).toHaveLength(1);
  });

  it.each([
    ['name', () => 'Night shift'],
    ['id', () => groups['Night shift'] as string],
  ])('goes on when what it is about is gone: by %s', async (_, reference) => {
    const input = { group: reference() };
    const [state, hookState, told] = [memoryStateStore(), memoryStateStore(), [] as string[]];
    const poll = () =>
      take(client.poll('group_deleted', input, { state, progress: (text) => told.push(text) }));
    // A function of a host begins anew for each request.
    const hook = () => org.connect().hook('group_deleted', input, { url: mount.url, state: hookState });
    const pushed: Item[] = [];
    mount.fetch = async (request) => {
      const { response, items } = await hook().answer(request);
      pushed.push(...(items as Item[]));
      return response;
    };
    await poll();
    await hook().ensure();
    await org.delete(`/api/v1/groups/${groups['Day shift']}`);
    await org.delete(`/api/v1/groups/${groups['Night shift']}`);
    expect(await poll()).toMatchObject([{ groupId: groups['Night shift'] }]);
    expect(told).toContainEqual(expect.stringContaining('any more; it was'));
    await org.control('POST', '/hooks/flush');
    expect(pushed).toMatchObject([{ groupId: groups['Night shift'] }]);
    const another = { state: memoryStateStore() };
    await expect(take(client.poll('group_deleted', input, another))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('takes an id from a connection that may not read groups', async () => {
    await join('Night shift');
    await org.fault(
      { kind: 'status', status: 403 },
      { path: `/api/v1/groups/${groups['Night shift']}$`, times: 10 },
    );
    expect(await groupsOf({ group: groups['Night shift'] })).toEqual([`${ana.login} Night shift`]);
  });

  it('is narrowed in the same way where Okta calls', async () => {
    const webhook = await client.webhook({
      publicUrl: mount.url,
      state: memoryStateStore(),
      reconcileMs: 30,
    });
    mount.fetch = webhook.fetch;
    const got: Item[] = [];
    await webhook.subscribe({
      ...{ key, input: { group: 'Night shift', user: ana.login } },
      deliver: (item) => void got.push(item as Item),
    });
    await join('Day shift');
    await join('Night shift');
    await until(() => got.length > 0);
    await pause(100);
    await webhook.stop();
    expect(got.map(({ groupName }) => groupName)).toEqual(['Night shift']);
  });

  it('to an app, by label', async () => {
    const apps = (await org.get('/api/v1/apps?limit=200')).body as { id: string; label: string }[];
    const appOf = (label: string) => apps.find((one) => one.label === label)?.id;
    for (const label of ['Acme CRM', 'Company Wiki'])
      await org.post(`/api/v1/apps/${appOf(label)}/users`, {
        id: ana.id,
        scope: 'USER',
        credentials: { userName: 'ana' },
      });
    const found = (await client.sample('app_assigned', { app: 'Company Wiki' }, { limit: 20 })) as Item[];
    expect(found.map(({ appName }) => appName)).toContain('Company Wiki');
    expect(new Set(found.map(({ appName }) => appName)).size).toBe(1);
    await expect(client.sample('app_assigned', { app: 'Company' })).rejects.toMatchObject({
      ...{ code: 'not_found', message: 'app: No app has this id or exact label' },
    });
  });

  it('to a user whom the event names as its actor only, and who is then the user of the item', async () => {
    const [lee, kim] = [await newUser(org, 'Lee'), await newUser(org, 'Kim')];
    await org.control('PUT', '/settings', { breachedPasswords: 'Sandbox-Pass-1' });
    for (const name of ['lee', 'kim'])
      await org.post('/api/v1/authn', { username: `${name}@sandbox.example`, password: 'Sandbox-Pass-1' });
    const detected = (input: object) =>
      client.sample('breached_credential_detected', input, { limit: 20 }) as Promise<Item[]>;
    expect((await detected({})).map(({ userId }) => userId)).toEqual([kim, lee]);
    expect(await detected({ user: 'lee@sandbox.example', include: true })).toMatchObject([
      { userId: lee, userLogin: 'lee@sandbox.example', user: { id: lee } },
    ]);
    expect(await detected({ user: ana.login })).toEqual([]);
  });

  it('to a user for whom access was requested', async () => {
    await askByCatalog(org);
    const created = (user: string) =>
      client.sample('access_request_created', { user }, { limit: 20 }) as Promise<Item[]>;
    expect(await created(org.sandbox.admin.id)).toMatchObject([{ userId: org.sandbox.admin.id }]);
    expect(await created(ana.login)).toEqual([]);
    // A request that does not tell whom it is for counts.
    const [uuid] = await org.append(1, 'access.request.create');
    expect(ids(await created(ana.login))).toEqual([uuid]);
  });

  it.each(['SUPER_ADMIN', 'Super Administrator', 'super administrator'])('to a role: %s', async (role) => {
    for (const type of ['HELP_DESK_ADMIN', 'SUPER_ADMIN'])
      await org.post(`/api/v1/users/${ana.id}/roles`, { type });
    const roleOf = (item: Item) => item.event.debugContext.debugData.privilegeGranted;
    const all = (await client.sample('admin_role_granted', {}, { limit: 20 })) as Item[];
    const found = (await client.sample('admin_role_granted', { role }, { limit: 20 })) as Item[];
    expect(found.map(roleOf)).toEqual(all.map(roleOf).filter((text) => text.includes('Super Administrator')));
    expect(found.length).toBeLessThan(all.length);
    const polled = (await take(
      client.poll('admin_role_granted', { role, user: ana.login, since }, { state: memoryStateStore() }),
    )) as Item[];
    expect(ids(polled)).toEqual(ids(found.filter(({ userId }) => userId === ana.id)));
  });
});
