import { describe, expect, it } from 'vitest';
import { newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
const iam = '/api/v1/iam';

async function roleAndSet() {
  const role = await client.post(`${iam}/roles`, {
    ...{ label: 'Reader', description: 'Reads', permissions: ['okta.groups.read'] },
  });
  const group = (await client.post('/api/v1/groups', { profile: { name: 'Watched' } })).body;
  const set = await client.post(`${iam}/resource-sets`, {
    ...{ label: 'Watched', description: 'Some' },
    resources: [`${client.sandbox.orgUrl}/api/v1/groups/${group.id}/users`],
  });
  return { role: role.body, set: set.body, group };
}

describe('custom roles', () => {
  it('are addressed by id or label, and have permissions with conditions', async () => {
    const { role } = await roleAndSet();
    const path = `${iam}/roles/Reader`;
    expect((await client.get(path)).body).toEqual(role);
    expect((await client.get(`${iam}/roles/${role.id}`)).headers.get('link')).toContain('rel="self"');
    const permission = `${path}/permissions/okta.users.read`;
    const conditions = { include: { 'okta:ResourceAttribute/User/Profile': ['city'] } };
    expect((await client.post(permission, {})).status).toBe(204);
    expect((await client.put(permission, { conditions })).body).toMatchObject({ conditions });
    expect((await client.get(`${path}/permissions`)).body.permissions).toHaveLength(2);
    expect((await client.delete(permission)).status).toBe(204);
    expect((await client.get(permission)).body.errorCode).toBe('E0000007');
    expect((await client.post(`${iam}/roles`, { label: 'X' })).status).toBe(400);
  });

  it('are bound to users and groups, which is the same as assigning them', async () => {
    const { role, set, group } = await roleAndSet();
    const { id } = (await client.post('/api/v1/users', { profile: newProfile('bound') })).body;
    const bindings = `${iam}/resource-sets/${set.label}/bindings`;
    const members = [`https://x.example/api/v1/users/${id}`];
    expect((await client.post(bindings, { role: role.id, members })).status).toBe(200);
    const [own] = (await client.get(`/api/v1/users/${id}/roles`)).body;
    expect(own).toMatchObject({ type: 'CUSTOM', label: 'Reader', role: role.id, 'resource-set': set.id });
    const additions = [`https://x.example/api/v1/groups/${group.id}`];
    await client.call('PATCH', `${bindings}/${role.id}/members`, { additions });
    const listed = (await client.get(`${bindings}/${role.id}/members`)).body.members;
    expect(listed).toHaveLength(2);
    expect((await client.get(new URL(own._links.member.href).pathname)).body).toEqual(listed[0]);
    expect((await client.get(bindings)).body.roles).toMatchObject([{ id: role.id }]);
    expect((await client.get(`${bindings}/${role.id}`)).body._links).toHaveProperty('resource-set');
    expect((await client.delete(`${bindings}/${role.id}/members/${listed[1].id}`)).status).toBe(204);
    expect((await client.delete(`${bindings}/${role.id}`)).status).toBe(204);
    expect((await client.get(`/api/v1/users/${id}/roles`)).body).toEqual([]);
    expect(await client.events('iam.resourceset.bindings.add')).toHaveLength(2);
  });

  it('go with the role or the set, and from whoever has them', async () => {
    for (const gone of ['roles', 'resource-sets']) {
      const { role, set, group } = await roleAndSet();
      const body = { type: 'CUSTOM', role: role.id, 'resource-set': set.id };
      expect((await client.post(`/api/v1/groups/${group.id}/roles`, body)).status).toBe(201);
      await client.delete(`${iam}/${gone}/${gone === 'roles' ? role.id : set.id}`);
      expect((await client.get(`/api/v1/groups/${group.id}/roles`)).body).toEqual([]);
    }
  });
});

describe('resource sets', () => {
  it('have resources, named by ORN or address', async () => {
    const { set, group } = await roleAndSet();
    const path = `${iam}/resource-sets/${set.id}/resources`;
    const [first] = (await client.get(path)).body.resources;
    expect(first.orn).toMatch(new RegExp(`:groups:${group.id}:users$`));
    const orn = 'orn:okta:idp:00o1:apps:bookmark:0oa1';
    const added = await client.post(path, { resourceOrnOrUrl: orn });
    expect(added.body).toMatchObject({
      orn,
      _links: { self: { href: expect.stringMatching(/apps\/0oa1$/) } },
    });
    expect((await client.get(`${path}/${added.body.id}`)).body).toEqual(added.body);
    expect((await client.delete(`${path}/${added.body.id}`)).status).toBe(204);
    expect((await client.delete(`${path}/${added.body.id}`)).body.errorCode).toBe('E0000007');
  });
});

describe('targets of a role', () => {
  it('are of its kind only; the last one stays, unless all apps are meant again', async () => {
    const { id } = (await client.post('/api/v1/users', { profile: newProfile('targets') })).body;
    const role = (await client.post(`/api/v1/users/${id}/roles`, { type: 'APP_ADMIN' })).body;
    const targets = `/api/v1/users/${id}/roles/${role.id}/targets`;
    expect((await client.get(`${targets}/groups`)).body.errorCode).toBe('E0000091');
    await client.put(`${targets}/catalog/apps/facebook/0oa1`);
    await client.put(`${targets}/catalog/apps/facebook`);
    expect((await client.get(`${targets}/catalog/apps`)).body).toMatchObject([{ name: 'facebook' }]);
    expect((await client.delete(`${targets}/catalog/apps/facebook`)).status).toBe(400);
    expect((await client.put(`${targets}/catalog/apps`)).status).toBe(200);
    expect((await client.get(`${targets}/catalog/apps`)).body).toEqual([]);
  });
});

describe('zones', () => {
  it('are filtered, checked, and deleted when inactive only', async () => {
    const list = '/api/v1/zones';
    const gateways = [{ type: 'CIDR', value: '203.0.113.0/24' }];
    const { id } = (await client.post(list, { type: 'IP', name: 'Office', gateways })).body;
    const filter = `usage eq "BLOCKLIST" or id eq "${id}"`;
    expect((await client.get(`${list}${query({ filter })}`)).body).toHaveLength(3);
    expect((await client.get(`${list}${query({ filter: 'name eq "x"' })}`)).body.errorCode).toBe('E0000031');
    for (const body of [
      { type: 'IP', name: 'Office', gateways },
      { type: 'IP', name: 'No address' },
      { type: 'MOON', name: 'X' },
      { type: 'IP', name: 'Wrong', gateways: [{ type: 'CIDR', value: '203.0.113.0' }] },
    ])
      expect(await client.post(list, body)).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
    expect((await client.put(`${list}/${id}`, { type: 'DYNAMIC', name: 'Office' })).status).toBe(400);
    const refused = (await client.delete(`${list}/${id}`)).body;
    expect(refused.errorSummary).toContain('Active zones cannot be deleted');
    await client.post(`${list}/${id}/lifecycle/deactivate`);
    expect((await client.delete(`${list}/${id}`)).status).toBe(204);
    expect(await client.events('zone.delete')).toHaveLength(1);
  });

  it('of Okta stay, and the exempt one keeps its use', async () => {
    const all = (await client.get('/api/v1/zones')).body;
    const exempt = all.find(({ name }: { name: string }) => name === 'DefaultExemptIpZone');
    expect((await client.delete(`/api/v1/zones/${exempt.id}`)).status).toBe(403);
    const { useAsExemptList: _, ...without } = exempt;
    const { errorCauses } = (await client.put(`/api/v1/zones/${exempt.id}`, without)).body;
    expect(errorCauses[0].errorSummary).toMatch(/^useAsExemptList: /);
  });
});

describe('user types', () => {
  const path = '/api/v1/meta/types/user';

  it('have a schema of their own, keep their name, and go when no user has them', async () => {
    const type = (await client.post(path, { name: 'partner', displayName: 'Partner' })).body;
    expect((await client.get(new URL(type._links.schema.href).pathname)).status).toBe(200);
    const renamed = await client.post(`${path}/${type.id}`, { name: 'x', displayName: 'Partners' });
    expect(renamed.body).toMatchObject({ name: 'partner', displayName: 'Partners' });
    const user = { profile: newProfile('partner'), type: { id: type.id } };
    const { id } = (await client.post('/api/v1/users', user)).body;
    expect(await client.delete(`${path}/${type.id}`)).toMatchObject({ status: 500 });
    for (let times = 0; times < 2; times += 1) await client.delete(`/api/v1/users/${id}`);
    await client.control('PUT', '/settings', { userTypeDeletionFailures: 1 });
    expect((await client.delete(`${path}/${type.id}`)).body.errorCode).toBe('E0000009');
    expect((await client.delete(`${path}/${type.id}`)).status).toBe(204);
    expect((await client.delete(`${path}/default`)).body.errorCode).toBe('E0000142');
  });

  it.each([{ name: '1st' }, { name: 'partner' }, { name: 'user', displayName: 'User' }])(
    '%j is refused',
    async (body) => {
      expect((await client.post(path, body)).body.errorCode).toBe('E0000001');
    },
  );
});
