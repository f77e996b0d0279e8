import { describe, expect, it } from 'vitest';
import { server } from '../support/federation.ts';
import { passwordPolicy, policyWithRule } from '../support/policies.ts';
import { rejection } from '../support/server.ts';
import { tokenOf } from '../support/tokens.ts';
import { type Bench, useBench } from './support.ts';

let { org, client } = {} as Bench;
useBench((made) => {
  ({ org, client } = made);
});

const sent = async () => (await org.control('GET', '/requests')).requests.length;

describe('policies', () => {
  it('refuses a rule that includes and excludes one app before anything is sent', async () => {
    const app = { type: 'APP', id: '0oa1abcdefghijklmnop' };
    const input = {
      policyId: 'rst1abcdefghijklmnop',
      name: 'Neither',
      conditions: { app: { include: [app], exclude: [{ type: 'APP', id: '0oa2abcdefghijklmnop' }, app] } },
      actions: { appSignOn: { access: 'DENY' } },
    };
    const before = await sent();
    const error = await rejection(client.run('create_policy_rule', input));
    expect(error).toMatchObject({ code: 'invalid_input', actor: 'caller' });
    expect(error).toMatchObject({
      causes: [expect.stringMatching(/conditions\.app: the same app is included and excluded/)],
    });
    expect(await sent()).toBe(before);
  });

  it('names the policies that have the same name, with their types', async () => {
    const error = await rejection(client.run('list_policy_rules', { policyId: 'Default Policy' }));
    expect(error.message).toMatch(/^4 policies have this name: .*\(OKTA_SIGN_ON\).*\(PASSWORD\)/);
    expect(error).toMatchObject({ hint: expect.stringContaining('policyId') });
  });

  it('says that no policy, or no rule of it, has a name', async () => {
    const { params } = await policyWithRule(org);
    for (const input of [
      { policyId: 'No such policy', ruleId: 'x' },
      { ...params, ruleId: 'No such rule' },
    ])
      expect(await rejection(client.run('activate_policy_rule', input))).toMatchObject({ code: 'not_found' });
  });

  it('does not ask for a type again that the org lacks', async () => {
    const { params, policy } = await policyWithRule(org);
    const path = '/api/v1/policies';
    await org.control('PUT', '/settings', { missingFeatures: `${path}/none` });
    const { items } = await client.options('policies', { search: 'partner' });
    expect(items).toEqual([{ value: params.policyId, label: `${policy.name} (ACCESS_POLICY)` }]);
    const rules = await client.options('policy_rules', { within: { policyId: policy.name } });
    expect(rules.items.map(({ label }) => label)).toContain('Catch-all Rule');
  });

  it('keeps the rule that Okta made', async () => {
    const { params } = await policyWithRule(org);
    const rule = { policyId: params.policyId, ruleId: 'Catch-all Rule' };
    for (const key of ['delete_policy_rule', 'deactivate_policy_rule'] as const)
      expect(await rejection(client.run(key, rule))).toMatchObject({ code: 'permission_denied' });
    const access = { access: 'DENY' };
    const changed = await client.run('update_policy_rule', { ...rule, actions: { appSignOn: access } });
    expect(changed).toMatchObject({ changed: true, system: true, priority: 99, conditions: null });
  });

  it('removes a condition that is null', async () => {
    const { params } = await policyWithRule(org);
    const network = { connection: 'ANYWHERE' };
    await client.run('update_policy_rule', { ...params, conditions: { network } });
    const { conditions } = await client.run('update_policy_rule', {
      ...params,
      conditions: { network: null },
    });
    expect(Object.keys(conditions ?? {})).toEqual(['people', 'riskScore', 'userType']);
  });

  it('offers types of policies, and takes others', async () => {
    const { items } = await client.options('policy_types', { search: 'password' });
    expect(items.map(({ value }) => value)).toEqual(['PASSWORD']);
    await passwordPolicy(org, 'Interns');
    expect(await rejection(client.run('list_policies', { type: 'NEW_TYPE' }))).toMatchObject({
      code: 'validation_failed',
      oktaCode: 'E0000001',
    });
  });
});

describe('what else protects an org', () => {
  it('tells that API Access Management is missing, not that the credential is wrong', async () => {
    await org.control('PUT', '/settings', { missingFeatures: '/api/v1/authorizationServers' });
    const error = await rejection(client.run('list_authorization_servers', {}));
    expect(error).toMatchObject({ code: 'feature_unavailable', status: 401, oktaCode: 'E0000015' });
    await org.control('PUT', '/settings', { missingFeatures: '' });
    expect(await client.run('list_authorization_servers', {})).toHaveLength(1);
  });

  it('refuses a claim of groups without a filter', async () => {
    const { id } = await server(org, 'Orders');
    const claim = { authServerId: id, name: 'teams', claimType: 'IDENTITY', value: 'Team ' } as const;
    const error = await rejection(client.run('create_claim', { ...claim, valueType: 'GROUPS' }));
    expect(error).toMatchObject({ causes: [expect.stringMatching(/group_filter_type: is needed/)] });
  });

  it('refuses an origin with a path', async () => {
    const input = {
      name: 'Shop',
      origin: 'https://shop.acme.test/cart',
      scopes: [{ type: 'CORS' as const }],
    };
    const error = await rejection(client.run('create_trusted_origin', input));
    expect(error).toMatchObject({ causes: [expect.stringMatching(/origin: .*without a path/)] });
  });

  it('does not revoke the token in use, nor another of the same account unless told to', async () => {
    const { id } = await org.api('GET', '/api/v1/users/me');
    const spare = await tokenOf(org, 'Spare', id);
    for (const apiTokenId of ['sandbox', spare]) {
      const error = await rejection(client.run('revoke_api_token', { apiTokenId }));
      expect(error).toMatchObject({ actor: 'caller', hint: expect.stringContaining('ownAccount') });
    }
    expect(await client.run('revoke_api_token', { apiTokenId: spare, ownAccount: true })).toEqual({
      apiTokenId: spare,
      changed: true,
    });
    expect(await client.run('list_api_tokens', {})).toHaveLength(1);
  });
});
