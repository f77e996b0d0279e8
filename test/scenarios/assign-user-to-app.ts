import { expect } from 'vitest';
import { assignUser, makeWebApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const apart = async (org: Org) => ({ app: await makeWebApp(org, 'Ledger'), user: await org.user('ana') });

export default [
  scenario('assign_user_to_app', {
    name: 'assigns a user with attributes of the app and a user name',
    arrange: apart,
    input: ({ app, user }) => ({
      ...{ appId: app.label, userId: user.login, profile: { nickname: 'Ani' } },
      credentials: { userName: 'ana.ruiz' },
    }),
    check: (output, { app, user }) =>
      expect(output).toMatchObject({
        ...{ appId: app.id, userId: user.id, changed: true, scope: 'USER' },
        ...{ profile: { nickname: 'Ani' }, credentials: { userName: 'ana.ruiz' } },
      }),
  }),
  scenario('assign_user_to_app', {
    name: 'changes nothing when the user is assigned already',
    async arrange(org) {
      const { app, user } = await apart(org);
      await assignUser(org, app, user);
      return { app, user };
    },
    input: ({ app, user }) => ({ appId: app.id, userId: user.id }),
    check: (output, { app, user }) =>
      expect(output).toEqual({ appId: app.id, userId: user.id, changed: false }),
  }),
];
