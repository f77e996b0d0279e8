import { expect } from 'vitest';
import { assignUser, makeApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const apart = async (org: Org) => ({ app: await makeApp(org, 'Ledger'), user: await org.user('ana') });

export default [
  scenario('unassign_user_from_app', {
    name: 'takes an app from a user, by label and login',
    async arrange(org) {
      const { app, user } = await apart(org);
      await assignUser(org, app, user);
      return { app, user };
    },
    input: ({ app, user }) => ({ appId: app.label, userId: user.login, sendEmail: true }),
    check: (output, { app, user }) =>
      expect(output).toEqual({ appId: app.id, userId: user.id, changed: true }),
  }),
  scenario('unassign_user_from_app', {
    name: 'changes nothing when the user does not have the app',
    arrange: apart,
    input: ({ app, user }) => ({ appId: app.id, userId: user.id }),
    check: (output, { app, user }) =>
      expect(output).toEqual({ appId: app.id, userId: user.id, changed: false }),
  }),
];
