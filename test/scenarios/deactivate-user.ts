import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('deactivate_user', {
    name: 'deactivates',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login }),
    check: (output, { login }) => expect(output).toMatchObject({ userId: login, changed: true }),
  }),
  scenario('deactivate_user', {
    name: 'is answered at once and waits until the work is done',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, respondAsync: true, waitForCompletion: true, sendEmail: true }),
    check: (output) => expect(output).toMatchObject({ changed: true, status: 'DEPROVISIONED' }),
  }),
  scenario('deactivate_user', {
    name: 'deactivates again without effect',
    async arrange(org) {
      const user = await org.user('ana');
      await org.api('POST', `/api/v1/users/${user.id}/lifecycle/deactivate`);
      return user;
    },
    input: ({ id }) => ({ userId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'DEPROVISIONED' }),
  }),
];
