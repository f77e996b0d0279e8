import { expect } from 'vitest';
import { assignGroup, assignUser, makeApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function threeApps(org: Org) {
  const apps = [await makeApp(org, 'Ledger A'), await makeApp(org, 'Ledger B')];
  const inactive = await makeApp(org, 'Ledger C', {}, '?activate=false');
  return { q: `${org.run} Ledger`, ids: apps.map(({ id }) => id), apps: [...apps, inactive], inactive };
}

export default [
  scenario('list_apps', {
    name: 'lists apps by the beginning of their label, over three pages',
    async arrange(org) {
      const world = await threeApps(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ q }) => ({ quickSearch: q, includeNonDeleted: true }),
    check: (output, { apps }) => expect(output.map(({ id }) => id)).toEqual(apps.map(({ id }) => id)),
  }),
  scenario('list_apps', {
    name: 'lists the inactive apps',
    arrange: threeApps,
    input: ({ q }) => ({ quickSearch: q, status: 'INACTIVE' }),
    check: (output, { inactive }) => expect(output).toMatchObject([{ id: inactive.id, status: 'INACTIVE' }]),
  }),
  scenario('list_apps', {
    name: 'lists the active apps of a user, although Okta takes one condition only',
    async arrange(org) {
      const { apps, ids } = await threeApps(org);
      const user = await org.user('ana');
      for (const app of apps) await assignUser(org, app, user);
      return { user, ids };
    },
    input: ({ user }) => ({ userId: user.login, status: 'ACTIVE' }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual(ids),
  }),
  scenario('list_apps', {
    name: 'lists the first app of a group',
    async arrange(org) {
      const { apps, ids } = await threeApps(org);
      const group = await org.group('Field sales');
      for (const app of apps) await assignGroup(org, app, group);
      return { group, ids };
    },
    input: ({ group }) => ({ groupId: group.name, limit: 1 }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual(ids.slice(0, 1)),
  }),
];
