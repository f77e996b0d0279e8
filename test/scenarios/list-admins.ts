import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { assign } from '../support/roles.ts';
import { scenario } from '../support/scenario.ts';

/** The admin of the connection is one already. */
async function twoMore(org: Org) {
  const people = [await org.user('ana'), await org.user('bo')];
  for (const { id } of people) await assign(org, `users/${id}`, 'READ_ONLY_ADMIN');
  return people.map(({ id }) => id);
}

export default [
  scenario('list_admins', {
    name: 'lists the admins over two pages, the second linked in the body',
    async arrange(org) {
      const ids = await twoMore(org);
      await org.pagesOf(2);
      return ids;
    },
    input: () => ({}),
    check: (output, ids) => expect(output.slice(-2).map(({ id }) => id)).toEqual(ids),
  }),
  scenario('list_admins', {
    name: 'lists the first admin',
    arrange: twoMore,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
