import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { acknowledged } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { isRefusedChange, statusChange, statusOf } from '../../resources/user/status.ts';

export const unlockUser = defineAction({
  key: 'unlock_user',
  resource: user,
  job: 'help',
  title: 'Unlock user',
  description:
    'Lets a locked-out user sign in again with the current password. An account of Active Directory or LDAP must be unlocked in that directory.',
  docsUrl: docsOf('UserLifecycle', 'unlockUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user) }),
  output: statusChange,
  calls: ['POST /api/v1/users/{userId}/lifecycle/unlock'],
  async run(context, { userId: reference }) {
    const userId = await userRef(context, reference);
    const path = '/api/v1/users/{userId}/lifecycle/unlock';
    try {
      await context.call({ method: 'POST', path, params: { userId }, answer: acknowledged });
      return { userId: reference, changed: true };
    } catch (error) {
      // With the same code Okta refuses a user who is not locked out and an account of a directory; the causes tell.
      if (!isRefusedChange(error) || error.code !== 'wrong_state') throw error;
      const status = await statusOf(context, userId);
      if (status === 'LOCKED_OUT') throw error;
      return { userId: reference, changed: error.mayHaveHappened, status };
    }
  },
  sample: {
    input: { userId: '00u1abcdefghijklmnop' },
    output: { userId: '00u1abcdefghijklmnop', changed: true },
  },
});
