import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userChange } from '../../resources/user/status.ts';

export const unlockUser = defineAction({
  key: 'unlock_user',
  resource: user,
  job: 'help',
  title: 'Unlock user',
  description:
    'Lets a locked-out user sign in again with the current password. An account of Active Directory or LDAP must be unlocked in that directory.',
  docsUrl: docsOf('UserLifecycle', 'unlockUser'),
  scopes: ['okta.users.manage'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user) }),
  output: userChange,
  request: {
    method: 'POST',
    path: '/api/v1/users/{userId}/lifecycle/unlock',
    // The same code also refuses accounts that a directory owns.
    already: [{ code: 'E0000032', cause: /not locked/i }],
  },
  sample: {
    input: { userId: '00u1abcdefghijklmnop' },
    output: { userId: '00u1abcdefghijklmnop', changed: true },
  },
});
