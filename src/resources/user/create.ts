import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { group } from '../group/resource.ts';
import { assertProfile } from '../profile-schema.ts';
import { attributes, refs } from '../reference.ts';
import { user } from './resource.ts';
import { credentialsInput, newProfileInput } from './schema.ts';
import { refuses, type UserObject, userByLogin, writeUser } from './write.ts';

const MAX_GROUPS = 20;

/** What a new user can be given. */
export const newUserInput = z.strictObject({
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
    labelled(z.enum(['changePassword']), { changePassword: 'Change the password' }).optional(),
    'Next login',
    'changePassword: the password must be changed at the first sign-in.',
    'changePassword',
  ),
});

/**
 * Creates a user.
 * @throws OktaError `already_exists` with the id of the user who has the login.
 */
export async function createNewUser(
  context: ActionContext,
  { activate, provider, nextLogin, ...body }: z.output<typeof newUserInput>,
): Promise<UserObject> {
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
  try {
    return await writeUser(context, { method: 'POST', path: '/api/v1/users', query, body });
  } catch (error) {
    if (!refuses(error, /^login\b.*already exists/i)) throw error;
    // A connection that may not read users still gets Okta's own words.
    const holder = await userByLogin(context, body.profile.login).catch(() => undefined);
    throw holder ? error.with({ message: `${error.message}; the user ${holder.id} has this login` }) : error;
  }
}
