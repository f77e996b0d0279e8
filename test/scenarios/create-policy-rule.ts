import { expect } from 'vitest';
import { policyWithRule } from '../support/policies.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('create_policy_rule', {
    name: 'adds a rule to an app sign-in policy, before another',
    arrange: (org) => policyWithRule(org),
    input: ({ policy, group }) => ({
      policyId: policy.id,
      name: 'Ask for a password',
      type: 'ACCESS_POLICY',
      priority: 0,
      conditions: { people: { groups: { include: [group.id] } }, network: { connection: 'ANYWHERE' } },
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: {
            type: 'ASSURANCE',
            factorMode: '1FA',
            constraints: [{ knowledge: { types: ['password'], required: true } }],
          },
        },
      },
    }),
    check: (output) =>
      expect(output).toMatchObject({ type: 'ACCESS_POLICY', status: 'ACTIVE', priority: 0, system: false }),
  }),
  scenario('create_policy_rule', {
    name: 'adds an inactive rule, whose type follows from the policy',
    async arrange(org) {
      const [policy] = await org.api('GET', '/api/v1/policies?type=OKTA_SIGN_ON');
      return policy;
    },
    input: ({ id }) => ({
      policyId: id,
      name: 'Short sessions',
      actions: { signon: { access: 'ALLOW', requireFactor: false, session: { maxSessionIdleMinutes: 15 } } },
      activate: false,
    }),
    check: (output) => expect(output).toMatchObject({ type: 'SIGN_ON', status: 'INACTIVE', priority: 1 }),
  }),
  scenario('create_policy_rule', {
    name: 'adds a rule that excludes an app, by the name of the policy',
    arrange: (org) => policyWithRule(org),
    input: ({ policy }) => ({
      policyId: policy.name,
      name: 'All but one app',
      conditions: { app: { exclude: [{ type: 'APP', id: '0oa1abcdefghijklmnop' }] } },
      actions: { appSignOn: { access: 'DENY' } },
    }),
    check: (output) => expect(output).toMatchObject({ type: 'ACCESS_POLICY', priority: 1 }),
  }),
];
