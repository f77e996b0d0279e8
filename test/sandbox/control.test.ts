/** The control routes: who may call them, and the list of everything the sandbox serves. */
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { endpoints } from '../../src/sandbox/router.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();

/** Sends a request with any Host header, which fetch would not let through. */
function send(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, client.sandbox.orgUrl), { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(method === 'GET' ? undefined : '{}');
  });
}

describe('G.14 the control routes', () => {
  const own = () => new URL(client.sandbox.orgUrl);

  it.each(['/__sandbox__/settings', '/__sandbox__/', '/__sandbox__', '/__sandbox__/nothing'])(
    'G.14 refuse the name of another host, as DNS rebinding brings it: %s',
    async (path) => {
      for (const host of [
        'evil.example',
        `evil.example:${own().port}`,
        '127.0.0.1.evil.example',
        '192.168.1.7',
      ])
        expect((await send('GET', path, { host })).status).toBe(403);
    },
  );

  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://localhost:1'])(
    'G.14 refuse a page of another origin: %s',
    async (origin) => {
      const refused = await send('POST', '/__sandbox__/reset', { origin });
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text).error).toContain('origin');
      expect((await send('GET', '/__sandbox__/requests', { origin })).status).toBe(403);
    },
  );

  it('G.14 change nothing for a refused request', async () => {
    const created = await client.post('/api/v1/groups', { profile: { name: 'Stays' } });
    await send('POST', '/__sandbox__/reset', { origin: 'http://evil.example' });
    await send('POST', '/__sandbox__/reset', { host: 'evil.example' });
    expect((await client.get(`/api/v1/groups/${created.body.id}`)).status).toBe(200);
  });

  it('G.14 take every name of this machine, and the origin of the sandbox itself', async () => {
    const { port, origin } = own();
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `LOCALHOST:${port}`,
      'localhost',
      `[::1]:${port}`,
      `127.0.0.2:${port}`,
    ])
      expect((await send('GET', '/__sandbox__/settings', { host })).status).toBe(200);
    expect((await send('POST', '/__sandbox__/hooks/flush', { origin })).status).toBe(200);
    const host = `localhost:${port}`;
    expect((await send('POST', '/__sandbox__/hooks/flush', { host, origin: `http://${host}` })).status).toBe(
      200,
    );
  });
});

describe('G.14 the list of routes', () => {
  it('G.14 names every endpoint with its scope, and every control route', async () => {
    const { body } = await client.control('GET', '/');
    expect(body.endpoints).toHaveLength(endpoints.length);
    expect(body.endpoints).toContainEqual({
      method: 'GET',
      path: '/api/v1/users/{id}',
      scope: 'okta.users.read',
    });
    expect(body.endpoints).toContainEqual({ method: 'POST', path: '/oauth2/v1/token' });
    for (const path of ['/faults', '/settings', '/requests', '/reset'])
      expect(body.control.map((route: { path: string }) => route.path)).toContain(`/__sandbox__${path}`);
    expect((await client.control('GET', '')).body).toEqual(body);
  });

  it('G.14 has only routes that answer', async () => {
    const { body } = await client.control('GET', '/');
    for (const { method, path } of body.endpoints) {
      const answer = await client.call(
        method,
        path.replaceAll(/\{\w+\}/g, 'none'),
        method === 'GET' ? undefined : {},
      );
      expect([404, 405].includes(answer.status) ? answer.body.errorCode : 'E0000007').toBe('E0000007');
    }
  });
});

describe('H.5 what the org has', () => {
  it('includes any object that is put, at its path, as if it had always existed', async () => {
    const put = (path: string, body: object) => client.control('PUT', '/objects', { path, body });
    const user = {
      id: '00uRecorded1abc1d7',
      status: 'SUSPENDED',
      profile: { login: 'a@b.example', email: 'a@b.example' },
    };
    expect(
      (await put(`/api/v1/users/${user.id}`, { ...user, created: '2020-01-01T00:00:00.000Z' })).status,
    ).toBe(200);
    expect((await client.get(`/api/v1/users/${user.id}`)).body).toMatchObject({
      ...user,
      created: '2020-01-01T00:00:00.000Z',
    });
    const feature = {
      id: 'ftrRecorded',
      type: 'self-service',
      status: 'ENABLED',
      name: 'One',
      _links: { self: {} },
    };
    await put('/api/v1/features/ftrRecorded', feature);
    const shown = (await client.get('/api/v1/features/ftrRecorded')).body;
    expect(shown).toMatchObject({ name: 'One', status: 'ENABLED' });
    expect(shown._links.disable.href).toContain('/api/v1/features/ftrRecorded/disable');
    const group = { id: '00gRecorded1abc1d7', type: 'OKTA_GROUP', profile: { name: 'One', floors: [1] } };
    await put(`/api/v1/groups/${group.id}`, group);
    expect((await client.get(`/api/v1/groups/${group.id}`)).body).toMatchObject(group);
    const profile = { name: 'Two', floors: ['2'] };
    expect((await client.put(`/api/v1/groups/${group.id}`, { profile })).body.profile).toMatchObject(profile);
    const app = {
      name: 'bookmark',
      label: 'One',
      signOnMode: 'BOOKMARK',
      status: 'INACTIVE',
      profile: { a: 1 },
    };
    await put('/api/v1/apps/0oaRecorded', app);
    expect((await client.get('/api/v1/apps/0oaRecorded')).body).toMatchObject(app);
    const connection = { authScheme: 'TOKEN', status: 'ENABLED', baseUrl: 'https://x.example' };
    await put('/api/v1/apps/0oaRecorded/connections/default', { ...connection, profile: {} });
    expect((await client.get('/api/v1/apps/0oaRecorded/connections/default')).body).toMatchObject(connection);
    expect(await put('/api/v1/nothing/1', {})).toMatchObject({ status: 400 });
    expect(await client.events('user.lifecycle.create')).toEqual([]);
  });

  it('lacks realms and features, if the settings say so', async () => {
    const user = `/api/v1/users/${client.sandbox.admin.id}`;
    expect((await client.get(user)).body).toHaveProperty('realmId');
    const missingFeatures = '/api/v1/authorizationServers,/api/v1/users/{id}/blocks,/api/v1/features';
    await client.control('PUT', '/settings', { realms: false, missingFeatures });
    expect((await client.get(user)).body).not.toHaveProperty('realmId');
    for (const path of [`${user}/blocks`, '/api/v1/features', '/api/v1/features/x'])
      expect(await client.get(path)).toMatchObject({ status: 401, body: { errorCode: 'E0000015' } });
    expect((await client.get(`${user}/groups`)).status).toBe(200);
  });
});
