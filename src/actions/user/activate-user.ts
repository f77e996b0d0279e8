import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { activationChange, changeStatus } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

export const activateUser = defineAction({
  key: 'activate_user',
  resource: user,
  job: 'join',
  title: 'Activate user',
  description:
    'Activates a staged or deactivated user; e-mails the activation link, or returns it if sendEmail is false.',
  docsUrl: docsOf('UserLifecycle', 'activateUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  // In all other cases a retry would invalidate the first link, or send a second mail.
  effectWhen: [
    { when: { sendEmail: { is: [true] }, reactivate: { is: [false] } }, effect: { idempotent: true } },
  ],
  input: z.strictObject({
    userId: ref(user),
    sendEmail: field(
      z.boolean().default(true),
      'Send e-mail',
      'E-mail the activation link; if false, return it instead.',
      false,
    ),
    reactivate: field(
      z.boolean().default(false),
      'New link',
      'Create a new link for a user who has not used the last one.',
      false,
    ),
  }),
  output: activationChange,
  calls: [
    'POST /api/v1/users/{userId}/lifecycle/activate',
    'POST /api/v1/users/{userId}/lifecycle/reactivate',
  ],
  run: (context, { userId, sendEmail, reactivate }) =>
    changeStatus(
      context,
      userId,
      reactivate ? 'reactivate' : 'activate',
      reactivate ? ['ACTIVE'] : ['ACTIVE', 'PROVISIONED'],
      {
        query: { sendEmail },
      },
    ),
  sample: {
    input: { userId: '00u1abcdefghijklmnop', sendEmail: true },
    output: { userId: '00u1abcdefghijklmnop', changed: true },
  },
});
