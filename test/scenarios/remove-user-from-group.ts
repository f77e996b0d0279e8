import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('remove_user_from_group', {
    name: 'removes a member by login and group name, seen on the second page of the groups',
    async arrange(org) {
      const user = await org.user('ana');
      const group = await org.group('Field sales');
      await org.member(user, group);
      await org.pagesOf(1);
      return { user, group };
    },
    input: ({ user, group }) => ({ userId: user.login, groupId: group.name }),
    check: (output, { user, group }) =>
      expect(output).toEqual({ userId: user.id, groupId: group.id, changed: true }),
  }),
  scenario('remove_user_from_group', {
    name: 'removes who is no member without effect',
    arrange: async (org) => ({ user: await org.user('ana'), group: await org.group('Field sales') }),
    input: ({ user, group }) => ({ userId: user.id, groupId: group.id }),
    check: (output) => expect(output).toMatchObject({ changed: false }),
  }),
];
