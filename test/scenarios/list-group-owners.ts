import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function twoOwners(org: Org) {
  const [group, leads, ana] = [
    await org.group('Field sales'),
    await org.group('Leads'),
    await org.user('ana'),
  ];
  const path = `/api/v1/groups/${group.id}/owners`;
  await org.api('POST', path, { id: ana.id, type: 'USER' });
  await org.api('POST', path, { id: leads.id, type: 'GROUP' });
  return { group, leads, ana };
}

export default [
  scenario('list_group_owners', {
    name: 'lists the owners of a group by its name, over two pages',
    async arrange(org) {
      const world = await twoOwners(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ group }) => ({ groupId: group.name }),
    check: (output, { leads, ana }) =>
      expect(output).toMatchObject([
        { id: leads.id, type: 'GROUP', displayName: leads.name },
        { id: ana.id, type: 'USER' },
      ]),
  }),
  scenario('list_group_owners', {
    name: 'lists the first owner',
    arrange: twoOwners,
    input: ({ group }) => ({ groupId: group.id, limit: 1 }),
    check: (output, { leads }) => expect(output).toMatchObject([{ id: leads.id }]),
  }),
];
