import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userGrant, userGrantSample } from '../../resources/user/grant.ts';
import { user } from '../../resources/user/resource.ts';
import { field, limit } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

export const listUserGrants = defineAction({
  key: 'list_user_grants',
  resource: user,
  noun: 'grant',
  job: 'incident',
  title: 'List user grants',
  description: 'Lists the consents of a user: which app may use which scope.',
  docsUrl: docsOf('UserGrant', 'listUserGrants'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    scopeId: field(
      z.string().min(1).optional(),
      'Scope',
      'Only the grants for this scope.',
      'okta.users.read',
    ),
    expand: field(
      labelled(z.enum(['scope']), { scope: 'The scope' }).optional(),
      'Expand',
      'scope: include the details of each scope in _embedded.',
      'scope',
    ),
    limit,
  }),
  output: z.array(userGrant),
  request: {
    method: 'GET',
    path: '/api/v1/users/{userId}/grants',
    query: ['scopeId', 'expand'],
    pageSize: 200,
  },
  sample: { input: { userId: 'ana.ruiz@acme.test', expand: 'scope' }, output: [userGrantSample] },
});
