import { expect } from 'vitest';
import { policyWithRule } from '../support/policies.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('activate_policy_rule', {
    name: 'activates a rule by its name',
    arrange: (org) => policyWithRule(org, { activate: false }),
    input: ({ params, rule }) => ({ policyId: params.policyId, ruleId: rule.name }),
    check: (output, { params }) => expect(output).toEqual({ ...params, changed: true, status: 'ACTIVE' }),
  }),
  scenario('activate_policy_rule', {
    name: 'activates again without effect',
    arrange: (org) => policyWithRule(org, { activate: true }),
    input: ({ params }) => params,
    check: (output, { params }) => expect(output).toEqual({ ...params, changed: false, status: 'ACTIVE' }),
  }),
];
