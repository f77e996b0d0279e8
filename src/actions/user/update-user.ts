import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { docsOf } from '../../resources/docs.ts';
import { assertProfile } from '../../resources/profile-schema.ts';
import { attributes, ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { credentialsInput, profileInput, userSample, userSchema } from '../../resources/user/schema.ts';
import { writeUser } from '../../resources/user/write.ts';
import { field } from '../../schema/fields.ts';

export const updateUser = defineAction({
  key: 'update_user',
  resource: user,
  title: 'Update user',
  description:
    'Changes the given attributes and keeps all others; with replace, attributes that are not given are cleared.',
  docsUrl: docsOf('User', 'updateUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: true },
  effectWhen: [
    // In all other cases a retry would meet the new ETag, or count against the password history.
    { when: { ifMatch: { absent: true }, credentials: { absent: true } }, effect: { idempotent: true } },
    { when: { replace: { is: [false] } }, effect: { destructive: false } },
  ],
  input: z.strictObject({
    userId: ref(user),
    profile: attributes(user, profileInput.optional(), 'type.id'),
    credentials: credentialsInput,
    replace: field(
      z.boolean().default(false),
      'Replace',
      'Replace the whole profile: attributes that are not given are cleared.',
      false,
    ),
    type: field(
      z.strictObject({ id: z.string().min(1) }).optional(),
      'User type',
      'New user type; only in combination with replace.',
      { id: 'oty1abcdefghijklmnop' },
    ),
    realmId: field(
      z.string().min(1).optional(),
      'Realm',
      'Id of the realm to move the user to.',
      'guo1abcdefghijklmnop',
    ),
    strict: field(z.boolean().optional(), 'Strict', 'Also check password age and history.', true),
    ifMatch: field(
      z.string().min(1).optional(),
      'If-Match',
      'ETag that the user must still have; otherwise nothing is changed. It covers the profile and the user type only: a new status, password or group goes unnoticed.',
      'W/"1234"',
    ),
  }),
  output: userSchema,
  calls: ['POST /api/v1/users/{userId}', 'PUT /api/v1/users/{userId}'],
  async run(context, { userId: reference, replace, strict, ifMatch, ...body }) {
    if (Object.values(body).every((value) => value === undefined)) {
      throw new InputError('There is nothing to update', {
        hint: 'Give profile, credentials, type or realmId.',
      });
    }
    if (body.type && !replace)
      throw new InputError('type can only be changed in combination with replace: true');
    if (body.profile)
      await assertProfile(await context.attributes(user, body.type?.id), body.profile, { complete: replace });
    return writeUser(context, {
      method: replace ? 'PUT' : 'POST',
      path: '/api/v1/users/{userId}',
      params: { userId: await userRef(context, reference) },
      query: { strict },
      headers: ifMatch ? { 'If-Match': ifMatch } : undefined,
      body,
    });
  },
  sample: {
    input: { userId: '00u1abcdefghijklmnop', profile: { department: 'Sales', costCenter: null } },
    output: userSample,
  },
});
