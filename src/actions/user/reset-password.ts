import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { acknowledged } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field, secret } from '../../schema/fields.ts';

const withLink = z.object({ resetPasswordUrl: z.string() });

export const resetPassword = defineAction({
  key: 'reset_password',
  resource: user,
  job: 'help',
  title: 'Reset password',
  description:
    'Invalidates the password until the user sets a new one. E-mails the link, or returns it if sendEmail is false.',
  docsUrl: docsOf('UserCred', 'resetPassword'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    sendEmail: field(
      z.boolean().default(true),
      'Send e-mail',
      'E-mail the link; if false, return it instead.',
      false,
    ),
    revokeSessions: field(z.boolean().optional(), 'Revoke sessions', 'End all sessions of the user.', true),
  }),
  output: z.looseObject({
    userId: field(z.string(), 'User', 'The user as given in the input.', '00u1abcdefghijklmnop'),
    resetPasswordUrl: secret(
      field(z.string().optional(), 'Reset link', 'One-time link, if no e-mail was sent.'),
    ),
  }),
  request: {
    method: 'POST',
    path: '/api/v1/users/{userId}/lifecycle/reset_password',
    query: ['sendEmail', 'revokeSessions'],
    answer: ({ sendEmail }) => (sendEmail ? acknowledged : withLink),
  },
  result: (body, { userId }) => ({ ...(body as object | undefined), userId }),
  sample: {
    input: { userId: '00u1abcdefghijklmnop', sendEmail: true },
    output: { userId: '00u1abcdefghijklmnop' },
  },
});
