import { describe, expect, it } from 'vitest';
import { useSandbox } from './support.ts';

const client = useSandbox();
const created = async (path: string, body: object) => (await client.post(path, body)).body;

describe('policies', () => {
  const placesAt = async (path: string) =>
    (await client.get(path)).body.map(({ name, priority }: { name: string; priority: number }) => [
      ...[name, priority],
    ]);

  it('move down for a new one, up for a deleted one, and what Okta made stays last', async () => {
    const list = '/api/v1/policies?type=PASSWORD';
    const add = (name: string, priority?: number) =>
      created('/api/v1/policies', { type: 'PASSWORD', name, priority });
    await add('a');
    const b = await add('b', 1);
    await add('c');
    expect(await placesAt(list)).toEqual([
      ['b', 1],
      ['a', 2],
      ['c', 3],
      ['Default Policy', 4],
    ]);
    expect((await client.delete(`/api/v1/policies/${b.id}`)).status).toBe(204);
    expect(await placesAt(list)).toEqual([
      ['a', 1],
      ['c', 2],
      ['Default Policy', 3],
    ]);
    expect(await client.events('policy.lifecycle.delete')).toMatchObject([{ target: [{ id: b.id }] }]);
  });

  it('need a type to be listed', async () => {
    expect((await client.get('/api/v1/policies')).body.errorCode).toBe('E0000028');
    expect((await client.get('/api/v1/policies?type=NONE')).body.errorCode).toBe('E0000001');
  });

  it('end with a catch-all rule, and are copied with their rules', async () => {
    const policy = await created('/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Apps' });
    const rules = `/api/v1/policies/${policy.id}/rules`;
    const access = { appSignOn: { access: 'DENY' } };
    const rule = await created(rules, { type: 'ACCESS_POLICY', name: 'First', actions: access });
    expect(rule).toMatchObject({ priority: 0, conditions: { people: { users: { exclude: [] } } } });
    const copy = await created(`/api/v1/policies/${policy.id}/clone`, {});
    expect(copy).toMatchObject({ name: '[cloned] Apps', created: null });
    expect(await placesAt(`/api/v1/policies/${copy.id}/rules`)).toEqual([
      ['First', 0],
      ['Catch-all Rule', 99],
    ]);
    const wrong = await client.post(rules, { type: 'SIGN_ON', name: 'Second', actions: access });
    expect(wrong.body.errorCode).toBe('E0000001');
    const mapping = await client.post(`/api/v1/policies/${policy.id}/mappings`, { resourceId: '0oa1' });
    expect(mapping).toMatchObject({ status: 400, body: { errorCauses: [] } });
    expect((await client.get(`/api/v1/policies/${policy.id}/app`)).body).toEqual([]);
  });

  it('are simulated with an object, not with the list that is specified', async () => {
    const [{ id }] = (await client.get('/api/v1/apps?q=Acme')).body;
    const simulate = (body: object) => client.post('/api/v1/policies/simulate', body);
    expect((await simulate([{ appInstance: id }])).body.errorCode).toBe('E0000003');
    expect((await simulate({ appInstance: '0oa0' })).status).toBe(404);
    const both = { user: { id: client.sandbox.admin.id }, groups: { ids: [] } };
    expect((await simulate({ appInstance: id, policyContext: both })).status).toBe(400);
    const { evaluation } = (await simulate({ appInstance: id, policyTypes: ['ACCESS_POLICY'] })).body;
    expect(evaluation[0].result.policies).toMatchObject([{ name: 'Any two factors' }]);
  });
});

describe('authorization servers', () => {
  const servers = '/api/v1/authorizationServers';

  it('are addressed as default, and rotate their keys', async () => {
    const { id, credentials } = (await client.get(`${servers}/default`)).body;
    expect((await client.get(`${servers}/${id}`)).body.issuer).toMatch(/\/oauth2\/default$/);
    const keys = `${servers}/default/credentials/keys`;
    const [active, next] = (await client.get(keys)).body;
    expect(active).toMatchObject({ status: 'ACTIVE', kid: credentials.signing.kid });
    const rotated = await client.post(`${servers}/default/credentials/lifecycle/keyRotate`, { use: 'sig' });
    const statuses = rotated.body.map(({ kid, status }: Record<string, string>) => [kid, status]);
    expect(statuses).toContainEqual([next.kid, 'ACTIVE']);
    expect(statuses).toContainEqual([active.kid, 'EXPIRED']);
    expect((await client.get(`${keys}/${next.kid}`)).body.status).toBe('ACTIVE');
  });

  it('tell their metadata at both well-known addresses, as long as they are active', async () => {
    const body = { name: 'Portal', description: 'x', audiences: ['api://portal'] };
    const { id } = (await client.post('/api/v1/authorizationServers', body)).body;
    const { orgUrl } = client.sandbox;
    const paths = [
      `/oauth2/${id}/.well-known/openid-configuration`,
      `/.well-known/oauth-authorization-server/oauth2/${id}`,
    ];
    for (const path of paths) {
      expect((await fetch(`${orgUrl}${path}`)).status).toBe(200);
      expect((await client.get(path)).body).toMatchObject({
        ...{ issuer: `${orgUrl}/oauth2/${id}`, token_endpoint: `${orgUrl}/oauth2/${id}/v1/token` },
        scopes_supported: expect.arrayContaining(['openid', 'email', 'profile']),
      });
    }
    await client.post(`/api/v1/authorizationServers/${id}/lifecycle/deactivate`);
    for (const path of paths) expect((await client.get(path)).status).toBe(404);
  });

  it('have claims, scopes, policies and rules, and trust each other', async () => {
    const { id } = await created(servers, { name: 'Orders', audiences: ['api://orders'] });
    const path = `${servers}/${id}`;
    expect((await client.get(`${path}/claims`)).body).toHaveLength(19);
    expect(await created(`${path}/scopes`, { name: 'orders:read' })).toMatchObject({ system: false });
    const policy = await created(`${path}/policies`, { name: 'All', conditions: { clients: {} } });
    const rule = await client.post(`${path}/policies/${policy.id}/rules`, { name: 'Any' });
    expect(rule).toMatchObject({ status: 201, body: { type: 'RESOURCE_ACCESS', priority: 1 } });
    expect((await client.post(`${path}/associatedServers`, { trusted: ['aus0'] })).status).toBe(404);
    const other = (await client.get(`${servers}/default`)).body.id;
    expect(await created(`${path}/associatedServers`, { trusted: [other] })).toMatchObject([{ id: other }]);
    expect((await client.get(`${path}/associatedServers?trusted=true`)).body).toHaveLength(1);
    expect((await client.delete(`${path}/associatedServers/${other}`)).status).toBe(204);
    expect((await client.get(`${path}/clients`)).body).toEqual([]);
    expect((await client.delete(`${servers}/default`)).status).toBe(403);
  });
});

describe('identity providers', () => {
  it('have keys, metadata and users', async () => {
    const provider = await created('/api/v1/idps', { type: 'SAML2', name: 'Partner' });
    const path = `/api/v1/idps/${provider.id}`;
    const [key] = (await client.get(`${path}/credentials/keys`)).body;
    expect(key.kid).toBe(provider.protocol.credentials.signing.kid);
    const made = await client.post(`${path}/credentials/keys/generate?validityYears=2`);
    expect(made).toMatchObject({ status: 201, body: { kty: 'RSA', use: 'sig' } });
    const trusted = await created('/api/v1/idps/credentials/keys', { x5c: made.body.x5c });
    expect(trusted).toMatchObject({ n: made.body.n, 'x5t#S256': made.body['x5t#S256'] });
    const metadata = await client.get(`${path}/metadata.xml`);
    expect(metadata.headers.get('content-type')).toBe('application/octet-stream');
    expect(metadata.body).toContain(key.x5c[0].slice(0, 76));
    const { id } = client.sandbox.admin;
    await created(`${path}/users/${id}`, { externalId: 'alex@partner.test' });
    expect((await client.get(`${path}/users`)).body).toMatchObject([{ id, externalId: 'alex@partner.test' }]);
    expect((await client.delete(`${path}/users/${id}`)).status).toBe(204);
    expect((await client.put(path, { type: 'SAML2', name: 'Partner 2' })).body.created).toBeNull();
  });
});

it('trusted origins are unique', async () => {
  const origin = { name: 'Shop', origin: 'https://shop.acme.test', scopes: [{ type: 'CORS' }] };
  const { id } = await created('/api/v1/trustedOrigins', origin);
  const again = await client.post('/api/v1/trustedOrigins', { ...origin, name: 'Other' });
  expect(again.body.errorCauses).toMatchObject([{ errorSummary: expect.stringContaining('already exists') }]);
  const path = `/api/v1/trustedOrigins/${id}`;
  expect((await client.post(`${path}/lifecycle/deactivate`)).body.status).toBe('INACTIVE');
  expect((await client.put(path, origin)).body.status).toBe('INACTIVE');
});
