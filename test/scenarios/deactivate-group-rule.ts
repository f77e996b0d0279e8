import { expect } from 'vitest';
import { groupRule } from '../support/group-rules.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('deactivate_group_rule', {
    name: 'deactivates a rule by its name',
    arrange: (org) => groupRule(org, { active: true }),
    input: ({ name }) => ({ groupRuleId: name }),
    check: (output, { id }) => expect(output).toEqual({ groupRuleId: id, changed: true, status: 'INACTIVE' }),
  }),
  scenario('deactivate_group_rule', {
    name: 'finds a rule inactive already',
    arrange: (org) => groupRule(org),
    input: ({ id }) => ({ groupRuleId: id }),
    check: (output, { id }) =>
      expect(output).toEqual({ groupRuleId: id, changed: false, status: 'INACTIVE' }),
  }),
  scenario('deactivate_group_rule', {
    name: 'leaves an invalid rule as it is',
    async arrange(org) {
      const rule = await groupRule(org, { active: true });
      await org.api('DELETE', `/api/v1/groups/${rule.group.id}`);
      return rule;
    },
    input: ({ id }) => ({ groupRuleId: id }),
    check: (output, { id }) => expect(output).toEqual({ groupRuleId: id, changed: false, status: 'INVALID' }),
  }),
];
