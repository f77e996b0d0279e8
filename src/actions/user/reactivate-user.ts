import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { activationChange, changeStatus } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

export const reactivateUser = defineAction({
  key: 'reactivate_user',
  resource: user,
  job: 'help',
  title: 'Reactivate user',
  description:
    'Makes a new activation link for a user who is PROVISIONED or RECOVERY and has not used the last one, which becomes invalid. Returns the link, or e-mails it if sendEmail is true.',
  docsUrl: docsOf('UserLifecycle', 'reactivateUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    sendEmail: field(
      z.boolean().default(false),
      'Send e-mail',
      'E-mail the activation link instead of returning it.',
      true,
    ),
  }),
  output: activationChange,
  calls: ['POST /api/v1/users/{userId}/lifecycle/reactivate'],
  run: (context, { userId, sendEmail }) =>
    changeStatus(context, userId, 'reactivate', ['ACTIVE'], { query: { sendEmail } }),
  sample: {
    input: { userId: '00u1abcdefghijklmnop', sendEmail: true },
    output: { userId: '00u1abcdefghijklmnop', changed: true },
  },
});
