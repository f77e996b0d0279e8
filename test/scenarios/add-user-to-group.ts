import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const apart = async (org: Org) => ({ user: await org.user('ana'), group: await org.group('Field sales') });

export default [
  scenario('add_user_to_group', {
    name: 'adds a member by login and group name',
    arrange: apart,
    input: ({ user, group }) => ({ userId: user.login, groupId: group.name }),
    check: (output, { user, group }) =>
      expect(output).toEqual({ userId: user.id, groupId: group.id, changed: true }),
  }),
  scenario('add_user_to_group', {
    name: 'tells a group from one whose name differs in case, on the next page',
    async arrange(org) {
      await org.group('FIELD SALES');
      await org.pagesOf(1);
      return apart(org);
    },
    input: ({ user, group }) => ({ userId: user.id, groupId: group.name }),
    check: (output, { user, group }) =>
      expect(output).toEqual({ userId: user.id, groupId: group.id, changed: true }),
  }),
  scenario('add_user_to_group', {
    name: 'sees on the second page of the groups that a user is a member already',
    async arrange(org) {
      const { user, group } = await apart(org);
      await org.member(user, group);
      await org.pagesOf(1);
      return { user, group };
    },
    input: ({ user, group }) => ({ userId: user.id, groupId: group.id }),
    check: (output) => expect(output).toMatchObject({ changed: false }),
  }),
];
