import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { createNewUser, newUserInput } from '../../resources/user/create.ts';
import { user } from '../../resources/user/resource.ts';
import { userSample, userSchema } from '../../resources/user/schema.ts';

export const createUser = defineAction({
  key: 'create_user',
  resource: user,
  job: 'join',
  title: 'Create user',
  description: 'Creates a user, with or without a password, optionally as a member of groups.',
  docsUrl: docsOf('User', 'createUser'),
  scopes: ['okta.users.manage'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  finder: { find: 'find_user', by: { 'profile.login': 'login' }, at: 'user' },
  input: newUserInput,
  output: userSchema,
  calls: ['POST /api/v1/users', 'GET /api/v1/users', 'GET /api/v1/users/{userId}'],
  run: createNewUser,
  sample: {
    input: {
      profile: {
        login: 'ana.ruiz@acme.test',
        email: 'ana.ruiz@acme.test',
        firstName: 'Ana',
        lastName: 'Ruiz',
      },
      activate: false,
    },
    output: { ...userSample, status: 'STAGED' },
  },
});
