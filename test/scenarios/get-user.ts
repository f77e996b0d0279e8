import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('get_user', {
    name: 'reads a user by login',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login }),
    check: (output, { id, login }) => expect(output).toMatchObject({ id, profile: { login } }),
  }),
];
