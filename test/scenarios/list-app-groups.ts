import { expect } from 'vitest';
import { assignGroup, makeApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function appOfTwo(org: Org) {
  const app = await makeApp(org, 'Ledger');
  const groups = [await org.group('Field sales'), await org.group('Back office')];
  for (const group of groups) await assignGroup(org, app, group);
  return { app, groups, ids: groups.map(({ id }) => id) };
}

export default [
  scenario('list_app_groups', {
    name: 'lists the groups of an app with their names, over two pages',
    async arrange(org) {
      const world = await appOfTwo(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ app }) => ({ appId: app.label, includeGroup: true }),
    check: (output, { groups }) =>
      expect(output).toMatchObject(
        groups.map(({ id, name }) => ({ id, _embedded: { group: { profile: { name } } } })),
      ),
  }),
  scenario('list_app_groups', {
    name: 'finds groups of an app by their name',
    arrange: appOfTwo,
    input: ({ app }) => ({ appId: app.id, quickSearch: 'Back' }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual(ids.slice(1)),
  }),
  scenario('list_app_groups', {
    name: 'lists the first group of an app, although Okta sends at least 20',
    arrange: appOfTwo,
    input: ({ app }) => ({ appId: app.id, limit: 1 }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual(ids.slice(0, 1)),
  }),
];
