import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('expire_password', {
    name: 'expires a password and ends sessions and tokens',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login, revokeSessions: true, oauthTokens: true }),
    check: (output) => expect(output).toMatchObject({ status: 'PASSWORD_EXPIRED', sessionsRevoked: true }),
  }),
  scenario('expire_password', {
    name: 'expires a password with a temporary one',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, tempPassword: true }),
    check: (output) =>
      expect(output).toMatchObject({ tempPassword: expect.any(String), sessionsRevoked: false }),
  }),
];
