import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('forgot_password', {
    name: 'starts the forgotten-password flow without mail',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login, sendEmail: false }),
    check: (output) => expect(output.resetPasswordUrl).toContain('http'),
  }),
  scenario('forgot_password', {
    name: 'mails the link',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id }),
    check: (output, { id }) => expect(output).toEqual({ userId: id }),
  }),
];
