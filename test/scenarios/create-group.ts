import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('create_group', {
    name: 'creates a group whose name is free',
    arrange: async (org) => ({ name: org.named('Field sales') }),
    input: ({ name }) => ({ profile: { name, description: 'Sellers' } }),
    check: (output, { name }) =>
      expect(output).toMatchObject({
        ...{ type: 'OKTA_GROUP', changed: true },
        profile: { name, description: 'Sellers' },
      }),
  }),
  scenario('create_group', {
    name: 'returns the group that has the name',
    arrange: (org) => org.group('Field sales'),
    input: ({ name }) => ({ profile: { name, description: 'Others' }, ifExists: 'reuse' as const }),
    check: (output, { id }) =>
      expect(output).toMatchObject({ id, changed: false, profile: { description: 'Sellers' } }),
  }),
  scenario('create_group', {
    name: 'creates another group with the same name',
    arrange: (org) => org.group('Field sales'),
    input: ({ name }) => ({ profile: { name }, ifExists: 'create' as const }),
    check(output, { id, name }) {
      expect(output).toMatchObject({ changed: true, profile: { name } });
      expect(output.id).not.toBe(id);
    },
  }),
];
