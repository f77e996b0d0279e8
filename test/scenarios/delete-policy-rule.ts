import { expect } from 'vitest';
import { policyWithRule } from '../support/policies.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('delete_policy_rule', {
    name: 'deletes an active rule by its name',
    arrange: (org) => policyWithRule(org),
    input: ({ params, rule }) => ({ policyId: params.policyId, ruleId: rule.name }),
    check: (output, { params }) => expect(output).toEqual({ ...params, changed: true }),
  }),
  scenario('delete_policy_rule', {
    name: 'deletes what is gone without effect',
    async arrange(org) {
      const { params } = await policyWithRule(org);
      await org.api('DELETE', `/api/v1/policies/${params.policyId}/rules/${params.ruleId}`);
      return params;
    },
    input: (params) => params,
    check: (output, params) => expect(output).toEqual({ ...params, changed: false }),
  }),
];
