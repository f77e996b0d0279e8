import { beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { memoryStateStore } from '../../src/state/store.ts';
import { newProfile } from '../sandbox/support.ts';
import { take, useOrg } from './support.ts';

const org = useOrg();
let client: Client;
beforeEach(() => {
  client = org.connect();
});

const recent = () => new Date(Date.now() - 3_600_000).toISOString();
const poll = (key: string, input: object) =>
  take(client.poll(key, { since: recent(), ...input }, { state: memoryStateStore() }));

describe('M a condition on what changed', () => {
  it('M changed: an attribute of a user, by either of its names', async () => {
    const { id } = (await org.post('/api/v1/users?activate=true', { profile: newProfile('ana') })).body;
    await org.post(`/api/v1/users/${id}`, { profile: { nickName: 'A' } });
    await org.post(`/api/v1/users/${id}`, { profile: { department: 'Sales', title: 'Lead' } });
    for (const changed of ['department', 'profile.department']) {
      const items = await poll('user_profile_updated', { changed });
      expect(items).toMatchObject([{ userId: id, changed: ['department', 'title'] }]);
    }
    expect(await poll('user_profile_updated', {})).toHaveLength(2);
    expect(await poll('user_profile_updated', { changed: 'mobilePhone' })).toEqual([]);
  });

  it('M changed: a new name of a group, and not another description', async () => {
    const { id } = (await org.post('/api/v1/groups', { profile: { name: 'Night' } })).body;
    await org.put(`/api/v1/groups/${id}`, { profile: { name: 'Night', description: 'At night' } });
    await org.put(`/api/v1/groups/${id}`, { profile: { name: 'Late', description: 'At night' } });
    const items = await poll('group_updated', { changed: 'name', include: true });
    expect(items).toMatchObject([{ changed: ['name'], group: { id, profile: { name: 'Late' } } }]);
  });

  it('M from and to: the values before and after, and the whole policy', async () => {
    const made = await org.post('/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Partners' });
    const { id, name: _, ...rest } = made.body;
    for (const name of ['Vendors', 'Guests']) await org.put(`/api/v1/policies/${id}`, { ...rest, name });
    const names = async (input: object) => {
      const items = await poll('policy_changed', { policy: id, ...input });
      return items.flatMap(({ event }) => event.target[0].changeDetails?.to.policyName ?? []);
    };
    expect(await names({ changed: 'policy_name' })).toEqual(['Vendors', 'Guests']);
    expect(await names({ changed: 'policyName', from: 'Vendors' })).toEqual(['Guests']);
    expect(await names({ to: 'Vendors' })).toEqual(['Vendors']);
    const items = await poll('policy_changed', { policy: 'Guests', to: 'Guests', include: true });
    expect(items.at(-1)).toMatchObject({ changed: ['policyName'], policy: { id, name: 'Guests' } });
  });

  it('M from and to: the level of a risk', async () => {
    const { id } = (await org.post('/api/v1/users?activate=true', { profile: newProfile('ana') })).body;
    for (const riskLevel of ['LOW', 'HIGH', 'MEDIUM'])
      await org.put(`/api/v1/users/${id}/risk`, { riskLevel });
    const uuids = (await poll('user_risk_changed', {})).map((item) => item.id);
    expect(uuids).toHaveLength(3);
    expect(await poll('user_risk_changed', { to: 'HIGH' })).toMatchObject([
      { id: uuids[1], userId: id, changed: ['riskLevel'] },
    ]);
    expect(await poll('user_risk_changed', { from: 'HIGH' })).toMatchObject([{ id: uuids[2] }]);
    const [told] = await org.append(1, 'user.risk.detect', {
      debugContext: { debugData: { risk: '{level=HIGH}' } },
    });
    expect(await poll('user_risk_changed', { to: 'HIGH' })).toMatchObject([{ id: uuids[1] }, { id: told }]);
    expect(await poll('user_risk_changed', { to: 'LOW' })).toMatchObject([{ id: uuids[0] }]);
  });

  it('M an event that does not tell its changes is delivered', async () => {
    await org.append(1, 'application.lifecycle.update');
    expect(await poll('app_updated', { changed: 'label', from: 'a', to: 'b' })).toMatchObject([
      { changed: null },
    ]);
  });
});

describe('M what Identity Engine has in the context', () => {
  it('M the number of a text message is in the item', async () => {
    const { id } = (await org.post('/api/v1/users?activate=true', { profile: newProfile('ana') })).body;
    const sms = { factorType: 'sms', provider: 'OKTA', profile: { phoneNumber: '+15550100001' } };
    await org.post(`/api/v1/users/${id}/factors`, sms);
    expect(await poll('new_event', { eventTypes: ['system.sms.send_factor_verify_message'] })).toMatchObject([
      { userId: id, phoneNumber: '+15550100001' },
    ]);
  });
});

describe('M a trigger narrowed to an object', () => {
  it('M to the threats that were let through', async () => {
    await org.control('PUT', '/settings', { maliciousAddresses: '192.0.2.66' });
    const attack = async (action: string) => {
      await org.post('/api/v1/threats/configuration', { action });
      await org.control('POST', '/sign-in', { login: 'nobody@acme.test', ipAddress: '192.0.2.66' });
    };
    for (const action of ['audit', 'block']) await attack(action);
    expect(await poll('threat_detected', {})).toMatchObject([{ outcome: 'ALLOW' }, { outcome: 'DENY' }]);
    expect(await poll('threat_detected', { outcome: 'ALLOW' })).toMatchObject([{ outcome: 'ALLOW' }]);
  });

  it('M to a zone and a policy by name; a name that names nothing is an error', async () => {
    for (const name of ['North', 'South'])
      await org.post('/api/v1/zones', {
        ...{ type: 'IP', name, usage: 'POLICY', proxies: [] },
        gateways: [{ type: 'CIDR', value: '198.51.100.0/24' }],
      });
    const items = await poll('zone_changed', { zone: 'North' });
    expect(items.map(({ event }) => event.target[0].displayName)).toEqual(['North']);
    for (const [key, name] of [
      ['zone_changed', 'zone'],
      ['policy_changed', 'policy'],
      ['identity_provider_changed', 'identityProvider'],
      ['device_status_changed', 'device'],
      ['app_updated', 'app'],
    ] as const)
      await expect(client.sample(key, { [name]: 'No such thing' }), key).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringContaining(`${name}: `),
      });
  });

  it('M to a role that is revoked', async () => {
    const show = (privilegeRevoked: string) => ({ debugContext: { debugData: { privilegeRevoked } } });
    await org.append(1, 'user.account.privilege.revoke', show('Help Desk administrator'));
    await org.append(1, 'user.account.privilege.revoke', show('Super administrator, Report administrator'));
    await org.append(1, 'user.account.privilege.revoke');
    // The last one does not tell the role, so it counts.
    expect(await poll('admin_role_revoked', { role: 'SUPER_ADMIN' })).toHaveLength(2);
    expect(await poll('admin_role_revoked', {})).toHaveLength(3);
  });
});
