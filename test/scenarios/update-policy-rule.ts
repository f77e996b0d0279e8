import { expect } from 'vitest';
import { policyWithRule } from '../support/policies.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('update_policy_rule', {
    name: 'adds a condition by the names of policy and rule, and keeps the other',
    arrange: (org) => policyWithRule(org),
    input: ({ policy, rule }) => ({
      policyId: policy.name,
      ruleId: rule.name,
      conditions: { network: { connection: 'ANYWHERE' } },
    }),
    check: (output, { group }) =>
      expect(output).toMatchObject({
        changed: true,
        conditions: { people: { groups: { include: [group.id] } }, network: { connection: 'ANYWHERE' } },
      }),
  }),
  scenario('update_policy_rule', {
    name: 'changes name, place and actions',
    arrange: (org) => policyWithRule(org),
    input: ({ params }) => ({
      ...params,
      name: 'Let contractors in',
      priority: 3,
      actions: { appSignOn: { access: 'ALLOW' } },
    }),
    check: (output) =>
      expect(output).toMatchObject({
        ...{ changed: true, name: 'Let contractors in', priority: 3, status: 'ACTIVE' },
        actions: { appSignOn: { access: 'ALLOW', keepMeSignedIn: { postAuth: 'NOT_ALLOWED' } } },
      }),
  }),
  scenario('update_policy_rule', {
    name: 'changes nothing that is so already',
    arrange: (org) => policyWithRule(org, { activate: false }),
    input: ({ params, rule }) => ({ ...params, name: rule.name }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'INACTIVE' }),
  }),
];
