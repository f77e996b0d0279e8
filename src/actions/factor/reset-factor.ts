import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput, GONE } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { factor } from '../../resources/factor/resource.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';

export const resetFactor = defineAction({
  key: 'reset_factor',
  resource: factor,
  title: 'Reset factor',
  description:
    'Removes a factor from a user, who can then enroll it anew. Removing the push factor or FastPass removes the other factors of Okta Verify, too.',
  docsUrl: docsOf('UserFactor', 'unenrollFactor'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    userId: ref(user),
    factorId: ref(factor),
    removeRecoveryEnrollment: field(
      z.boolean().optional(),
      'Remove recovery',
      'Remove the phone number as a way of recovery, too; for sms and call.',
      true,
    ),
  }),
  output: changeOutput({ userId: user, factorId: factor }),
  request: {
    method: 'DELETE',
    path: '/api/v1/users/{userId}/factors/{factorId}',
    query: ['removeRecoveryEnrollment'],
    // E0000154: the factor is no longer active.
    already: [GONE, 'E0000154'],
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', factorId: 'push' },
    output: { userId: 'ana.ruiz@acme.test', factorId: 'opf1abcdefghijklmnop', changed: true },
  },
});
