import { expect } from 'vitest';
import { groupRule } from '../support/group-rules.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('delete_group_rule', {
    name: 'deactivates and deletes an active rule, and removes its users',
    arrange: (org) => groupRule(org, { active: true }),
    input: ({ name }) => ({ groupRuleId: name, removeUsers: true }),
    check: (output, { id }) =>
      expect(output).toEqual({ groupRuleId: id, changed: true, steps: ['deactivated', 'deleted'] }),
  }),
  scenario('delete_group_rule', {
    name: 'deletes an invalid rule without deactivating it',
    async arrange(org) {
      const rule = await groupRule(org, { active: true });
      await org.api('DELETE', `/api/v1/groups/${rule.group.id}`);
      return rule;
    },
    input: ({ id }) => ({ groupRuleId: id }),
    check: (output, { id }) => expect(output).toEqual({ groupRuleId: id, changed: true, steps: ['deleted'] }),
  }),
  scenario('delete_group_rule', {
    name: 'finds a rule gone already',
    async arrange(org) {
      const rule = await groupRule(org);
      await org.api('DELETE', rule.path);
      return rule;
    },
    input: ({ id }) => ({ groupRuleId: id }),
    check: (output, { id }) => expect(output).toEqual({ groupRuleId: id, changed: false, steps: [] }),
  }),
];
