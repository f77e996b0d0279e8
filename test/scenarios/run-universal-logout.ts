import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('run_universal_logout', {
    name: 'signs a user out everywhere, by login',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login }),
    check: (output, { login }) => expect(output).toEqual({ userId: login, changed: true }),
  }),
  scenario('run_universal_logout', {
    name: 'signs out the user whom an identity provider names',
    async arrange(org) {
      // No identity provider of a real org is known here.
      await org.control('GET', '/settings');
      return org.user('ana');
    },
    input: ({ login }) => ({ iss: 'https://idp.acme.test', sub: login }),
    check: (output) => expect(output).toEqual({ changed: true }),
  }),
];
