import { expect } from 'vitest';
import { department, groupRule } from '../support/group-rules.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('update_group_rule', {
    name: 'deactivates, changes and activates an active rule',
    async arrange(org) {
      const rule = await groupRule(org, { active: true });
      return { rule, expression: department(org, 'Marketing'), newName: `Marketing rule ${org.run}` };
    },
    input: ({ rule, expression, newName }) => ({ groupRuleId: rule.name, name: newName, expression }),
    check: (output, { rule, expression, newName }) =>
      expect(output).toMatchObject({
        ...{ id: rule.id, name: newName, status: 'ACTIVE', changed: true },
        steps: ['deactivated', 'updated', 'activated'],
        conditions: { expression: { value: expression } },
        actions: { assignUserToGroups: { groupIds: [rule.group.id] } },
      }),
  }),
  scenario('update_group_rule', {
    name: 'changes groups and excluded users of a rule that a run left inactive, and activates it',
    async arrange(org) {
      const rule = await groupRule(org);
      return { rule, user: await org.user('ana'), group: await org.group('Sales leads') };
    },
    input: ({ rule, user, group }) => ({
      groupRuleId: rule.id,
      groupIds: [rule.group.id, group.name],
      excludedUserIds: [user.login],
      status: 'ACTIVE' as const,
    }),
    check: (output, { rule, user, group }) =>
      expect(output).toMatchObject({
        ...{ status: 'ACTIVE', changed: true, steps: ['updated', 'activated'] },
        conditions: { people: { users: { exclude: [user.id] } } },
        actions: { assignUserToGroups: { groupIds: [rule.group.id, group.id] } },
      }),
  }),
  scenario('update_group_rule', {
    name: 'leaves a rule alone that is so already',
    arrange: (org) => groupRule(org, { active: true }),
    input: ({ id, name, group }) => ({ groupRuleId: id, name, groupIds: [group.id] }),
    check: (output) => expect(output).toMatchObject({ status: 'ACTIVE', changed: false, steps: [] }),
  }),
];
