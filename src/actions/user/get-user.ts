import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userSample, userSchema } from '../../resources/user/schema.ts';

export const getUser = defineAction({
  key: 'get_user',
  resource: user,
  title: 'Get user',
  description: 'Reads one user by id, login or short name; fails if the user does not exist.',
  docsUrl: docsOf('User', 'getUser'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user) }),
  output: userSchema,
  request: { method: 'GET', path: '/api/v1/users/{userId}' },
  sample: { input: { userId: 'ana.ruiz@acme.test' }, output: userSample },
});
