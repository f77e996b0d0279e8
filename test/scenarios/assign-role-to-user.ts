import { expect } from 'vitest';
import { assign, customRole } from '../support/roles.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('assign_role_to_user', {
    name: 'assigns a standard role without e-mails',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login, type: 'HELP_DESK_ADMIN', disableNotifications: true }),
    check: (output, { id }) =>
      expect(output).toMatchObject({
        ...{ userId: id, changed: true, id: 'JBCUYUC7IRCVGS27IFCE2SKO', type: 'HELP_DESK_ADMIN' },
      }),
  }),
  scenario('assign_role_to_user', {
    name: 'changes nothing for a user who has the role, even if a group has it too',
    async arrange(org) {
      const user = await org.user('ana');
      await assign(org, `users/${user.id}`, 'SUPER_ADMIN');
      return user;
    },
    input: ({ id }) => ({ userId: id, type: 'SUPER_ADMIN' }),
    check: (output) => expect(output).toMatchObject({ changed: false, id: expect.stringMatching(/^ra1/) }),
  }),
  scenario('assign_role_to_user', {
    name: 'assigns a role that the user has through a group only',
    async arrange(org) {
      const [user, group] = [await org.user('ana'), await org.group('Admins')];
      await org.member(user, group);
      await assign(org, `groups/${group.id}`, 'USER_ADMIN');
      return user;
    },
    input: ({ id }) => ({ userId: id, type: 'USER_ADMIN' }),
    check: (output) => expect(output).toMatchObject({ changed: true, assignmentType: 'USER' }),
  }),
  scenario('assign_role_to_user', {
    name: 'limits a role to groups, and adds only the one that is missing, over two pages of targets',
    async arrange(org) {
      const user = await org.user('ana');
      const groups = [await org.group('Sales'), await org.group('Field'), await org.group('Inside')];
      await assign(org, `users/${user.id}`, 'USER_ADMIN');
      const path = `/api/v1/users/${user.id}/roles/KVJUKUS7IFCE2SKO/targets/groups`;
      for (const { id } of groups.slice(0, 2)) await org.api('PUT', `${path}/${id}`);
      await org.pagesOf(1);
      return { user, groups };
    },
    input: ({ user, groups }) => ({
      ...{ userId: user.id, type: 'USER_ADMIN', targetGroupIds: groups.map(({ name }) => name) },
    }),
    check: (output) => expect(output).toMatchObject({ changed: true, id: 'KVJUKUS7IFCE2SKO' }),
  }),
  scenario('assign_role_to_user', {
    name: 'limits the administration of apps to one app and to a kind of app',
    async arrange(org) {
      const [user, other] = [await org.user('ana'), await org.user('bo')];
      return { user, app: await org.app('Acme CRM', other) };
    },
    input: ({ user, app }) => ({
      ...{ userId: user.id, type: 'APP_ADMIN', targetAppIds: [app.id], targetAppNames: ['salesforce'] },
    }),
    check: (output) => expect(output).toMatchObject({ changed: true, type: 'APP_ADMIN' }),
  }),
  scenario('assign_role_to_user', {
    name: 'assigns a custom role by the names of role and resource set',
    async arrange(org) {
      return { ...(await customRole(org)), user: await org.user('ana') };
    },
    input: ({ user, role, set }) => ({
      ...{ userId: user.id, type: 'CUSTOM', role: role.label, resourceSet: set.label },
    }),
    check: (output, { role, set }) =>
      expect(output).toMatchObject({ changed: true, role: role.id, 'resource-set': set.id }),
  }),
];
