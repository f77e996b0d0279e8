import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('delete_user', {
    name: 'deactivates and deletes in one go',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login, mode: 'deactivate_and_delete', sendEmail: true }),
    check: (output, { id }) =>
      expect(output).toMatchObject({
        ...{ userId: id, changed: true, deactivated: true, deleted: true },
        steps: ['deactivated', 'deleted'],
      }),
  }),
  scenario('delete_user', {
    name: 'deletes a deactivated user',
    async arrange(org) {
      const user = await org.user('ana');
      await org.api('POST', `/api/v1/users/${user.id}/lifecycle/deactivate`);
      return user;
    },
    input: ({ id }) => ({ userId: id, mode: 'deactivate_and_delete' }),
    check: (output) => expect(output).toMatchObject({ changed: true, deleted: true, steps: ['deleted'] }),
  }),
  scenario('delete_user', {
    name: 'only deactivates when not told to delete',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id }),
    check: (output) =>
      expect(output).toMatchObject({ deactivated: true, deleted: false, steps: ['deactivated'] }),
  }),
];
