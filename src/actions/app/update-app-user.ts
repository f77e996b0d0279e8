import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import {
  appCredentialsInput,
  appProfileInput,
  assertAppProfile,
} from '../../resources/app-assignment/input.ts';
import { appAssignment } from '../../resources/app-assignment/resource.ts';
import { appUserSample, appUserSchema } from '../../resources/app-assignment/schema.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';

export const updateAppUser = defineAction({
  key: 'update_app_user',
  resource: appAssignment,
  title: 'Update app user',
  description:
    "Changes a user's attributes, user name or password in an app, and keeps all others. Okta refuses attributes that are mapped and pushed to the app: change those at their source.",
  docsUrl: docsOf('ApplicationUsers', 'updateApplicationUser'),
  scopes: ['okta.apps.manage', 'okta.apps.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    userId: ref(user),
    profile: appProfileInput,
    credentials: appCredentialsInput,
  }),
  output: appUserSchema,
  calls: ['POST /api/v1/apps/{appId}/users/{userId}'],
  async run(context, { profile, credentials, ...references }) {
    if (!profile && !credentials)
      throw new InputError('There is nothing to update', { hint: 'Give profile or credentials.' });
    const appId = await appIdOf(context, references.appId);
    await assertAppProfile(context, appId, profile);
    const params = { appId, userId: await userIdOf(context, references.userId) };
    const path = '/api/v1/apps/{appId}/users/{userId}';
    const answer = needsOf(appUserSchema);
    return (await context.call({ method: 'POST', path, params, body: { profile, credentials }, answer }))
      .json;
  },
  sample: {
    input: { appId: 'Acme CRM', userId: 'ana.ruiz@acme.test', credentials: { userName: 'ana.ruiz' } },
    output: appUserSample,
  },
});
