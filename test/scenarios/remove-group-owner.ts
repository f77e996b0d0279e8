import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('remove_group_owner', {
    name: 'removes a group as an owner, by its name',
    async arrange(org) {
      const [group, leads] = [await org.group('Field sales'), await org.group('Leads')];
      await org.api('POST', `/api/v1/groups/${group.id}/owners`, { id: leads.id, type: 'GROUP' });
      return { group, leads };
    },
    input: ({ group, leads }) => ({ groupId: group.name, ownerId: leads.name, type: 'GROUP' as const }),
    check: (output, { group, leads }) =>
      expect(output).toEqual({ groupId: group.id, ownerId: leads.id, changed: true }),
  }),
  scenario('remove_group_owner', {
    name: 'finds a user who is no owner',
    arrange: async (org) => ({ group: await org.group('Field sales'), user: await org.user('ana') }),
    input: ({ group, user }) => ({ groupId: group.id, ownerId: user.login }),
    check: (output, { group, user }) =>
      expect(output).toEqual({ groupId: group.id, ownerId: user.id, changed: false }),
  }),
];
