import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { identified } from '../../resources/answers.ts';
import { change, changeOutput, GONE, unlessGone } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { factorRef } from '../../resources/factor/reference.ts';
import { factor } from '../../resources/factor/resource.ts';
import { ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/users/{userId}/factors/{factorId}';

/** The factor is no longer active. */
const NOT_ACTIVE = 'E0000154';

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
  calls: [`GET ${path}`, `DELETE ${path}`],
  async run(context, { removeRecoveryEnrollment, ...references }) {
    const userId = await userRef(context, references.userId);
    const params = { userId, factorId: await factorRef(context, references.factorId, { userId }) };
    const there = await context.call({ method: 'GET', path, params, answer: identified }).catch(unlessGone);
    if (!there) return { ...params, changed: false };
    const call = { method: 'DELETE', path, params, query: { removeRecoveryEnrollment } } as const;
    return change(context, call, [GONE, NOT_ACTIVE]);
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', factorId: 'push' },
    output: { userId: 'ana.ruiz@acme.test', factorId: 'opf1abcdefghijklmnop', changed: true },
  },
});
