import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

const password = 'Other-94y!Quartz';

export default [
  scenario('set_user_password', {
    name: 'sets a password that the history allows',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login, password, strict: true }),
    check: (output, { login }) => expect(output).toEqual({ userId: login, changed: true, status: 'ACTIVE' }),
  }),
  scenario('set_user_password', {
    name: 'sets a temporary password',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, password, temporary: true }),
    check: (output, { id }) =>
      expect(output).toEqual({ userId: id, changed: true, status: 'PASSWORD_EXPIRED' }),
  }),
  scenario('set_user_password', {
    name: 'sets the password of a user who stays staged',
    arrange: (org) => org.user('bo', { active: false }),
    input: ({ id }) => ({ userId: id, password }),
    check: (output, { id }) => expect(output).toEqual({ userId: id, changed: true, status: 'STAGED' }),
  }),
];
