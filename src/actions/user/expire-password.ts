import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { acknowledged } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field, secret } from '../../schema/fields.ts';

const path = '/api/v1/users/{userId}';
const withTempPassword = z.object({ tempPassword: z.string() });

export const expirePassword = defineAction({
  key: 'expire_password',
  resource: user,
  job: 'help',
  title: 'Expire password',
  description:
    'Requires the user to set a new password at the next sign-in; optionally sets a temporary password and returns it.',
  docsUrl: docsOf('UserCred', 'expirePassword'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  // A retry would replace a temporary password that may already have been handed over.
  effectWhen: [{ when: { tempPassword: { is: [false] } }, effect: { idempotent: true } }],
  input: z.strictObject({
    userId: ref(user),
    tempPassword: field(
      z.boolean().default(false),
      'Temporary password',
      'Set a temporary password and return it.',
      true,
    ),
    revokeSessions: field(
      z.boolean().default(false),
      'Revoke sessions',
      'End all sessions of the user.',
      true,
    ),
    oauthTokens: field(
      z.boolean().default(false),
      'Revoke tokens',
      'Also revoke OAuth tokens; only with revokeSessions and without a temporary password.',
      true,
    ),
  }),
  output: z.looseObject({
    userId: field(z.string(), 'User', 'The user as given in the input.', '00u1abcdefghijklmnop'),
    status: field(
      z.string().optional(),
      'Status',
      'PASSWORD_EXPIRED, if Okta returned the user.',
      'PASSWORD_EXPIRED',
    ),
    tempPassword: secret(
      field(z.string().optional(), 'Temporary password', 'Hand it over through a secure channel.'),
    ),
    sessionsRevoked: field(z.boolean(), 'Sessions revoked', 'Whether the sessions were ended.', false),
  }),
  calls: [
    'POST /api/v1/users/{userId}/lifecycle/expire_password',
    'POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password',
    'DELETE /api/v1/users/{userId}/sessions',
  ],
  async run(context, { userId: reference, tempPassword, revokeSessions, oauthTokens }) {
    const params = { userId: await userRef(context, reference) };
    const call = <T>(operation: string, answer: z.ZodType<T>, query = {}) =>
      context.call({ method: 'POST', path: path + operation, params, query, answer });
    const { json } = await context.step('password expired', async () =>
      tempPassword
        ? call('/lifecycle/expire_password_with_temp_password', withTempPassword, { revokeSessions })
        : call('/lifecycle/expire_password', acknowledged),
    );
    if (revokeSessions && !tempPassword) {
      await context.step('sessions revoked', () =>
        context.call({
          ...{ method: 'DELETE', path: `${path}/sessions`, params, query: { oauthTokens } },
          answer: acknowledged,
        }),
      );
    }
    return { ...json, userId: reference, sessionsRevoked: revokeSessions };
  },
  sample: {
    input: { userId: '00u1abcdefghijklmnop' },
    output: { userId: '00u1abcdefghijklmnop', status: 'PASSWORD_EXPIRED', sessionsRevoked: false },
  },
});
