import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** A group with the first two apps of the seed. */
async function withTwoApps(org: Org) {
  await org.control('GET', '/settings');
  const group = await org.group('Field sales');
  const apps = (await org.api('GET', '/api/v1/apps?limit=2')).map(({ id }: { id: string }) => id);
  for (const app of apps) await org.api('PUT', `/api/v1/apps/${app}/groups/${group.id}`, {});
  return { group, apps };
}

const ids = (apps: { id: string }[]) => apps.map(({ id }) => id);

export default [
  scenario('list_group_apps', {
    name: 'lists the apps of a group by its name, over two pages',
    async arrange(org) {
      const world = await withTwoApps(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ group }) => ({ groupId: group.name }),
    check: (output, { apps }) => expect(ids(output)).toEqual(apps),
  }),
  scenario('list_group_apps', {
    name: 'lists the first app of a group',
    arrange: withTwoApps,
    input: ({ group }) => ({ groupId: group.id, limit: 1 }),
    check: (output, { apps }) => expect(ids(output)).toEqual(apps.slice(0, 1)),
  }),
];
