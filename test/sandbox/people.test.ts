import { beforeEach, describe, expect, it } from 'vitest';
import { agent, connectAgent, governedAccount, scimAccount } from '../triggers/causes.ts';
import { newUser } from './scim-app.ts';
import { useScimRecorder } from './scim-recorder.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const scim = useScimRecorder();
const login = 'lee@sandbox.example';
const signIn = (password = 'Sandbox-Pass-1') => client.post('/api/v1/authn', { username: login, password });

describe('people and attackers', () => {
  let userId: string;
  beforeEach(async () => {
    userId = await newUser(client, 'Lee');
  });

  it('report their latest sign-in', async () => {
    await signIn();
    const [start] = (await client.events('user.session.start')).slice(-1);
    await client.control('POST', '/people/report-activity', { login });
    expect(await client.events('user.account.report_suspicious_activity_by_enduser')).toMatchObject([
      {
        ...{ severity: 'WARN', actor: { id: userId }, target: [{ id: userId }] },
        debugContext: { debugData: { suspiciousActivityEventId: start.uuid } },
      },
    ]);
  });

  it('get a device that the org knows from then on', async () => {
    const { id } = (
      await client.control('POST', '/people/devices', { login, displayName: 'Pixel', platform: 'ANDROID' })
    ).body;
    expect((await client.get(`/api/v1/devices/${id}`)).body.profile.displayName).toBe('Pixel');
    const [own] = (await client.get(`/api/v1/users/${userId}/devices`)).body;
    expect(own.device.id).toBe(id);
    const [event] = await client.events('device.enrollment.create');
    expect([event.actor.id, ...event.target.map((one: { id: string }) => one.id)]).toEqual([userId, id]);
  });

  it('get an API token that works until it is revoked', async () => {
    const { id, token } = (await client.control('POST', '/people/api-tokens', { name: 'Job' })).body;
    const read = () => client.get('/api/v1/users/me', { authorization: `SSWS ${token}` });
    expect((await read()).status).toBe(200);
    await client.delete(`/api/v1/api-tokens/${id}`);
    expect((await read()).status).toBe(401);
    expect((await client.get('/api/v1/users/me')).status).toBe(200);
  });

  it.each([
    ['none', 200, []],
    ['audit', 200, ['ALLOW']],
    ['block', 403, ['DENY']],
  ])('from a malicious address are met by ThreatInsight with %s', async (action, status, results) => {
    await client.control('PUT', '/settings', { maliciousAddresses: '192.0.2.1,127.0.0.1' });
    await client.post('/api/v1/threats/configuration', { action });
    expect((await signIn()).status).toBe(status);
    const events = await client.events('security.threat.detected');
    expect(events.map(({ outcome }) => outcome.result)).toEqual(results);
  });

  it('who know a password of a breach are told apart from those who guess', async () => {
    await client.control('PUT', '/settings', { breachedPasswords: 'Sandbox-Pass-1,other' });
    await signIn('other');
    expect(await client.events('security.breached_credential.detected')).toEqual([]);
    await signIn();
    expect(await client.events('security.breached_credential.detected')).toMatchObject([
      { actor: { id: userId }, severity: 'WARN', outcome: { result: 'SUCCESS' } },
    ]);
  });

  it.each(['report-activity', 'devices'])('%s needs somebody who exists', async (what) => {
    const answer = await client.control('POST', `/people/${what}`, { login: 'nobody@acme.test' });
    expect([answer.status, answer.body.error]).toEqual([400, 'there is no user nobody@acme.test']);
  });
});

describe('an import', () => {
  it('that would unassign more than a fifth of the people changes nothing', async () => {
    const app = await scimAccount(client, scim);
    scim.users.clear();
    const { status, body } = await app.console('POST', '/import');
    expect([status, body.error]).toEqual([
      400,
      'The import was stopped: 1 of 1 users of the app would be unassigned',
    ]);
    expect((await client.get(`/api/v1/apps/${app.id}/users/${app.userId}`)).status).toBe(200);
    expect(await client.events('system.import.roadblock')).toHaveLength(1);
  });

  it('tells once what drifted from what is governed', async () => {
    const giveRole = await governedAccount(client, scim);
    await giveRole();
    const [event, ...others] = await client.events('resource.user_entitlements.drift.detect');
    expect(others).toEqual([]);
    expect(event.debugContext.debugData).toMatchObject({ driftType: 'ADD', entitlementExternalId: 'adm' });
    const [user, app] = event.target;
    await client.control('PUT', '/objects', {
      path: '/governance/api/v1/principal-entitlements/esp1abcdefghijklmnop',
      body: {
        ...{ parent: { externalId: app.id }, targetPrincipal: { externalId: user.id } },
        values: [{ externalValue: 'adm' }, { externalValue: 'billing' }],
      },
    });
    await giveRole();
    const [, second, ...rest] = await client.events('resource.user_entitlements.drift.detect');
    expect(rest).toEqual([]);
    expect(second.debugContext.debugData).toMatchObject({
      ...{ driftType: 'SUB', entitlementExternalId: 'billing' },
    });
  });
});

describe('an AI agent', () => {
  it('is accepted, activated, connected, and deleted only when it is inactive', async () => {
    const path = await agent(client);
    const act = (what: string) => client.post(`${path}/lifecycle/${what}`);
    const accepted = await act('activate');
    expect(accepted.status).toBe(202);
    expect((await client.get(accepted.headers.get('location') ?? '')).body).toMatchObject({
      ...{ status: 'COMPLETED', resource: { id: path.split('/').at(-1) } },
    });
    expect((await act('activate')).status).toBe(403);
    expect((await connectAgent(client, path)).body).toMatchObject({ status: 'ACTIVE' });
    expect((await client.get(`${path}/connections`)).body).toHaveLength(1);
    expect((await client.delete(path)).status).toBe(403);
    await act('deactivate');
    expect((await client.delete(path)).status).toBe(202);
    expect((await client.get(path)).status).toBe(404);
    for (const what of ['register', 'activate', 'deactivate', 'delete', 'resource_connection.create'])
      expect(await client.events(`workload_principal.${what}`), what).toHaveLength(1);
  });

  it.each([
    ['ai-agents', '/workload-principals/api/v1/ai-agents', {}],
    ['mcp-servers', '/resource-servers/api/v1/mcp-servers', { name: 'Tools', resourceUrl: 'tools' }],
  ])('%s without what they need are refused', async (_, path, body) => {
    expect((await client.post(path, body)).body.errorCode).toBe('E0000001');
  });
});
