import { beforeEach, describe, expect, it } from 'vitest';
import { loadSpec } from '../support/openapi.ts';
import { allPages, newProfile, type Reply, useSandbox } from './support.ts';

const client = useSandbox();
const spec = loadSpec();

/** Calls, and compares the answer with the specification where it is at hand. */
async function checked(method: string, path: string, status: number, body?: unknown): Promise<Reply> {
  const answer = await client.call(method, path, body);
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status });
  const given = answer.body === '' ? undefined : answer.body;
  expect(spec?.checkResponse(method, path.split('?')[0] ?? '', status, given) ?? []).toEqual([]);
  return answer;
}

describe('consents and refresh tokens', () => {
  const admin = () => `/api/v1/users/${client.sandbox.admin.id}`;
  const ofWebApp = () => `${admin()}/clients/${client.sandbox.webApp.clientId}`;

  beforeEach(async () => {
    const { webApp, nativeApp } = client.sandbox;
    const scopes = ['okta.groups.read', 'okta.users.read'];
    const all = [webApp, nativeApp].flatMap(({ clientId }) =>
      scopes.map((scopeId) => ({ clientId, scopeId })),
    );
    for (const [n, body] of all.entries())
      await client.control('PUT', '/objects', { path: `${admin()}/grants/oag${n}0000000000000000`, body });
    for (const n of [1, 2]) {
      const id = `oar${n}0000000000000000`;
      const body = {
        id,
        status: 'ACTIVE',
        clientId: webApp.clientId,
        userId: client.sandbox.admin.id,
        scopes,
      };
      await client.control('PUT', '/objects', { path: `/api/v1/apps/${webApp.clientId}/tokens/${id}`, body });
    }
  });

  it('lists consents in pages, narrowed to a scope or a client, with the scope on demand', async () => {
    await client.control('PUT', '/settings', { maxPageSize: 3 });
    const pages = await allPages(client, `${admin()}/grants?expand=scope`);
    expect(pages.map((page) => page.length)).toEqual([3, 1]);
    for (const grant of pages.flat()) expect(grant._embedded).toEqual({ scope: { id: grant.scopeId } });
    const { body } = await checked('GET', `${admin()}/grants?scopeId=okta.users.read`, 200);
    expect(body).toHaveLength(2);
    expect((await checked('GET', `${ofWebApp()}/grants`, 200)).body).toHaveLength(2);
    expect((await checked('GET', `${admin()}/grants/${body[0].id}`, 200)).body.scopeId).toBe(
      'okta.users.read',
    );
    expect((await checked('GET', `${admin()}/clients`, 200)).body).toHaveLength(2);
  });

  it('revokes one consent, those of a client, or all; and tokens apart from them', async () => {
    const [first] = (await client.get(`${ofWebApp()}/grants`)).body;
    await checked('DELETE', `${admin()}/grants/${first.id}`, 204);
    await checked('DELETE', `${admin()}/grants/${first.id}`, 404);
    await checked('DELETE', `${ofWebApp()}/grants`, 204);
    expect((await client.get(`${ofWebApp()}/grants`)).body).toEqual([]);
    expect((await client.get(`${admin()}/grants`)).body).toHaveLength(2);
    await checked('DELETE', `${admin()}/grants`, 204);
    expect((await client.get(`${admin()}/grants`)).body).toEqual([]);
    const types = ['', '.user', '.user.client'].map((end) => `app.oauth2.as.consent.revoke${end}`);
    for (const type of types) expect(await client.events(type), type).toHaveLength(1);
    expect((await checked('GET', `${ofWebApp()}/tokens`, 200)).body).toHaveLength(2);
  });

  it('lists the refresh tokens that an app has for a user, and revokes one or all', async () => {
    const tokens = await checked('GET', `${ofWebApp()}/tokens?limit=1`, 200);
    expect(tokens.body).toMatchObject([{ status: 'ACTIVE', userId: client.sandbox.admin.id }]);
    expect((await client.get(tokens.next as string)).body).toHaveLength(1);
    const { id } = (await client.post('/api/v1/users', { profile: newProfile('ana') })).body;
    const clients = `/api/v1/users/${id}/clients`;
    expect((await checked('GET', clients, 200)).body).toEqual([]);
    expect((await client.get(`${clients}/${client.sandbox.webApp.clientId}/tokens`)).body).toEqual([]);
    const one = `${ofWebApp()}/tokens/${tokens.body[0].id}`;
    await checked('GET', one, 200);
    await checked('DELETE', one, 204);
    await checked('GET', one, 404);
    await checked('DELETE', `${ofWebApp()}/tokens`, 204);
    expect((await client.get(`${ofWebApp()}/tokens`)).body).toEqual([]);
  });

  it('ends everything at once, by id or by the subject of an identity provider', async () => {
    const path = '/oauth2/v1/global-token-revocation';
    await checked('POST', path, 204, { sub_id: { format: 'opaque', id: client.sandbox.admin.id } });
    expect((await client.get(`${ofWebApp()}/tokens`)).body).toEqual([]);
    const sub = client.sandbox.admin.login;
    await checked('POST', path, 204, { sub_id: { format: 'iss_sub', iss: 'https://idp.test', sub } });
    expect(await client.events('user.authentication.universal_logout.scheduled')).toHaveLength(2);
    for (const sub_id of [undefined, { format: 'email' }, { format: 'iss_sub', sub }])
      await checked('POST', path, 400, { sub_id });
    await checked('POST', path, 404, { sub_id: { format: 'opaque', id: 'nobody' } });
  });
});

describe('risk', () => {
  it('is none, then 201 for the first level and 200 for the next', async () => {
    const path = `/api/v1/users/${client.sandbox.admin.id}/risk`;
    expect((await checked('GET', path, 200)).body).toMatchObject({ riskLevel: 'NONE' });
    const { body } = await checked('PUT', path, 201, { riskLevel: 'HIGH' });
    expect(body).toMatchObject({ riskLevel: 'HIGH', reason: 'Admin override risk' });
    await checked('PUT', path, 200, { riskLevel: 'LOW', riskReason: 'All clear' });
    expect((await client.get(path)).body).toMatchObject({ riskLevel: 'LOW', reason: 'All clear' });
    expect(await client.events('user.risk.change')).toHaveLength(2);
    await checked('PUT', path, 400, { riskLevel: 'NONE' });
    await checked('PUT', path, 400, { riskLevel: 'LOW', riskReason: 'why?' });
  });
});

describe('linked objects', () => {
  const definitions = '/api/v1/meta/schemas/user/linkedObjects';
  const side = (name: string) => ({ name, title: name, description: '', type: 'USER' });
  const definition = { primary: side('manager'), associated: side('subordinate') };
  const ids: string[] = [];
  const at = (user: number, name: string) => `/api/v1/users/${ids[user]}/linkedObjects/${name}`;
  const linked = async (user: number, name: string) =>
    (await checked('GET', at(user, name), 200)).body.map(
      ({ _links }: { _links: { self: { href: string } } }) =>
        ids.indexOf(_links.self.href.split('/').at(-1) as string),
    );

  beforeEach(async () => {
    ids.length = 0;
    for (const name of ['ana', 'bo', 'cy'])
      ids.push((await client.post('/api/v1/users', { profile: newProfile(name) })).body.id);
    await checked('POST', definitions, 201, definition);
  });

  it('are defined by two names, each of which finds the definition', async () => {
    for (const name of ['manager', 'subordinate'])
      expect((await checked('GET', `${definitions}/${name}`, 200)).body).toMatchObject(definition);
    expect((await checked('GET', definitions, 200)).body).toHaveLength(1);
    await checked('POST', definitions, 409, { ...definition, primary: side('boss') });
    await checked('POST', definitions, 400, { ...definition, primary: side('1st') });
    await checked('POST', definitions, 400, { ...definition, primary: { ...side('boss'), type: 'APP' } });
    await checked('POST', definitions, 400, { ...definition, primary: { name: 'boss', type: 'USER' } });
    await checked('DELETE', `${definitions}/manager`, 204);
    await checked('GET', `${definitions}/manager`, 404);
  });

  it('link users: one primary for each, several associated ones', async () => {
    await checked('PUT', `${at(0, 'manager')}/${ids[2]}`, 204);
    await checked('PUT', `${at(1, 'manager')}/${ids[2]}`, 204);
    expect(await linked(0, 'manager')).toEqual([2]);
    expect(await linked(2, 'subordinate')).toEqual([0, 1]);
    await checked('PUT', `${at(0, 'manager')}/${ids[1]}`, 204);
    expect(await linked(0, 'manager')).toEqual([1]);
    expect(await linked(2, 'subordinate')).toEqual([1]);
    for (let time = 0; time < 2; time += 1) await checked('DELETE', at(0, 'manager'), 204);
    expect(await linked(0, 'manager')).toEqual([]);
    await checked('GET', at(0, 'mentor'), 404);
  });

  it('go with their definition, and with their users', async () => {
    await checked('PUT', `${at(0, 'manager')}/${ids[2]}`, 204);
    await checked('PUT', `${at(1, 'manager')}/${ids[2]}`, 204);
    for (let time = 0; time < 2; time += 1) await client.delete(`/api/v1/users/${ids[1]}`);
    expect(await linked(2, 'subordinate')).toEqual([0]);
    await checked('DELETE', `${definitions}/manager`, 204);
    await checked('POST', definitions, 201, definition);
    expect(await linked(0, 'manager')).toEqual([]);
  });
});
