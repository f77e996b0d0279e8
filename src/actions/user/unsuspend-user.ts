import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { changeStatus, statusChange } from '../../resources/user/status.ts';

export const unsuspendUser = defineAction({
  key: 'unsuspend_user',
  resource: user,
  job: 'help',
  title: 'Unsuspend user',
  description: 'Lets a suspended user sign in again.',
  docsUrl: docsOf('UserLifecycle', 'unsuspendUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user) }),
  output: statusChange,
  calls: ['POST /api/v1/users/{userId}/lifecycle/unsuspend'],
  run: (context, { userId }) => changeStatus(context, userId, 'unsuspend', ['ACTIVE']),
  sample: {
    input: { userId: '00u1abcdefghijklmnop' },
    output: { userId: '00u1abcdefghijklmnop', changed: true },
  },
});
