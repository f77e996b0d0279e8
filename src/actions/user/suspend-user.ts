import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { changeStatus, statusChange } from '../../resources/user/status.ts';

export const suspendUser = defineAction({
  key: 'suspend_user',
  resource: user,
  job: 'incident',
  title: 'Suspend user',
  description: 'Blocks an active user from signing in; group memberships and app assignments are kept.',
  docsUrl: docsOf('UserLifecycle', 'suspendUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user) }),
  output: statusChange,
  calls: ['POST /api/v1/users/{userId}/lifecycle/suspend'],
  run: (context, { userId }) => changeStatus(context, userId, 'suspend', ['SUSPENDED']),
  sample: {
    input: { userId: '00u1abcdefghijklmnop' },
    output: { userId: '00u1abcdefghijklmnop', changed: true },
  },
});
