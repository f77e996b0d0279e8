import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { assign } from '../support/roles.ts';
import { scenario } from '../support/scenario.ts';

/** Two roles of her own, one through a group. */
async function admin(org: Org) {
  const user = await org.user('ana');
  const group = await org.group('Admins');
  await org.member(user, group);
  for (const type of ['HELP_DESK_ADMIN', 'REPORT_ADMIN']) await assign(org, `users/${user.id}`, type);
  await assign(org, `groups/${group.id}`, 'READ_ONLY_ADMIN');
  return { user, group };
}

export default [
  scenario('list_user_roles', {
    name: 'lists own roles and those of a group, over all pages',
    async arrange(org) {
      const world = await admin(org);
      await org.pagesOf(2);
      return world;
    },
    input: ({ user }) => ({ userId: user.login }),
    check: (output) =>
      expect(output.map(({ type, assignmentType }) => [type, assignmentType])).toEqual([
        ['HELP_DESK_ADMIN', 'USER'],
        ['REPORT_ADMIN', 'USER'],
        ['READ_ONLY_ADMIN', 'GROUP'],
      ]),
  }),
  scenario('list_user_roles', {
    name: 'lists the first role with its target groups',
    async arrange(org) {
      const world = await admin(org);
      const path = `/api/v1/users/${world.user.id}/roles/JBCUYUC7IRCVGS27IFCE2SKO/targets/groups`;
      await org.api('PUT', `${path}/${world.group.id}`);
      return world;
    },
    input: ({ user }) => ({ userId: user.id, expand: 'targets/groups', limit: 1 }),
    check: (output, { group }) =>
      expect(output).toMatchObject([{ _embedded: { targets: { groups: [{ id: group.id }] } } }]),
  }),
];
