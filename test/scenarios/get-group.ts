import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('get_group', {
    name: 'reads a group by its name',
    arrange: (org) => org.group('Field sales'),
    input: ({ name }) => ({ groupId: name }),
    check: (output, { id, name }) =>
      expect(output).toMatchObject({ id, type: 'OKTA_GROUP', profile: { name, description: 'Sellers' } }),
  }),
];
