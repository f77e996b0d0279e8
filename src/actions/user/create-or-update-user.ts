import { z } from 'zod';
import { type ActionContext, defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { docsOf } from '../../resources/docs.ts';
import { createNewUser, newUserInput } from '../../resources/user/create.ts';
import { user } from '../../resources/user/resource.ts';
import { differing, revise } from '../../resources/user/revise.ts';
import { userSample, userSchema } from '../../resources/user/schema.ts';
import { type UserObject, userByLogin } from '../../resources/user/write.ts';
import { changed, field, present } from '../../schema/fields.ts';

export const createOrUpdateUser = defineAction({
  key: 'create_or_update_user',
  resource: user,
  title: 'Create or update user',
  description:
    'Makes sure that a user with this login exists and has the given attributes; attributes that are not given are kept. Everything but the profile counts for a new user only: an existing one keeps password, groups, type and status.',
  docsUrl: docsOf('User', 'createUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: newUserInput,
  output: z.looseObject({
    user: present(field(userSchema, 'User', 'The user, as it is now.', userSample)),
    created: field(z.boolean(), 'Created', 'Whether the user is new.', false),
    changed,
  }),
  calls: [
    'GET /api/v1/users',
    'GET /api/v1/users/{userId}',
    'POST /api/v1/users',
    'POST /api/v1/users/{userId}',
  ],
  async run(context, input) {
    const { login } = input.profile;
    const known = await userByLogin(context, login);
    if (known) return update(context, known, input.profile);
    try {
      return { user: await createNewUser(context, input), created: true, changed: true };
    } catch (error) {
      if (!isOktaError(error) || error.code !== 'already_exists') throw error;
      // Created in between: by someone else, or by an attempt of this run whose answer was lost.
      const other = await userByLogin(context, login);
      if (!other) throw error;
      const done = await update(context, other, input.profile);
      return error.mayHaveHappened ? { ...done, created: true, changed: true } : done;
    }
  },
  sample: {
    input: {
      profile: {
        ...{ login: 'ana.ruiz@acme.test', email: 'ana.ruiz@acme.test' },
        ...{ firstName: 'Ana', lastName: 'Ruiz', department: 'Sales' },
      },
    },
    output: { user: userSample, created: false, changed: true },
  },
});

/** Sends the attributes that differ. */
async function update(context: ActionContext, known: UserObject, wanted: Record<string, unknown>) {
  const profile = differing(known, wanted);
  if (!profile) return { user: known, created: false, changed: false };
  return { user: await revise(context, known, profile), created: false, changed: true };
}
