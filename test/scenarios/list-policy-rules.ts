import { expect } from 'vitest';
import { policyWithRule } from '../support/policies.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('list_policy_rules', {
    name: 'lists the rules of a policy by its name, in their order',
    async arrange(org) {
      const world = await policyWithRule(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ policy }) => ({ policyId: policy.name }),
    check: (output, { rule }) =>
      expect(output).toMatchObject([
        { id: rule.id, priority: 0 },
        { name: 'Catch-all Rule', priority: 99 },
      ]),
  }),
  scenario('list_policy_rules', {
    name: 'lists the first rule',
    arrange: (org) => policyWithRule(org),
    input: ({ policy }) => ({ policyId: policy.id, limit: 1 }),
    check: (output, { rule }) => expect(output.map(({ id }) => id)).toEqual([rule.id]),
  }),
];
