import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function threeGroups(org: Org) {
  const groups = [await org.group('Field sales'), await org.group('Field service'), await org.group('Lab')];
  const [sales, service, lab] = groups.map(({ id }) => id);
  return { run: org.run, sales, service, lab };
}

const ids = (groups: { id: string }[]) => groups.map(({ id }) => id);

export default [
  scenario('list_groups', {
    name: 'lists what a search finds, sorted, over two pages',
    async arrange(org) {
      const world = await threeGroups(org);
      await org.pagesOf(2);
      return world;
    },
    input: ({ run }) => ({
      search: `profile.name co "${run}"`,
      sortBy: 'profile.name',
      sortOrder: 'desc' as const,
    }),
    check: (output, { sales, service, lab }) => expect(ids(output)).toEqual([lab, service, sales]),
  }),
  scenario('list_groups', {
    name: 'lists one of the groups whose name begins so, from live data, with counts',
    async arrange(org) {
      const [first, second] = [await org.group('Twins'), await org.group('Twins')];
      return { name: first.name, ids: [first.id, second.id] };
    },
    input: ({ name, ids }) => ({
      quickSearch: name.slice(0, -1),
      filter: `id eq "${ids[1]}"`,
      includeStats: true,
    }),
    check(output, world) {
      expect(ids(output)).toEqual(world.ids.slice(1));
      expect(output[0]).toMatchObject({ _embedded: { stats: { usersCount: 0 } } });
    },
  }),
  scenario('list_groups', {
    name: 'lists the first of the groups that a filter selects',
    arrange: threeGroups,
    input: ({ sales, lab }) => ({ filter: `id eq "${sales}" or id eq "${lab}"`, limit: 1 }),
    check: (output, { sales }) => expect(ids(output)).toEqual([sales]),
  }),
];
