import { expect } from 'vitest';
import { assign } from '../support/roles.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('unassign_role_from_user', {
    name: 'takes a role by its type, found on the second page',
    async arrange(org) {
      const user = await org.user('ana');
      for (const type of ['REPORT_ADMIN', 'SUPER_ADMIN']) await assign(org, `users/${user.id}`, type);
      await org.pagesOf(1);
      return user;
    },
    input: ({ login }) => ({ userId: login, roleAssignmentId: 'SUPER_ADMIN' }),
    check: (output, { id }) =>
      expect(output).toMatchObject({
        userId: id,
        roleAssignmentId: expect.stringMatching(/^ra1/),
        changed: true,
      }),
  }),
  scenario('unassign_role_from_user', {
    name: 'changes nothing for a user without the role',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, roleAssignmentId: 'JBCUYUC7IRCVGS27IFCE2SKO' }),
    check: (output) =>
      expect(output).toMatchObject({ roleAssignmentId: 'JBCUYUC7IRCVGS27IFCE2SKO', changed: false }),
  }),
];
