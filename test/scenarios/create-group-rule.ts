import { expect } from 'vitest';
import { department } from '../support/group-rules.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('create_group_rule', {
    name: 'creates a rule that does nothing yet, for groups by name and without a user',
    async arrange(org) {
      const [sales, leads] = [await org.group('Field sales'), await org.group('Sales leads')];
      const user = await org.user('ana');
      return { sales, leads, user, name: `Sales rule ${org.run}`, expression: department(org, 'Sales') };
    },
    input: ({ name, expression, sales, leads, user }) => ({
      ...{ name, expression, groupIds: [sales.name, leads.id], excludedUserIds: [user.login] },
    }),
    check: (output, { name, expression, sales, leads, user }) =>
      expect(output).toMatchObject({
        ...{ name, status: 'INACTIVE' },
        conditions: { expression: { value: expression }, people: { users: { exclude: [user.id] } } },
        actions: { assignUserToGroups: { groupIds: [sales.id, leads.id] } },
      }),
  }),
  scenario('create_group_rule', {
    name: 'creates and activates a rule',
    async arrange(org) {
      const group = await org.group('Field sales');
      return { group, name: `Sales rule ${org.run}`, expression: department(org, 'Sales') };
    },
    input: ({ name, expression, group }) => ({ name, expression, groupIds: [group.id], activate: true }),
    check: (output, { name }) => expect(output).toMatchObject({ name, status: 'ACTIVE' }),
  }),
];
