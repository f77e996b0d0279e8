import { expect } from 'vitest';
import { groupRule } from '../support/group-rules.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('activate_group_rule', {
    name: 'activates a rule by its name',
    arrange: (org) => groupRule(org),
    input: ({ name }) => ({ groupRuleId: name }),
    check: (output, { id }) => expect(output).toEqual({ groupRuleId: id, changed: true, status: 'ACTIVE' }),
  }),
  scenario('activate_group_rule', {
    name: 'finds a rule active already',
    arrange: (org) => groupRule(org, { active: true }),
    input: ({ id }) => ({ groupRuleId: id }),
    check: (output, { id }) => expect(output).toEqual({ groupRuleId: id, changed: false, status: 'ACTIVE' }),
  }),
];
