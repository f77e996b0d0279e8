import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function appAndTypes(org: Org) {
  const types = await org.api('GET', '/api/v1/meta/types/user');
  const ids: string[] = types.map(({ id }: { id: string }) => id);
  return { app: await newApp(org), types: ids, user: ids[0] as string };
}

export default [
  scenario('list_profile_mappings', {
    name: 'lists the mappings from an app, over two pages',
    async arrange(org) {
      const world = await appAndTypes(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ app }) => ({ sourceId: app.id }),
    check: (output, { types }) => expect(output.map(({ target }) => target?.id)).toEqual(types),
  }),
  scenario('list_profile_mappings', {
    name: 'lists the mapping from a user type to an app',
    arrange: appAndTypes,
    input: ({ app, user }) => ({ sourceId: user, targetId: app.label }),
    check: (output, { app, user }) =>
      expect(output).toMatchObject([{ source: { id: user, type: 'user' }, target: { id: app.id } }]),
  }),
  scenario('list_profile_mappings', {
    name: 'lists the first mapping',
    arrange: appAndTypes,
    input: ({ app }) => ({ sourceId: app.id, limit: 1 }),
    check: (output, { user }) => expect(output).toMatchObject([{ target: { id: user } }]),
  }),
];
