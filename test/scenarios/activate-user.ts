import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('activate_user', {
    name: 'activates without mail and gets the link',
    arrange: (org) => org.user('bo', { active: false }),
    input: ({ id }) => ({ userId: id, sendEmail: false }),
    check: (output) =>
      expect(output).toMatchObject({ changed: true, activationUrl: expect.stringContaining('http') }),
  }),
  scenario('activate_user', {
    name: 'makes a new link for a user who has not used the last one',
    async arrange(org) {
      const user = await org.user('bo', { active: false });
      await org.api('POST', `/api/v1/users/${user.id}/lifecycle/activate?sendEmail=false`);
      return user;
    },
    input: ({ login }) => ({ userId: login, reactivate: true, sendEmail: false }),
    check: (output) => expect(output).toMatchObject({ changed: true, activationToken: expect.any(String) }),
  }),
  scenario('activate_user', {
    name: 'activates an active user without effect',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'ACTIVE' }),
  }),
];
