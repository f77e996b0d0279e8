import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function provisioned(org: Org) {
  const user = await org.user('bo', { active: false });
  await org.api('POST', `/api/v1/users/${user.id}/lifecycle/activate?sendEmail=false`);
  return user;
}

export default [
  scenario('reactivate_user', {
    name: 'makes a new link and returns it',
    arrange: provisioned,
    input: ({ login }) => ({ userId: login }),
    check: (output) =>
      expect(output).toMatchObject({
        ...{ changed: true, activationToken: expect.any(String) },
        activationUrl: expect.stringContaining('http'),
      }),
  }),
  scenario('reactivate_user', {
    name: 'e-mails a new link',
    arrange: provisioned,
    input: ({ id }) => ({ userId: id, sendEmail: true }),
    check: (output, { id }) => expect(output).toEqual({ userId: id, changed: true }),
  }),
  scenario('reactivate_user', {
    name: 'leaves an active user as is',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'ACTIVE' }),
  }),
];
