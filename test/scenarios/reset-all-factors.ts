import { expect } from 'vitest';
import { enrolled, QUESTION, SMS } from '../support/factors.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('reset_all_factors', {
    name: 'removes all factors of a user',
    async arrange(org) {
      const user = await org.user('ana');
      for (const factor of [QUESTION, SMS]) await enrolled(org, user, factor);
      return user;
    },
    input: ({ login }) => ({ userId: login }),
    check: (output, { login }) => expect(output).toEqual({ userId: login, changed: true }),
  }),
];
