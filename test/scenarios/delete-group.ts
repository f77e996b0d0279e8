import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('delete_group', {
    name: 'deletes a group by its name',
    arrange: (org) => org.group('Field sales'),
    input: ({ name }) => ({ groupId: name }),
    check: (output, { id }) => expect(output).toEqual({ groupId: id, changed: true }),
  }),
  scenario('delete_group', {
    name: 'finds a group gone already',
    async arrange(org) {
      const group = await org.group('Field sales');
      await org.api('DELETE', `/api/v1/groups/${group.id}`);
      return group;
    },
    input: ({ id }) => ({ groupId: id }),
    check: (output, { id }) => expect(output).toEqual({ groupId: id, changed: false }),
  }),
];
