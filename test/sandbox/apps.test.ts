import { describe, expect, it } from 'vitest';
import { allPages, query, useSandbox } from './support.ts';

const client = useSandbox();
const list = (parameters: Record<string, string>) => client.get(`/api/v1/apps${query(parameters)}`);
const appPath = async (label: string) => `/api/v1/apps/${(await list({ q: label })).body[0].id}`;
// biome-ignore lint/suspicious/noExplicitAny: apps of every shape
const labels = (apps: any[]) => apps.map((app) => app.label);
const usersIn = async (status: string) =>
  (await client.get(`/api/v1/users${query({ filter: `status eq "${status}"` })}`)).body;

describe('lists of apps', () => {
  it('page, filter and look up', async () => {
    const pages = await allPages(client, '/api/v1/apps?limit=3');
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(labels((await list({ q: 'acme' })).body)).toEqual(['Acme CRM']);
    expect(labels((await list({ filter: 'status eq "INACTIVE"' })).body)).toEqual(['Old Intranet']);
    expect(labels((await list({ filter: 'name eq "bookmark" and status eq "ACTIVE"' })).body)).toEqual([
      'Company Wiki',
    ]);
    for (const filter of ['label eq "x"', 'status sw "A"', 'status pr', 'nonsense'])
      expect((await list({ filter })).body.errorCode).toBe('E0000031');
  });

  it('never show the secret of an OAuth client', async () => {
    const text = JSON.stringify((await list({})).body);
    expect(text).toContain('oidc_client');
    expect(text).not.toContain(client.sandbox.webApp.clientSecret);
  });

  it('know who has which app, with the assignment when asked', async () => {
    const [sales] = (await client.get('/api/v1/groups?q=Sales')).body;
    const [member] = (await client.get(`/api/v1/groups/${sales.id}/users`)).body;
    const filter = `user.id eq "${member.id}"`;
    expect(labels((await list({ filter })).body)).toContain('Acme CRM');
    const expanded = (await list({ filter, expand: `user/${member.id}` })).body;
    expect(expanded.find((app: { label: string }) => app.label === 'Acme CRM')._embedded.user).toMatchObject({
      id: member.id,
      scope: 'GROUP',
    });
    expect(labels((await list({ filter: `group.id eq "${sales.id}"` })).body)).toEqual(['Acme CRM']);
    const tiles = (await client.get(`/api/v1/users/${member.id}/appLinks`)).body;
    expect(tiles.find((tile: { label: string }) => tile.label === 'Acme CRM').id).toMatch(/^00l/);
  });
});

describe('assigning a user', () => {
  it('works once, with an event, until it is taken back', async () => {
    const { id, login } = client.sandbox.admin;
    const path = await appPath('Company Wiki');
    const assigned = await client.post(`${path}/users`, { id, scope: 'USER', profile: { team: 'a' } });
    expect(assigned.body).toMatchObject({
      id,
      scope: 'USER',
      credentials: { userName: login },
      profile: { team: 'a' },
    });
    expect(await client.post(`${path}/users`, { id })).toMatchObject({
      status: 409,
      body: { errorCode: 'E0000062' },
    });
    const renamed = await client.post(`${path}/users/${id}`, { credentials: { userName: 'boss' } });
    expect(renamed.body).toMatchObject({ credentials: { userName: 'boss' }, profile: { team: 'a' } });
    expect((await client.delete(`${path}/users/${id}`)).status).toBe(204);
    expect((await client.delete(`${path}/users/${id}`)).body.errorSummary).toContain('(AppUser)');
    const [event] = await client.events('application.user_membership.add');
    expect(event.target.map((target: { type: string }) => target.type)).toEqual([
      'AppUser',
      'AppInstance',
      'User',
    ]);
    expect(await client.events('application.user_membership.remove')).toHaveLength(1);
  });

  it('is refused for who is not active and with credentials where the app owns them', async () => {
    const path = `${await appPath('Acme CRM')}/users`;
    const [gone] = await usersIn('DEPROVISIONED');
    expect(await client.post(path, { id: gone.id })).toMatchObject({
      status: 403,
      body: { errorCode: 'E0000117' },
    });
    const withPassword = { id: client.sandbox.admin.id, credentials: { password: { value: 'x' } } };
    expect(await client.post(path, withPassword)).toMatchObject({
      status: 400,
      body: { errorCode: 'E0000041' },
    });
    expect((await client.post(path, { id: '00uNone' })).status).toBe(404);
    expect((await client.get('/api/v1/apps/0oaNone')).body.errorSummary).toContain('0oaNone (AppInstance)');
  });

  it('pages through direct and group assignments in one order', async () => {
    const path = `${await appPath('Acme CRM')}/users`;
    const pages = await allPages(client, `${path}?limit=3`);
    const found = pages.flat();
    expect(found).toEqual((await client.get(path)).body);
    expect(new Set(found.map((user) => user.scope))).toEqual(new Set(['USER', 'GROUP']));
    expect(found.map((user) => user.id)).toEqual(found.map((user) => user.id).sort());
    const [first] = found;
    expect(
      (await client.get(`${path}?q=${first.credentials.userName}`)).body.map(
        (user: { id: string }) => user.id,
      ),
    ).toEqual([first.id]);
  });

  it('through a group cannot be taken back alone', async () => {
    const path = `${await appPath('Acme CRM')}/users`;
    const through = (await client.get(path)).body.find((user: { scope: string }) => user.scope === 'GROUP');
    expect((await client.delete(`${path}/${through.id}`)).status).toBe(204);
    expect((await client.get(`${path}/${through.id}`)).body.scope).toBe('GROUP');
  });
});

describe('assigning a group', () => {
  it('reaches its members, can be repeated and ends', async () => {
    const app = await appPath('Company Wiki');
    const [finance] = (await client.get('/api/v1/groups?q=Finance')).body;
    const [member] = (await client.get(`/api/v1/groups/${finance.id}/users`)).body;
    const path = `${app}/groups/${finance.id}`;
    expect((await client.put(path, { priority: 4 })).body).toMatchObject({ id: finance.id, priority: 4 });
    expect((await client.put(path)).body.priority).toBe(4);
    expect((await client.get(`${app}/users/${member.id}`)).body.scope).toBe('GROUP');
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).status).toBe(404);
    expect((await client.get(`${app}/users/${member.id}`)).status).toBe(404);
    expect(await client.events('group.application_assignment.add')).toHaveLength(1);
    expect(await client.events('group.application_assignment.update')).toHaveLength(1);
    const [removed] = await client.events('group.application_assignment.remove');
    expect(removed.target.map(({ type }: { type: string }) => type)).toEqual(['UserGroup', 'AppInstance']);
  });
});

it('an app can rest and come back', async () => {
  const path = await appPath('Company Wiki');
  expect((await client.post(`${path}/lifecycle/deactivate`)).body).toEqual({});
  expect((await client.get(path)).body.status).toBe('INACTIVE');
  await client.post(`${path}/lifecycle/activate`);
  expect((await client.get(path)).body.status).toBe('ACTIVE');
  expect(await client.events('application.lifecycle.deactivate')).toHaveLength(1);
});
