import { describe, expect, it } from 'vitest';
import { allPages, newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
const groupPath = async (name: string) =>
  `/api/v1/groups/${(await client.get(`/api/v1/groups?q=${name}`)).body[0].id}`;
const list = (parameters: Record<string, string>) => client.get(`/api/v1/groups${query(parameters)}`);
// biome-ignore lint/suspicious/noExplicitAny: groups of every shape
const names = (groups: any[]) => groups.map((group) => group.profile.name);

describe('a group', () => {
  it('is created, replaced whole and deleted', async () => {
    const profile = { name: 'Night shift', description: 'Works late', costCenter: '77' };
    const created = await client.post('/api/v1/groups', { profile });
    expect(created).toMatchObject({ status: 200, body: { type: 'OKTA_GROUP', profile } });
    const path = `/api/v1/groups/${created.body.id}`;
    const replaced = await client.put(path, { profile: { name: 'Day shift' } });
    expect(replaced.body.profile).toEqual({ name: 'Day shift', description: null });
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).body.errorSummary).toBe(
      `Not found: Resource not found: ${created.body.id} (UserGroup)`,
    );
    for (const type of ['group.lifecycle.create', 'group.profile.update', 'group.lifecycle.delete'])
      expect(await client.events(type)).toHaveLength(1);
  });

  it('takes its apps away from its members when it goes', async () => {
    const path = await groupPath('Sales');
    expect((await client.delete(path)).status).toBe(204);
    const [removed] = await client.events('group.application_assignment.remove');
    expect(removed.target).toMatchObject([
      { type: 'UserGroup' },
      { type: 'AppInstance', displayName: 'Acme CRM' },
    ]);
  });

  it.each([[{}], [{ name: '' }], [{ name: 'x'.repeat(256) }], [{ name: 'X', colour: 'red' }]])(
    'needs a proper profile: %j',
    async (profile) => {
      expect(await client.post('/api/v1/groups', { profile })).toMatchObject({
        status: 400,
        body: { errorCode: 'E0000001' },
      });
    },
  );
});

describe('membership', () => {
  const admin = () => client.sandbox.admin.id;

  it('can be given and taken twice alike, and is written down once', async () => {
    const path = `${await groupPath('Finance')}/users/${admin()}`;
    for (const method of ['PUT', 'PUT', 'DELETE', 'DELETE'])
      expect(await client.call(method, path)).toMatchObject({ status: 204, body: '' });
    expect(await client.events('group.user_membership.add')).toHaveLength(1);
    const [event] = await client.events('group.user_membership.remove');
    expect(event.target.map((target: { type: string }) => target.type)).toEqual(['User', 'UserGroup']);
  });

  it('moves lastMembershipUpdated and not lastUpdated', async () => {
    const path = await groupPath('Finance');
    const before = (await client.get(path)).body;
    await client.put(`${path}/users/${admin()}`);
    const after = (await client.get(path)).body;
    expect(after.lastUpdated).toBe(before.lastUpdated);
    expect(after.lastMembershipUpdated > before.lastMembershipUpdated).toBe(true);
  });

  it('of Everyone and of an imported group is not to be changed', async () => {
    for (const method of ['PUT', 'DELETE']) {
      const everyone = await client.call(method, `${await groupPath('Everyone')}/users/${admin()}`);
      expect(everyone).toMatchObject({ status: 501, body: { errorCode: 'E0000060' } });
      const imported = await client.call(method, `${await groupPath('Directory')}/users/${admin()}`);
      expect(imported).toMatchObject({ status: 403, body: { errorCode: 'E0000006' } });
    }
    expect((await client.delete(await groupPath('Everyone'))).status).toBe(403);
  });

  it('needs a group and a user that are there', async () => {
    expect((await client.put(`/api/v1/groups/00gNone/users/${admin()}`)).body.errorSummary).toContain(
      '(UserGroup)',
    );
    expect((await client.put(`${await groupPath('Sales')}/users/00uNone`)).body.errorSummary).toContain(
      '(User)',
    );
  });

  it('of Everyone holds every user, a new one at once', async () => {
    const path = await groupPath('Everyone');
    const { body } = await client.post('/api/v1/users', { profile: newProfile('newcomer') });
    const pages = await allPages(client, `${path}/users?limit=10`);
    expect(pages.slice(0, -1).every((page) => page.length === 10)).toBe(true);
    expect(pages.flat().at(-1).id).toBe(body.id);
    expect((await client.get(`${path}/users`)).headers.get('link')).toContain('limit=1000');
  });
});

describe('lists of groups', () => {
  it('page by id', async () => {
    const pages = await allPages(client, '/api/v1/groups?limit=3');
    expect(pages.map((page) => page.length)).toEqual([3, 3, 2]);
    expect(pages.flat()).toEqual((await list({})).body);
  });

  it('by q have no link', async () => {
    const found = await list({ q: 's' });
    expect(names(found.body)).toEqual(['Sales', 'Support']);
    expect(found.headers.get('link')).toBeNull();
  });

  it.each([
    [{ filter: 'type eq "APP_GROUP"' }, ['Directory staff']],
    [{ filter: 'profile.name eq "Sales"' }, undefined],
    [{ search: 'profile.name co "ale"' }, ['Sales']],
    [{ search: 'profile.name sw "S"', sortBy: 'profile.name', sortOrder: 'desc' }, ['Support', 'Sales']],
    [{ search: 'type eq "BUILT_IN" or profile.description co "people"' }, ['Everyone', 'People']],
    [{ search: 'lastUpdated gt "2100-01-01T00:00:00.000Z"' }, []],
    [{ search: 'id co "00g"' }, undefined],
    [{ search: 'nonsense' }, undefined],
  ] as [Record<string, string>, string[] | undefined][])('%j', async (parameters, expected) => {
    const found = await list(parameters);
    if (expected) expect(names(found.body)).toEqual(expected);
    else expect(found.body.errorCode).toBe('E0000031');
  });

  it('page through a sorted search', async () => {
    const path = `/api/v1/groups${query({ search: 'type eq "OKTA_GROUP"', sortBy: 'profile.name', limit: '2' })}`;
    const found = names((await allPages(client, path)).flat());
    expect(found).toEqual([...found].sort());
    expect(found).toHaveLength(6);
  });

  it('tell the numbers when asked', async () => {
    const sales = (await list({ q: 'Sales', expand: 'stats' })).body[0];
    const members = (await client.get(`/api/v1/groups/${sales.id}/users`)).body.length;
    expect(sales._embedded.stats).toMatchObject({ usersCount: members, appsCount: 1 });
    expect((await client.get(`/api/v1/groups/${sales.id}/apps`)).body[0].label).toBe('Acme CRM');
    expect((await client.get('/api/v1/groups/rules')).body).toEqual([]);
  });
});
