import { expect } from 'vitest';
import { assignUser, makeApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function appOfTwo(org: Org) {
  const app = await makeApp(org, 'Ledger');
  const users = [await org.user('ana'), await org.user('bo')];
  for (const user of users) await assignUser(org, app, user);
  return { app, ids: users.map(({ id }) => id) };
}

export default [
  scenario('list_app_users', {
    name: 'lists the users of an app with their profiles, over two pages',
    async arrange(org) {
      const world = await appOfTwo(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ app }) => ({ appId: app.label, includeUser: true }),
    check(output, { ids }) {
      expect(output.map(({ id }) => id)).toEqual(ids);
      for (const { _embedded } of output) expect(_embedded).toMatchObject({ user: { status: 'ACTIVE' } });
    },
  }),
  scenario('list_app_users', {
    name: 'finds users of an app by their name',
    arrange: appOfTwo,
    input: ({ app }) => ({ appId: app.id, quickSearch: 'bo' }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual(ids.slice(1)),
  }),
  scenario('list_app_users', {
    name: 'lists the first user of an app',
    arrange: appOfTwo,
    input: ({ app }) => ({ appId: app.id, limit: 1 }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual(ids.slice(0, 1)),
  }),
];
