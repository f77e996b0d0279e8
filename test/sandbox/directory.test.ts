/** What a directory sync reads, and what can go wrong with it. */
import { describe, expect, it } from 'vitest';
import { serviceToken } from './oauth-client.ts';
import { allPages, newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
const settings = (changes: object) => client.control('PUT', '/settings', changes);
const advance = (advanceMs: number) => client.control('POST', '/clock', { advanceMs });
const truth = async () => (await client.control('GET', '/truth')).body;
const now = async () => (await client.control('GET', '/clock')).body.now;
// biome-ignore lint/suspicious/noExplicitAny: items of every shape
const ids = (items: any[]): string[] => items.map(({ id }) => id);

async function newUser(name: string, more: object = {}): Promise<string> {
  return (await client.post('/api/v1/users', { profile: newProfile(name), ...more })).body.id;
}

async function newGroup(name: string): Promise<string> {
  return (await client.post('/api/v1/groups', { profile: { name } })).body.id;
}

const join = (group: string, user: string) => client.put(`/api/v1/groups/${group}/users/${user}`);
const leave = (group: string, user: string) => client.delete(`/api/v1/groups/${group}/users/${user}`);

describe('what changed', () => {
  const changedUsers = (operator: string, since: string) =>
    allPages(client, `/api/v1/users${query({ filter: `lastUpdated ${operator} "${since}"`, limit: '2' })}`);

  it('is found for users by filter, deactivated ones too, in pages; the plain list omits those', async () => {
    await advance(60_000);
    const created = [await newUser('a'), await newUser('b'), await newUser('c')];
    await client.post(`/api/v1/users/${created[1]}/lifecycle/deactivate`);
    const { lastUpdated } = (await client.get(`/api/v1/users/${created[0]}`)).body;
    const pages = await changedUsers('ge', lastUpdated);
    expect(pages.map((page) => page.length)).toEqual([2, 1]);
    expect(ids(pages.flat())).toEqual(created);
    expect(ids((await changedUsers('gt', lastUpdated)).flat())).not.toContain(created[0]);
    expect(ids((await allPages(client, '/api/v1/users')).flat())).not.toContain(created[1]);
  });

  it('is found for groups by filter: a new name by lastUpdated, a member by lastMembershipUpdated', async () => {
    const [named, joined] = [await newGroup('Named'), await newGroup('Joined')];
    const user = await newUser('member');
    const { lastUpdated: before } = (await client.get(`/api/v1/users/${user}`)).body;
    await advance(60_000);
    const since = new Date(Date.parse(await now()) - 1000).toISOString();
    await client.put(`/api/v1/groups/${named}`, { profile: { name: 'Renamed' } });
    await join(joined, user);
    const filter = `lastUpdated gt "${since}" or lastMembershipUpdated gt "${since}"`;
    const { body } = await client.get(`/api/v1/groups${query({ filter, expand: 'stats' })}`);
    expect(ids(body)).toEqual([named, joined]);
    expect(body[1]._embedded.stats.usersCount).toBe(1);
    expect(Date.parse(body[1].lastUpdated)).toBeLessThan(Date.parse(body[1].lastMembershipUpdated));
    expect((await client.get(`/api/v1/users/${user}`)).body.lastUpdated).toBe(before);
  });

  it('sync-field 22 has the size of one group with expand=stats', async () => {
    const group = await newGroup('Counted');
    await join(group, await newUser('counted'));
    const { body } = await client.get(`/api/v1/groups/${group}?expand=stats`);
    expect(body._embedded.stats.usersCount).toBe(1);
    expect((await client.get(`/api/v1/groups/${group}`)).body).not.toHaveProperty('_embedded');
  });

  it('moves lastMembershipUpdated when a group rule adds or removes somebody, after a lag if it has one', async () => {
    const group = await newGroup('Night shift');
    const rules = '/api/v1/groups/rules';
    const rule = await client.post(rules, {
      ...{ type: 'group_rule', name: 'Night rule' },
      conditions: { expression: { value: 'user.department=="Night"' } },
      actions: { assignUserToGroups: { groupIds: [group] } },
    });
    await client.post(`${rules}/${rule.body.id}/lifecycle/activate`);
    const moved = async () => (await client.get(`/api/v1/groups/${group}`)).body.lastMembershipUpdated;
    const created = await moved();
    await settings({ ruleLagMs: 3000 });
    await advance(60_000);
    const user = await newUser('owl', { profile: { ...newProfile('owl'), department: 'Night' } });
    expect(await moved()).toBe(created);
    await advance(3000);
    const added = await moved();
    expect(Date.parse(added)).toBeGreaterThan(Date.parse(created));
    expect((await truth()).memberships[group]).toEqual([user]);
    await client.post(`/api/v1/users/${user}`, { profile: { department: 'Day' } });
    await advance(3000);
    expect(Date.parse(await moved())).toBeGreaterThan(Date.parse(added));
    const [event] = await client.events('group.user_membership.remove');
    expect(ids(event.target)).toEqual([user, group]);
  });
});

describe('the members of a group', () => {
  it('come in pages of up to 1,000, those who were deactivated too', async () => {
    const group = await newGroup('Paged');
    const members = [await newUser('one'), await newUser('two'), await newUser('three')];
    for (const user of members) await join(group, user);
    await client.post(`/api/v1/users/${members[0]}/lifecycle/deactivate`);
    const path = `/api/v1/groups/${group}/users`;
    expect((await client.get(path)).headers.get('link')).toContain('limit=1000');
    const pages = await allPages(client, `${path}?limit=2`);
    expect(pages.map(ids)).toEqual([members.slice(0, 2), members.slice(2)]);
    expect(pages[0]?.[0].status).toBe('DEPROVISIONED');
  });
});

describe('what was deleted', () => {
  it('is gone: 404, and the log says so', async () => {
    const [user, group] = [await newUser('gone'), await newGroup('Gone')];
    await join(group, user);
    await client.delete(`/api/v1/users/${user}`);
    await client.delete(`/api/v1/users/${user}`);
    expect((await client.get(`/api/v1/groups/${group}/users`)).body).toEqual([]);
    await client.delete(`/api/v1/groups/${group}`);
    for (const path of [`users/${user}`, `users/${user}/groups`, `groups/${group}`, `groups/${group}/users`])
      expect((await client.get(`/api/v1/${path}`)).status).toBe(404);
    for (const [type, id] of [
      ['user.lifecycle.delete.initiated', user],
      ['user.lifecycle.delete.completed', user],
      ['group.lifecycle.delete', group],
    ] as const)
      expect((await client.events(type)).map(({ target }) => ids(target))).toEqual([[id]]);
  });
});

describe('the users of an app', () => {
  const parties = async (what: string) =>
    (await client.events(`application.user_membership.${what}`)).map(({ target }) =>
      Object.fromEntries(target.map(({ id, type }: { id: string; type: string }) => [type, id])),
    );
  const newApp = async () => {
    const settings = { app: { requestIntegration: false, url: 'https://log.example/' } };
    const app = { name: 'bookmark', label: 'Logbook', signOnMode: 'BOOKMARK', settings };
    return (await client.post('/api/v1/apps', app)).body.id as string;
  };

  it('come with the user, those of its groups too; the log tells who comes and goes', async () => {
    const [app, group] = [await newApp(), await newGroup('Loggers')];
    const [direct, early, late] = [await newUser('direct'), await newUser('early'), await newUser('late')];
    const users = `/api/v1/apps/${app}/users`;
    await join(group, early);
    await client.post(users, { id: direct });
    await client.put(`/api/v1/apps/${app}/groups/${group}`);
    await join(group, late);
    const pages = await allPages(client, `${users}?expand=user&limit=2`);
    expect(pages.flat().map((one) => one._embedded.user.id)).toEqual([direct, early, late]);
    expect((await client.get(`${users}/${late}?expand=user`)).body._embedded.user.profile.lastName).toBe(
      'late',
    );
    const added = (await parties('add')).map(({ User, AppInstance }) => [User, AppInstance]);
    expect(added).toEqual([direct, early, late].map((user) => [user, app]));

    await leave(group, late);
    expect((await client.get(`${users}/${late}`)).status).toBe(404);
    await client.post(`/api/v1/users/${direct}/lifecycle/deactivate`);
    await client.delete(`/api/v1/groups/${group}`);
    expect((await parties('remove')).map(({ User }) => User)).toEqual([late, direct, early]);
    expect((await client.get(users)).body).toEqual([]);
  });

  it('lose it with their deactivation, and get it back through the group', async () => {
    const [app, group, user] = [await newApp(), await newGroup('Back'), await newUser('back')];
    await join(group, user);
    await client.put(`/api/v1/apps/${app}/groups/${group}`);
    await client.post(`/api/v1/users/${user}/lifecycle/deactivate`);
    await client.post(`/api/v1/users/${user}/lifecycle/activate`);
    expect((await parties('remove')).map(({ User }) => User)).toEqual([user]);
    expect((await parties('add')).map(({ User }) => User)).toEqual([user, user]);
    expect(ids((await client.get(`/api/v1/apps/${app}/users`)).body)).toEqual([user]);
  });
});

describe('the log', () => {
  it('F6 shows events up to logLateMs later and out of order, each once', async () => {
    await settings({ logLateMs: 60_000 });
    const { next } = await client.get(`/api/v1/logs${query({ since: await now() })}`);
    const created = [];
    for (let i = 0; i < 12; i++) {
      created.push(await newUser(`late${i}`));
      await advance(1000);
    }
    const seen: string[] = [];
    let at = next;
    for (let step = 0; step < 8; step++) {
      const answer = await client.get(at as string);
      for (const { eventType, target } of answer.body)
        if (eventType === 'user.lifecycle.create') seen.push(target[0].id);
      at = answer.next;
      await advance(10_000);
    }
    expect(seen).not.toEqual(created);
    expect([...seen].sort()).toEqual(created);
  });
});

describe('sync-field 2 a role that hides', () => {
  it('shortens lists with 200 and refuses what is hidden, for a service app only', async () => {
    const [seen, unseen] = [await newGroup('Seen'), await newGroup('Unseen')];
    const [user, other] = [await newUser('seen'), await newUser('unseen')];
    await join(seen, user);
    await join(unseen, user);
    await join(unseen, other);
    const { body } = await serviceToken(client, 'okta.users.read okta.groups.read');
    const authorization = `Bearer ${body.access_token}`;
    const get = (path: string) => client.get(`/api/v1/${path}`, { authorization });
    expect((await get('users')).body.length).toBeGreaterThan(20);
    expect((await settings({ hiddenStatus: 500 })).status).toBe(400);
    await settings({ visibleGroups: seen });
    expect(ids((await get('users')).body)).toEqual([user]);
    expect(
      ids((await get(`users${query({ filter: 'lastUpdated gt "2000-01-01T00:00:00Z"' })}`)).body),
    ).toEqual([user]);
    expect((await get('users?q=unseen')).body).toEqual([]);
    expect(ids((await get('groups')).body)).toEqual([seen]);
    expect((await get('groups?q=Unseen')).body).toEqual([]);
    expect(ids((await get(`users/${user}/groups`)).body)).toEqual([seen]);
    const hidden = [`users/${other}`, `users/${other}/groups`, `groups/${unseen}`, `groups/${unseen}/users`];
    for (const path of hidden)
      expect(await get(path)).toMatchObject({ status: 403, body: { errorCode: 'E0000006' } });
    await settings({ hiddenStatus: 404 });
    for (const path of hidden)
      expect(await get(path)).toMatchObject({ status: 404, body: { errorCode: 'E0000007' } });
    expect((await client.get(`/api/v1/users/${other}`)).status).toBe(200);
  });
});

describe('scopes that are taken away', () => {
  it('are missing in the next token; the one in use may end at once', async () => {
    const scopes = 'okta.users.read okta.groups.read';
    const { body } = await serviceToken(client, scopes);
    const { clientId } = client.sandbox.serviceApp;
    const grants = `/api/v1/apps/${clientId}/grants`;
    const { id } = (await client.get(grants)).body.find(
      ({ scopeId }: { scopeId: string }) => scopeId === 'okta.groups.read',
    );
    await client.delete(`${grants}/${id}`);
    const read = async (token: string) =>
      (await client.get('/api/v1/groups', { authorization: `Bearer ${token}` })).status;
    expect(await read(body.access_token)).toBe(200);
    await client.control('POST', '/tokens/revoke', {});
    expect(await read(body.access_token)).toBe(401);
    const { body: next } = await serviceToken(client, scopes);
    expect(next.scope).toBe('okta.users.read');
    expect(await read(next.access_token)).toBe(403);
  });
});

describe('the truth', () => {
  it('has everything at once, whatever lags', async () => {
    await settings({ searchLagMs: 60_000, logLateMs: 60_000 });
    const [user, group] = [await newUser('true'), await newGroup('True')];
    await join(group, user);
    expect((await client.get(`/api/v1/groups/${group}/users`)).body).toEqual([]);
    const { users, groups, memberships, assignments } = await truth();
    expect(users.at(-1)).toMatchObject({ id: user, status: 'PROVISIONED', profile: { lastName: 'true' } });
    expect(groups.at(-1)).toMatchObject({ id: group, type: 'OKTA_GROUP', profile: { name: 'True' } });
    expect(memberships[group]).toEqual([user]);
    const apps = (await client.get('/api/v1/apps')).body;
    expect(Object.keys(assignments)).toEqual(ids(apps));
  });
});
