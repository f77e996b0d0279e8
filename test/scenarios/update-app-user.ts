import { expect } from 'vitest';
import { assignUser, makeWebApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function assigned(org: Org) {
  const app = await makeWebApp(org, 'Ledger');
  const user = await org.user('ana');
  await assignUser(org, app, user);
  return { app, user };
}

export default [
  scenario('update_app_user', {
    name: 'changes an attribute in the app and keeps the user name',
    arrange: assigned,
    input: ({ app, user }) => ({ appId: app.label, userId: user.login, profile: { nickname: 'Ani' } }),
    check: (output, { user }) =>
      expect(output).toMatchObject({
        ...{ id: user.id, profile: { nickname: 'Ani' }, credentials: { userName: user.login } },
      }),
  }),
  scenario('update_app_user', {
    name: 'changes the user name in the app',
    arrange: assigned,
    input: ({ app, user }) => ({ appId: app.id, userId: user.id, credentials: { userName: 'ana.ruiz' } }),
    check: (output) => expect(output.credentials).toEqual({ userName: 'ana.ruiz' }),
  }),
];
