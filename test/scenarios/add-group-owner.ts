import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('add_group_owner', {
    name: 'makes a user an owner by login and group name',
    arrange: async (org) => ({ group: await org.group('Field sales'), user: await org.user('ana') }),
    input: ({ group, user }) => ({ groupId: group.name, ownerId: user.login }),
    check: (output, { group, user }) =>
      expect(output).toEqual({ groupId: group.id, ownerId: user.id, changed: true }),
  }),
  scenario('add_group_owner', {
    name: 'makes a group an owner by its name',
    arrange: async (org) => ({ group: await org.group('Field sales'), leads: await org.group('Leads') }),
    input: ({ group, leads }) => ({ groupId: group.id, ownerId: leads.name, type: 'GROUP' as const }),
    check: (output, { group, leads }) =>
      expect(output).toEqual({ groupId: group.id, ownerId: leads.id, changed: true }),
  }),
  scenario('add_group_owner', {
    name: 'finds an owner assigned already',
    async arrange(org) {
      const [group, user] = [await org.group('Field sales'), await org.user('ana')];
      await org.api('POST', `/api/v1/groups/${group.id}/owners`, { id: user.id, type: 'USER' });
      return { group, user };
    },
    input: ({ group, user }) => ({ groupId: group.id, ownerId: user.id }),
    check: (output, { group, user }) =>
      expect(output).toEqual({ groupId: group.id, ownerId: user.id, changed: false }),
  }),
];
