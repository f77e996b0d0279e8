import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { seededApp } from '../support/seeded-app.ts';

async function crmAndTypes(org: Org) {
  const types = await org.api('GET', '/api/v1/meta/types/user');
  const [user, contractor] = types.map(({ id }: { id: string }) => id) as [string, string];
  return { app: await seededApp(org, 'Acme CRM'), user, contractor };
}

export default [
  scenario('list_profile_mappings', {
    name: 'lists the mappings from an app, over two pages',
    async arrange(org) {
      const world = await crmAndTypes(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ app }) => ({ sourceId: app.id }),
    check: (output, { user, contractor }) =>
      expect(output.map(({ target }) => target?.id)).toEqual([user, contractor]),
  }),
  scenario('list_profile_mappings', {
    name: 'lists the mapping from a user type to an app',
    arrange: crmAndTypes,
    input: ({ user }) => ({ sourceId: user, targetId: 'Acme CRM' }),
    check: (output, { app, user }) =>
      expect(output).toMatchObject([{ source: { id: user, type: 'user' }, target: { id: app.id } }]),
  }),
  scenario('list_profile_mappings', {
    name: 'lists the first mapping',
    arrange: crmAndTypes,
    input: ({ app }) => ({ sourceId: app.id, limit: 1 }),
    check: (output, { user }) => expect(output).toMatchObject([{ target: { id: user } }]),
  }),
];
