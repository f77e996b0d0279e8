import { expect } from 'vitest';
import { assign, customRole } from '../support/roles.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('assign_role_to_group', {
    name: 'assigns a standard role to a group by its name, without e-mails, limited to another group',
    arrange: async (org) => ({ admins: await org.group('Admins'), sales: await org.group('Sales') }),
    input: ({ admins, sales }) => ({
      ...{ groupId: admins.name, type: 'HELP_DESK_ADMIN', disableNotifications: true },
      targetGroupIds: [sales.id],
    }),
    check: (output, { admins }) =>
      expect(output).toMatchObject({ groupId: admins.id, changed: true, assignmentType: 'GROUP' }),
  }),
  scenario('assign_role_to_group', {
    name: 'changes nothing for a group that has the role with its targets',
    async arrange(org) {
      const group = await org.group('Admins');
      await assign(org, `groups/${group.id}`, 'APP_ADMIN');
      await org.api(
        'PUT',
        `/api/v1/groups/${group.id}/roles/IFIFAX2BIRGUSTQ/targets/catalog/apps/salesforce`,
      );
      return group;
    },
    input: ({ id }) => ({ groupId: id, type: 'APP_ADMIN', targetAppNames: ['salesforce'] }),
    check: (output) => expect(output).toMatchObject({ changed: false, id: 'IFIFAX2BIRGUSTQ' }),
  }),
  scenario('assign_role_to_group', {
    name: 'limits the administration of apps to one app',
    async arrange(org) {
      const app = await org.app('Acme CRM', await org.user('bo'));
      return { group: await org.group('Admins'), app };
    },
    input: ({ group, app }) => ({ groupId: group.id, type: 'APP_ADMIN', targetAppIds: [app.id] }),
    check: (output) => expect(output).toMatchObject({ changed: true }),
  }),
  scenario('assign_role_to_group', {
    name: 'assigns a custom role',
    arrange: async (org) => ({ ...(await customRole(org)), group: await org.group('Admins') }),
    input: ({ group, role, set }) => ({
      ...{ groupId: group.id, type: 'CUSTOM', role: role.label, resourceSet: set.label },
    }),
    check: (output, { role }) => expect(output).toMatchObject({ changed: true, role: role.id }),
  }),
];
