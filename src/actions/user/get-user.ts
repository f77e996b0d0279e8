import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { userId } from '../../resources/fields.ts';
import { user, userSample } from '../../resources/user.ts';

export const getUser = defineAction({
  key: 'get_user',
  resource: 'user',
  title: 'Get user',
  description: 'Reads one user by id, login or short name; fails when there is none.',
  docsUrl: docsOf('User', 'getUser'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ userId }),
  output: user,
  request: { method: 'GET', path: '/api/v1/users/{userId}' },
  sample: { input: { userId: 'ana.ruiz@acme.test' }, output: userSample },
});
