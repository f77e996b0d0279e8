import { expect } from 'vitest';
import { groupRule } from '../support/group-rules.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('get_group_rule', {
    name: 'reads a rule by its name',
    arrange: (org) => groupRule(org),
    input: ({ name }) => ({ groupRuleId: name }),
    check: (output, { id, name }) => expect(output).toMatchObject({ id, name, status: 'INACTIVE' }),
  }),
];
