import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function groupOfThree(org: Org) {
  const group = await org.group('Field sales');
  const members = [await org.user('ana'), await org.user('bo'), await org.user('eve')];
  for (const user of members) await org.member(user, group);
  return { group, ids: members.map(({ id }) => id) };
}

export default [
  scenario('list_group_members', {
    name: 'lists the members of a group by its name, over two pages',
    async arrange(org) {
      const world = await groupOfThree(org);
      await org.pagesOf(2);
      return world;
    },
    input: ({ group }) => ({ groupId: group.name }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual(ids),
  }),
  scenario('list_group_members', {
    name: 'lists the first members of a group',
    arrange: groupOfThree,
    input: ({ group }) => ({ groupId: group.id, limit: 2 }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual(ids.slice(0, 2)),
  }),
];
