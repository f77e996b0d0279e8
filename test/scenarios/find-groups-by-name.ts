import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function threeGroups(org: Org) {
  const groups = [
    await org.group('Field sales'),
    await org.group('Field service'),
    await org.group('Sales of the field'),
  ];
  const [sales, service, last] = groups.map(({ id }) => id);
  return { run: org.run, name: groups[0]?.name ?? '', sales, service, last };
}

const ids = (groups: { id: string }[]) => groups.map(({ id }) => id);

export default [
  scenario('find_groups_by_name', {
    name: 'finds groups whose name contains a text, over two pages',
    async arrange(org) {
      const world = await threeGroups(org);
      await org.pagesOf(2);
      return world;
    },
    input: ({ run }) => ({ name: run, match: 'contains', type: 'OKTA_GROUP' }),
    check: (output, { sales, service, last }) => expect(ids(output)).toEqual([sales, service, last]),
  }),
  scenario('find_groups_by_name', {
    name: 'finds groups whose name starts with a text, with counts',
    arrange: threeGroups,
    input: ({ name }) => ({ name: name.slice(0, -1), includeStats: true }),
    check(output, { sales }) {
      expect(ids(output)).toEqual([sales]);
      expect(output[0]).toMatchObject({ _embedded: { stats: { usersCount: 0 } } });
    },
  }),
  scenario('find_groups_by_name', {
    name: 'finds a group by its whole name',
    arrange: threeGroups,
    input: ({ name }) => ({ name, match: 'equals' }),
    check: (output, { sales }) => expect(ids(output)).toEqual([sales]),
  }),
  scenario('find_groups_by_name', {
    name: 'finds the first of several groups',
    arrange: threeGroups,
    input: ({ run }) => ({ name: run, match: 'contains', limit: 1 }),
    check: (output, { sales }) => expect(ids(output)).toEqual([sales]),
  }),
];
