import { expect } from 'vitest';
import { assign, customRole } from '../support/roles.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('unassign_role_from_group', {
    name: 'takes a custom role by its label, found on the second page',
    async arrange(org) {
      const { role, set } = await customRole(org);
      const group = await org.group('Admins');
      await assign(org, `groups/${group.id}`, 'APP_ADMIN');
      const custom = { type: 'CUSTOM', role: role.id, 'resource-set': set.id };
      const { id } = await org.api('POST', `/api/v1/groups/${group.id}/roles`, custom);
      await org.pagesOf(1);
      return { group, role, id };
    },
    input: ({ group, role }) => ({ groupId: group.name, roleAssignmentId: role.label }),
    check: (output, { group, id }) =>
      expect(output).toEqual({ groupId: group.id, roleAssignmentId: id, changed: true }),
  }),
  scenario('unassign_role_from_group', {
    name: 'changes nothing for a group without the role',
    arrange: (org) => org.group('Admins'),
    input: ({ id }) => ({ groupId: id, roleAssignmentId: 'APP_ADMIN' }),
    check: (output) => expect(output).toMatchObject({ roleAssignmentId: 'APP_ADMIN', changed: false }),
  }),
];
