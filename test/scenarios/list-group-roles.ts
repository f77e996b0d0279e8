import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { assign } from '../support/roles.ts';
import { scenario } from '../support/scenario.ts';

async function admins(org: Org) {
  const group = await org.group('Admins');
  for (const type of ['APP_ADMIN', 'READ_ONLY_ADMIN']) await assign(org, `groups/${group.id}`, type);
  return group;
}

export default [
  scenario('list_group_roles', {
    name: 'lists the roles of a group by its name, over two pages',
    async arrange(org) {
      const group = await admins(org);
      await org.pagesOf(1);
      return group;
    },
    input: ({ name }) => ({ groupId: name }),
    check: (output) =>
      expect(output).toMatchObject([
        { id: 'IFIFAX2BIRGUSTQ', type: 'APP_ADMIN', assignmentType: 'GROUP' },
        { id: expect.stringMatching(/^gra/), type: 'READ_ONLY_ADMIN' },
      ]),
  }),
  scenario('list_group_roles', {
    name: 'lists the first role with its target apps',
    async arrange(org) {
      const group = await admins(org);
      await org.api(
        'PUT',
        `/api/v1/groups/${group.id}/roles/IFIFAX2BIRGUSTQ/targets/catalog/apps/salesforce`,
      );
      return group;
    },
    input: ({ id }) => ({ groupId: id, expand: 'targets/catalog/apps', limit: 1 }),
    check: (output) =>
      expect(output).toMatchObject([
        { _embedded: { targets: { catalog: { apps: [{ name: 'salesforce' }] } } } },
      ]),
  }),
];
