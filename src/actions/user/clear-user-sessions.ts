import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userChange } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

export const clearUserSessions = defineAction({
  key: 'clear_user_sessions',
  resource: user,
  job: 'incident',
  title: 'Clear user sessions',
  description:
    'Ends all Okta sessions of a user, who must then sign in again. Sessions that apps keep themselves go on: run_universal_logout also ends those of the apps that support it.',
  docsUrl: docsOf('UserSessions', 'revokeUserSessions'),
  scopes: ['okta.users.manage'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    userId: ref(user),
    oauthTokens: field(
      z.boolean().default(false),
      'Revoke tokens',
      'Also revoke the OAuth and OpenID Connect tokens issued to the user.',
      true,
    ),
    forgetDevices: field(
      z.boolean().optional(),
      'Forget devices',
      'Also forget on which devices the user need not repeat a factor. If omitted, Okta does so in Identity Engine orgs only.',
      false,
    ),
  }),
  output: userChange,
  request: {
    method: 'DELETE',
    path: '/api/v1/users/{userId}/sessions',
    query: ['oauthTokens', 'forgetDevices'],
    // Okta answers the same whether there were sessions or not.
    already: [],
  },
  sample: {
    input: { userId: '00u1abcdefghijklmnop', oauthTokens: true },
    output: { userId: '00u1abcdefghijklmnop', changed: true },
  },
});
