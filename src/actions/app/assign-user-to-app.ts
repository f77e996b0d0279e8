import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import {
  appCredentialsInput,
  appProfileInput,
  assertAppProfile,
} from '../../resources/app-assignment/input.ts';
import { ALREADY_ASSIGNED, assignmentIfAny } from '../../resources/app-assignment/read.ts';
import { appAssignment } from '../../resources/app-assignment/resource.ts';
import { appUserSample, appUserSchema } from '../../resources/app-assignment/schema.ts';
import { change, changeOutput } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';

export const assignUserToApp = defineAction({
  key: 'assign_user_to_app',
  resource: appAssignment,
  title: 'Assign user to app',
  description:
    'Assigns a user to an app, with attributes of the app. Nothing changes if the user is already assigned directly: use update_app_user then. Inactive users cannot be assigned, and apps that sign in without a password take none.',
  docsUrl: docsOf('ApplicationUsers', 'assignUserToApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    userId: ref(user),
    profile: appProfileInput,
    credentials: appCredentialsInput,
  }),
  output: changeOutput({ appId: app, userId: user }),
  calls: ['GET /api/v1/apps/{appId}/users/{userId}', 'POST /api/v1/apps/{appId}/users'],
  async run(context, { profile, credentials, ...references }) {
    const appId = await appIdOf(context, references.appId);
    await assertAppProfile(context, appId, profile);
    const userId = await userIdOf(context, references.userId);
    const path = '/api/v1/apps/{appId}/users';
    const one = { path: `${path}/{userId}`, params: { appId, userId }, answer: appUserSchema } as const;
    // Read first, so that a dry run can tell.
    if ((await assignmentIfAny(context, one))?.scope === 'USER') return { appId, userId, changed: false };
    const body = { id: userId, scope: 'USER', profile, credentials };
    const done = await change(context, { method: 'POST', path, params: { appId }, body }, [ALREADY_ASSIGNED]);
    return { ...done, appId, userId };
  },
  sample: {
    input: { appId: 'Acme CRM', userId: 'ana.ruiz@acme.test', credentials: { userName: 'ana.ruiz' } },
    output: {
      ...appUserSample,
      ...{ appId: '0oa1abcdefghijklmnop', userId: '00u1abcdefghijklmnop', changed: true },
    },
  },
});
