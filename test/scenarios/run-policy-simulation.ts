import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** The app of the sandbox's seed, and a group whose members need a rule of their own for a global session. */
async function ruleForGroup(org: Org) {
  const user = await org.user('ana');
  const group = await org.group('Contractors');
  await org.member(user, group);
  const app = await org.app('Acme CRM', user);
  const policy = await org.api('POST', '/api/v1/policies', {
    type: 'OKTA_SIGN_ON',
    name: 'Contractors',
    conditions: { people: { groups: { include: [group.id] } } },
  });
  const rule = await org.api('POST', `/api/v1/policies/${policy.id}/rules`, {
    type: 'SIGN_ON',
    name: 'No risk',
    conditions: { riskScore: { level: 'LOW' } },
    actions: { signon: { access: 'ALLOW' } },
  });
  return { user, group, app, policy, rule };
}

export default [
  scenario('run_policy_simulation', {
    name: 'finds the policies that decide for a user, by the name of the app',
    arrange: ruleForGroup,
    input: ({ user }) => ({
      appInstance: 'Acme CRM',
      policyContext: { user: { id: user.id }, risk: { level: 'LOW' } },
    }),
    check({ evaluation }, { policy, rule }) {
      expect(evaluation.map(({ policyType }) => policyType)).toEqual([
        ...['OKTA_SIGN_ON', 'MFA_ENROLL', 'ACCESS_POLICY', 'PROFILE_ENROLLMENT'],
      ]);
      expect(evaluation[0]?.result.policies).toMatchObject([{ id: policy.id, rules: [{ id: rule.id }] }]);
    },
  }),
  scenario('run_policy_simulation', {
    name: 'tells what did not match for members of a group',
    arrange: ruleForGroup,
    input: ({ app, group }) => ({
      appInstance: app.id,
      policyTypes: ['OKTA_SIGN_ON'],
      policyContext: { groups: { ids: [group.id] }, risk: { level: 'HIGH' } },
      expand: 'EVALUATED',
    }),
    check: ({ evaluation }, { policy }) =>
      expect(evaluation).toMatchObject([
        {
          policyType: 'OKTA_SIGN_ON',
          result: { policies: [{ name: 'Default Policy', status: 'MATCH' }] },
          evaluated: { policies: [{ id: policy.id, status: 'NOT_MATCH' }] },
        },
      ]),
  }),
];
