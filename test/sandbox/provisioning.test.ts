import { describe, expect, it } from 'vitest';
import { serviceToken } from './oauth-client.ts';
import { query, useSandbox } from './support.ts';

const client = useSandbox();

const appOf = async (label: string): Promise<{ id: string }> =>
  (await client.get(`/api/v1/apps${query({ q: label })}`)).body[0];

describe('features of apps', () => {
  it('are refused where nothing can be provisioned', async () => {
    const { id } = await appOf('Company Wiki');
    const { status, body } = await client.get(`/api/v1/apps/${id}/features`);
    expect([status, body.errorCode]).toEqual([400, 'E0000001']);
    expect(body.errorCauses).toEqual([{ errorSummary: 'Provisioning is not supported.' }]);
    const unknown = await client.get(`/api/v1/apps/${id}/features/NOTHING`);
    expect(unknown.body.errorSummary).toContain('NOTHING (PublicAppFeatureSetName)');
  });
});

describe('group push', () => {
  it('needs the scopes of apps and of groups', async () => {
    const { id } = await appOf('Acme CRM');
    const answer = async (scope: string) => {
      const { access_token } = (await serviceToken(client, scope)).body;
      return client.get(`/api/v1/apps/${id}/group-push/mappings`, {
        authorization: `Bearer ${access_token}`,
      });
    };
    expect((await answer('okta.apps.read')).status).toBe(403);
    expect((await answer('okta.apps.read okta.groups.read')).status).toBe(200);
  });

  it('deletes neither an active mapping nor one without a word about its target', async () => {
    const { id } = await appOf('Acme CRM');
    const [group] = (await client.get(`/api/v1/groups${query({ q: 'Sales' })}`)).body;
    const path = `/api/v1/apps/${id}/group-push/mappings`;
    const mapping = { sourceGroupId: group.id, targetGroupName: 'Sellers' };
    const { body } = await client.post(path, mapping);
    expect((await client.post(path, mapping)).status).toBe(400);
    expect((await client.delete(`${path}/${body.id}`)).body.errorCode).toBe('E0000028');
    expect((await client.delete(`${path}/${body.id}?deleteTargetGroup=true`)).status).toBe(400);
    await client.call('PATCH', `${path}/${body.id}`, { status: 'INACTIVE' });
    expect((await client.delete(`${path}/${body.id}?deleteTargetGroup=true`)).status).toBe(200);
    expect((await client.get(`/api/v1/groups/${body.targetGroupId}`)).status).toBe(404);
    expect(await client.events('application.provision.group_push.deactivate_mapping')).toHaveLength(1);
    expect(await client.events('application.provision.group_push.removed')).toHaveLength(1);
  });
});

describe('grants of an app', () => {
  it('decide which scopes its tokens can have', async () => {
    const { clientId } = client.sandbox.serviceApp;
    const path = `/api/v1/apps/${clientId}/grants`;
    const granted = (await client.get(path)).body.find(
      ({ scopeId }: { scopeId: string }) => scopeId === 'okta.logs.read',
    );
    expect((await client.get(`${path}/${granted.id}?expand=scope`)).body).toMatchObject({
      _embedded: { scope: { id: 'okta.logs.read' } },
    });
    expect((await client.delete(`${path}/${granted.id}`)).status).toBe(204);
    expect((await serviceToken(client, 'okta.logs.read')).status).toBe(400);
    await client.post(path, { scopeId: 'okta.logs.read', issuer: client.sandbox.orgUrl });
    expect((await serviceToken(client, 'okta.logs.read')).body.scope).toBe('okta.logs.read');
  });
});

describe('profile mappings', () => {
  it('keep what is changed in them, and lose what is set to null', async () => {
    const { id } = await appOf('Acme CRM');
    const { body, headers } = await client.get(`/api/v1/mappings?sourceId=${id}`);
    expect(headers.get('link')).toContain('/api/v1/mappings?limit=20>');
    const path = `/api/v1/mappings/${body[0].id}`;
    const nickName = { expression: 'source.nick', pushStatus: 'PUSH' };
    await client.post(path, { properties: { nickName, email: null } });
    const { properties } = (await client.get(path)).body;
    expect(properties).toMatchObject({ nickName, firstName: { expression: 'source.firstName' } });
    expect(properties).not.toHaveProperty('email');
  });
});

const service = { uri: 'https://hooks.example/in', headers: [], method: 'POST' };
const inlineHook = {
  name: 'Claims',
  type: 'com.okta.oauth2.tokens.transform',
  version: '1.0.0',
  channel: {
    type: 'OAUTH',
    version: '1.0.0',
    config: {
      ...service,
      clientId: 'a',
      clientSecret: 'secret-7d21',
      tokenUrl: 'https://hooks.example/token',
    },
  },
};
const splunk = { host: 'acme.splunkcloud.com', edition: 'aws', token: 'secret-7d21' };
const stream = { type: 'splunk_cloud_logstreaming', name: 'Splunk', settings: splunk };
const provider = {
  name: 'Risk',
  type: 'okta',
  settings: { issuer: 'https://a.example', jwks_url: 'https://a.example/k' },
};

describe('objects with a life of their own', () => {
  it.each([
    ['/api/v1/inlineHooks', inlineHook, 'inline_hook.deactivated', true],
    ['/api/v1/logStreams', stream, 'system.log_stream.lifecycle.deactivate', true],
    ['/api/v1/security-events-providers', provider, 'security.events.provider.deactivate', false],
  ])('%s', async (path, given, event, mustRest) => {
    const { status, body } = await client.post(path, given);
    expect([status, body.status]).toEqual([200, 'ACTIVE']);
    expect(JSON.stringify(body)).not.toContain('secret-7d21');
    const one = `${path}/${body.id}`;
    expect((await client.put(one, { ...given, name: 'Renamed' })).body.name).toBe('Renamed');
    if (mustRest) expect((await client.delete(one)).status).toBe(400);
    expect((await client.post(`${one}/lifecycle/deactivate`)).status).toBe(200);
    expect(await client.events(event)).toHaveLength(1);
    const { body: inactive } = await client.get(one);
    expect(inactive.status).toBe('INACTIVE');
    expect(Object.keys(inactive._links)).toContain('activate');
    expect((await client.delete(one)).status).toBe(204);
    expect((await client.get(path)).body).toEqual([]);
  });

  it('hook keys show their public half to whoever makes or asks for them', async () => {
    const { body } = await client.post('/api/v1/hook-keys', { name: 'First' });
    expect(body._embedded).toMatchObject({ kty: 'RSA', kid: body.keyId });
    expect((await client.get(`/api/v1/hook-keys/${body.id}`)).body).not.toHaveProperty('_embedded');
    const { body: key } = await client.get(`/api/v1/hook-keys/public/${body.keyId}`);
    expect(key).toEqual(body._embedded);
    const renamed = await client.put(`/api/v1/hook-keys/${body.id}`, { name: 'Second' });
    expect(renamed.body).toMatchObject({ name: 'Second', keyId: body.keyId });
    expect((await client.delete(`/api/v1/hook-keys/${body.id}`)).status).toBe(204);
    expect((await client.get(`/api/v1/hook-keys/public/${body.keyId}`)).status).toBe(404);
  });

  it('API service integrations show their secret once', async () => {
    const path = '/integrations/api/v1/api-services';
    const given = { type: 'acmeapiservice', grantedScopes: ['okta.logs.read'] };
    const { status, body } = await client.post(path, given);
    expect([status, body.name]).toEqual([201, 'Acme']);
    expect(body.clientSecret).toBeDefined();
    expect((await client.get(`${path}/${body.id}`)).body).not.toHaveProperty('clientSecret');
    expect((await client.delete(`${path}/${body.id}`)).status).toBe(204);
  });

  it('federated claims of an app', async () => {
    const { id } = await appOf('Acme CRM');
    const path = `/api/v1/apps/${id}/federated-claims`;
    const { status, body } = await client.post(path, { name: 'role', expression: 'user.profile.title' });
    expect(status).toBe(201);
    const changed = await client.put(`${path}/${body.id}`, {
      name: 'title',
      expression: 'user.profile.title',
    });
    expect(changed.body).toMatchObject({ id: body.id, name: 'title' });
    expect(Object.keys(changed.body).sort()).toEqual(['created', 'expression', 'id', 'lastUpdated', 'name']);
    expect((await client.delete(`${path}/${body.id}`)).status).toBe(204);
  });
});
