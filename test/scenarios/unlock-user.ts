import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('unlock_user', {
    name: 'unlocks a user who was locked out by wrong passwords',
    async arrange(org) {
      const user = await org.user('ana');
      const attempt = { userId: user.id, outcome: 'FAILURE' };
      for (let time = 0; time < 10; time += 1) await org.control('POST', '/sign-in', attempt);
      return user;
    },
    input: ({ login }) => ({ userId: login }),
    check: (output, { login }) => expect(output).toEqual({ userId: login, changed: true }),
  }),
  scenario('unlock_user', {
    name: 'unlocks a user who is not locked out without effect',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id }),
    check: (output, { id }) => expect(output).toEqual({ userId: id, changed: false, status: 'ACTIVE' }),
  }),
];
