import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('update_group', {
    name: 'renames a group by its name and keeps the description',
    async arrange(org) {
      return { ...(await org.group('Field sales')), newName: org.named('Field force') };
    },
    input: ({ name, newName }) => ({ groupId: name, profile: { name: newName } }),
    check: (output, { id, newName }) =>
      expect(output).toMatchObject({ id, changed: true, profile: { name: newName, description: 'Sellers' } }),
  }),
  scenario('update_group', {
    name: 'clears the description',
    arrange: (org) => org.group('Field sales'),
    input: ({ id }) => ({ groupId: id, profile: { description: null } }),
    check: (output, { name }) =>
      expect(output).toMatchObject({ changed: true, profile: { name, description: null } }),
  }),
  scenario('update_group', {
    name: 'sends nothing for what is so already',
    arrange: (org) => org.group('Field sales'),
    input: ({ id }) => ({ groupId: id, profile: { description: 'Sellers' } }),
    check: (output) => expect(output).toMatchObject({ changed: false, profile: { description: 'Sellers' } }),
  }),
];
