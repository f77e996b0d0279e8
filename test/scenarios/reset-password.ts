import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('reset_password', {
    name: 'resets a password without mail',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login, sendEmail: false, revokeSessions: true }),
    check: (output) => expect(output.resetPasswordUrl).toContain('http'),
  }),
  scenario('reset_password', {
    name: 'resets a password by mail',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id }),
    check: (output, { id }) => expect(output).toEqual({ userId: id }),
  }),
];
