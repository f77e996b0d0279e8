import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('unsuspend_user', {
    name: 'unsuspends',
    async arrange(org) {
      const user = await org.user('ana');
      await org.api('POST', `/api/v1/users/${user.id}/lifecycle/suspend`);
      return user;
    },
    input: ({ login }) => ({ userId: login }),
    check: (output, { login }) => expect(output).toMatchObject({ userId: login, changed: true }),
  }),
  scenario('unsuspend_user', {
    name: 'leaves an active user without effect',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'ACTIVE' }),
  }),
];
