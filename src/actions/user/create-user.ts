import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { assertProfile } from '../../resources/profile-schema.ts';
import { attributes, refs } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { credentialsInput, newProfileInput, userSample, userSchema } from '../../resources/user/schema.ts';
import { field } from '../../schema/fields.ts';

const MAX_GROUPS = 20;

export const createUser = defineAction({
  key: 'create_user',
  resource: user,
  job: 'join',
  title: 'Create user',
  description: 'Creates a user, with or without a password, optionally as a member of groups.',
  docsUrl: docsOf('User', 'createUser'),
  scopes: ['okta.users.manage'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    profile: attributes(user, newProfileInput, 'type.id'),
    credentials: credentialsInput,
    groupIds: refs(
      group,
      field(
        z.array(z.string().min(1)).max(MAX_GROUPS).optional(),
        'Groups',
        'Ids of up to 20 groups to join.',
        ['00g1abcdefghijklmnop'],
      ),
    ),
    type: field(
      z.strictObject({ id: z.string().min(1) }).optional(),
      'User type',
      'Id of the user type; if omitted, the default type.',
      { id: 'oty1abcdefghijklmnop' },
    ),
    realmId: field(
      z.string().min(1).optional(),
      'Realm',
      'Id of the realm that the user belongs to.',
      'guo1abcdefghijklmnop',
    ),
    activate: field(
      z.boolean().default(true),
      'Activate',
      'If false, the user stays STAGED and no e-mail is sent.',
      true,
    ),
    provider: field(
      z.boolean().optional(),
      'Federated',
      'Set to true if credentials.provider is FEDERATION or SOCIAL: the user signs in elsewhere.',
      false,
    ),
    nextLogin: field(
      z.enum(['changePassword']).optional(),
      'Next login',
      'changePassword: the password must be changed at the first sign-in.',
      'changePassword',
    ),
  }),
  output: userSchema,
  calls: ['POST /api/v1/users'],
  async run(context, { activate, provider, nextLogin, ...body }) {
    if (nextLogin && !activate)
      throw new InputError('nextLogin cannot be combined with activate=false', {
        hint: 'Remove one of the two.',
      });
    if (nextLogin && body.credentials?.password?.value === undefined) {
      throw new InputError('nextLogin needs a password in credentials.password.value');
    }
    await assertProfile(await context.attributes(user, body.type?.id ?? 'default'), body.profile, {
      complete: true,
    });
    const query = { activate, provider, nextLogin };
    const answer = needsOf(userSchema);
    return (await context.call({ method: 'POST', path: '/api/v1/users', query, body, answer })).json;
  },
  sample: {
    input: {
      profile: {
        login: 'ana.ruiz@acme.test',
        email: 'ana.ruiz@acme.test',
        firstName: 'Ana',
        lastName: 'Ruiz',
      },
      activate: false,
    },
    output: { ...userSample, status: 'STAGED' },
  },
});
