import { describe, expect, it } from 'vitest';
import { encoded, opened, USER } from './support.ts';

/** What an older copy of Okta's SPEC test asks besides `spec.test.ts`. */
describe("the methods of Okta's SPEC test", () => {
  it('SPEC 13 discovery documents are there and refuse other methods', async () => {
    const server = opened();
    for (const path of [
      '/ServiceProviderConfig',
      '/ResourceTypes',
      '/Schemas',
      '/ResourceTypes/User',
      `/Schemas/${USER}`,
    ]) {
      expect((await server.get(path)).status, path).toBe(200);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await server.call(method, path, method === 'DELETE' ? undefined : {});
        expect(answer.status, `${method} ${path}`).toBe(405);
        expect(answer.headers.get('allow')).toBe('GET');
      }
    }
  });

  it('SPEC 14 every path refuses with 405 the methods that it does not take, and names the others', async () => {
    const server = opened();
    const { id } = await server.user('ana');
    const { id: groupId } = await server.group('Sales', [id]);
    await server.events();
    for (const [path, ...allowed] of [
      ['/', 'GET'],
      ['/Users', 'GET', 'POST'],
      ['/Groups', 'GET', 'POST'],
      [`/Users/${id}`, 'GET', 'PUT', 'PATCH', 'DELETE'],
      [`/Groups/${groupId}`, 'GET', 'PUT', 'PATCH', 'DELETE'],
      ...['/.search', '/Users/.search', '/Groups/.search', '/Bulk'].map((one) => [one, 'POST']),
      ...['/Schemas', '/ResourceTypes', '/ServiceProviderConfig'].map((one) => [one, 'GET']),
      ...[`/Schemas/${USER}`, '/ResourceTypes/Group'].map((one) => [one, 'GET']),
    ] as [string, ...string[]][]) {
      const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
      for (const method of methods.filter((one) => !allowed.includes(one))) {
        const answer = await server.call(
          method,
          path,
          ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined,
        );
        expect([answer.status, answer.headers.get('allow')], `${method} ${path}`).toEqual([
          ...[405, allowed.join(', ')],
        ]);
        expect(answer.body).toMatchObject({ status: '405', detail: expect.stringContaining(method) });
      }
    }
    expect(await server.events()).toEqual([]);
  });
});

interface Client {
  title: string;
  /** Changes attributes of a user as this kind of app does. */
  update(server: ReturnType<typeof opened>, id: string, change: object): Promise<number>;
  members(server: ReturnType<typeof opened>, id: string, ids: string[]): Promise<number>;
}

const wizard: Client = {
  title: 'an app of the wizard, by PUT',
  async update(server, id, change) {
    const { body } = await server.get(`/Users/${id}`);
    return (await server.call('PUT', `/Users/${id}`, { ...body, ...change })).status;
  },
  async members(server, id, ids) {
    const { body } = await server.get(`/Groups/${id}`);
    const members = ids.map((value) => ({ value, display: 'somebody' }));
    return (await server.call('PUT', `/Groups/${id}`, { ...body, members })).status;
  },
};

const network: Client = {
  title: 'an app of the network, by PATCH',
  update: async (server, id, value) => (await server.patch(`/Users/${id}`, { op: 'replace', value })).status,
  members: async (server, id, ids) =>
    (
      await server.patch(`/Groups/${id}`, {
        ...{ op: 'replace', path: 'members', value: ids.map((value) => ({ value, display: 'somebody' })) },
      })
    ).status,
};

describe("Okta's sequence of provisioning", () => {
  it.each([wizard, network])('$title', async ({ update, members }) => {
    const server = opened();
    // The test of the connection.
    expect((await server.get('/Users?startIndex=1&count=2')).body.totalResults).toBe(0);
    // Assignment.
    const name = 'ana.ruiz@acme.test';
    const exists = () =>
      server.get(`/Users?filter=${encoded(`userName eq "${name}"`)}&startIndex=1&count=100`);
    expect((await exists()).body.Resources).toEqual([]);
    const ana = {
      ...{ schemas: [USER], userName: name, name: { givenName: 'Ana', familyName: 'Ruiz' }, active: true },
      ...{ emails: [{ primary: true, value: name, type: 'work' }], displayName: 'Ana Ruiz', locale: 'en-US' },
      ...{ externalId: '00u1ana', groups: [], password: 'not-kept' },
    };
    const { id } = (await server.call('POST', '/Users', ana)).body;
    // Profile push, group push, rename of the group, membership.
    expect(await update(server, id, { name: { givenName: 'Ana María', familyName: 'Ruiz' } })).toBe(200);
    const group = (await server.call('POST', '/Groups', { displayName: 'Sales', members: [{ value: id }] }))
      .body;
    expect([200, 204]).toContain(await members(server, group.id, []));
    expect([200, 204]).toContain(await members(server, group.id, [id]));
    // Unassignment, and assignment again.
    expect(await update(server, id, { active: false })).toBe(200);
    expect((await exists()).body.Resources).toMatchObject([
      { id, active: false, groups: [{ value: group.id }] },
    ]);
    expect(await update(server, id, { active: true })).toBe(200);
    // Import.
    expect((await server.get('/Users?startIndex=1&count=100')).body).toMatchObject({ totalResults: 1 });
    expect((await server.get('/Groups?startIndex=1&count=100')).body.Resources[0].members).toHaveLength(1);
    // The push is unlinked.
    expect((await server.call('DELETE', `/Groups/${group.id}`)).status).toBe(204);
    expect((await server.events()).map(({ kind, changed }) => [kind, ...changed].join(' '))).toEqual([
      'user.provisioned externalId userName name.givenName name.familyName active emails displayName locale',
      'user.changed name.givenName',
      ...['group.created displayName', 'membership.added', 'membership.removed', 'membership.added'],
      ...['user.deactivated active', 'user.reactivated active'],
      ...['membership.removed', 'group.deleted'],
    ]);
  });

  it('writes of one user by two writers count one after the other', async () => {
    const server = opened();
    const { id } = await server.user('ana');
    const writers = Array.from({ length: 20 }, (_, i) => [
      server.patch(`/Users/${id}`, { op: 'replace', value: { title: `t${i}` } }),
      server.patch(`/Users/${id}`, { op: 'add', path: 'emails', value: [{ value: `${i}@x.test` }] }),
    ]).flat();
    for (const { status } of await Promise.all(writers)) expect(status).toBe(200);
    const { body } = await server.get(`/Users/${id}`);
    expect(body.emails).toHaveLength(20);
    expect(body).toMatchObject({ title: 't19', meta: { version: 'W/"41"' } });
    const [, ...events] = await server.events();
    // Each begins where the one before it ended.
    events.reduce((before, event) => {
      if (before) expect(event.before).toEqual(before.after);
      return event;
    });
    expect(events).toHaveLength(40);
  });

  it('creates of one person at once make one person', async () => {
    const server = opened();
    const posts = Array.from({ length: 10 }, (_, i) =>
      server.call('POST', '/Users', {
        userName: i % 2 ? 'ANA' : 'ana',
        externalId: i % 3 ? '00u1' : `00u${i}`,
      }),
    );
    const statuses = (await Promise.all(posts)).map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(9).fill(409)]);
  });
});
