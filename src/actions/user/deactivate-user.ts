import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { changeStatus, statusChange, waitForStatus } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

const WAIT_MS = 120_000;

export const deactivateUser = defineAction({
  key: 'deactivate_user',
  resource: user,
  job: 'leave',
  title: 'Deactivate user',
  description:
    'Deactivates a user. All app assignments are removed, which may delete data in those apps; activating the user again does not restore it.',
  docsUrl: docsOf('UserLifecycle', 'deactivateUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    userId: ref(user),
    sendEmail: field(
      z.boolean().default(false),
      'Send e-mail',
      'Notify the administrators by e-mail.',
      false,
    ),
    respondAsync: field(
      z.boolean().default(false),
      'Respond at once',
      'Let Okta respond before the deactivation is complete; for users with many apps.',
      true,
    ),
    waitForCompletion: field(
      z.boolean().default(false),
      'Wait',
      'Wait until the status is DEPROVISIONED (at most two minutes).',
      true,
    ),
  }),
  output: statusChange,
  calls: ['POST /api/v1/users/{userId}/lifecycle/deactivate'],
  async run(context, { userId, sendEmail, respondAsync, waitForCompletion }) {
    const headers = respondAsync ? { Prefer: 'respond-async' } : undefined;
    const done = await changeStatus(context, userId, 'deactivate', ['DEPROVISIONED'], {
      query: { sendEmail },
      headers,
    });
    if (!waitForCompletion || !done.changed) return done;
    await waitForStatus(context, userId, 'DEPROVISIONED', WAIT_MS);
    return { ...done, status: 'DEPROVISIONED' };
  },
  sample: {
    input: { userId: '00u1abcdefghijklmnop', waitForCompletion: true },
    output: { userId: '00u1abcdefghijklmnop', changed: true, status: 'DEPROVISIONED' },
  },
});
