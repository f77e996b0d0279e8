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
  title: 'Create user',
  description: 'Creates a user, with or without a password, and adds the user to groups.',
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
      'Id of the user type; the default type when left out.',
      { id: 'oty1abcdefghijklmnop' },
    ),
    realmId: field(
      z.string().min(1).optional(),
      'Realm',
      'Id of the realm the user lives in.',
      'guo1abcdefghijklmnop',
    ),
    activate: field(
      z.boolean().default(true),
      'Activate',
      'False leaves the user STAGED and sends no mail.',
      true,
    ),
    provider: field(
      z.boolean().optional(),
      'Federated',
      'True with credentials.provider FEDERATION or SOCIAL: the user signs in elsewhere.',
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
      throw new InputError('nextLogin cannot go with activate=false', { hint: 'Drop one of the two.' });
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
