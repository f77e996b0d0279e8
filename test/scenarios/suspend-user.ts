import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('suspend_user', {
    name: 'suspends',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login }),
    check: (output, { login }) => expect(output).toMatchObject({ userId: login, changed: true }),
  }),
  scenario('suspend_user', {
    name: 'suspends again without effect',
    async arrange(org) {
      const user = await org.user('ana');
      await org.api('POST', `/api/v1/users/${user.id}/lifecycle/suspend`);
      return user;
    },
    input: ({ id }) => ({ userId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'SUSPENDED' }),
  }),
];
