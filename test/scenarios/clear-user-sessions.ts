import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('clear_user_sessions', {
    name: 'ends the sessions of a user',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login }),
    check: (output, { login }) => expect(output).toEqual({ userId: login, changed: true }),
  }),
  scenario('clear_user_sessions', {
    name: 'also revokes tokens, and keeps what is known of devices',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, oauthTokens: true, forgetDevices: false }),
    check: (output, { id }) => expect(output).toEqual({ userId: id, changed: true }),
  }),
];
