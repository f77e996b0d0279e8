import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** Everyone is the third of the groups. */
async function memberOfTwo(org: Org) {
  const user = await org.user('ana');
  const groups = [await org.group('Field sales'), await org.group('Sales leads')];
  for (const group of groups) await org.member(user, group);
  return { user, names: groups.map(({ name }) => name) };
}

export default [
  scenario('list_user_groups', {
    name: 'lists the groups of a user, over two pages',
    async arrange(org) {
      const world = await memberOfTwo(org);
      await org.pagesOf(2);
      return world;
    },
    input: ({ user }) => ({ userId: user.login }),
    check: (output, { names }) =>
      expect(output.map(({ profile }) => profile?.name).sort()).toEqual(['Everyone', ...names]),
  }),
  scenario('list_user_groups', {
    name: 'lists the first group of a user',
    arrange: memberOfTwo,
    input: ({ user }) => ({ userId: user.id, limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
