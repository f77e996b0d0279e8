import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('list_authenticators', {
    name: 'lists the authenticators of the org',
    arrange: async () => {},
    input: () => ({}),
    check: (output) =>
      expect(output.map(({ key }) => key)).toEqual(expect.arrayContaining(['okta_password', 'okta_verify'])),
  }),
  scenario('list_authenticators', {
    name: 'lists the first authenticator',
    arrange: async () => {},
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
