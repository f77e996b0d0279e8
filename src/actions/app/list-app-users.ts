import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { appAssignment } from '../../resources/app-assignment/resource.ts';
import { appUserSample, appUserSchema } from '../../resources/app-assignment/schema.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field, limit } from '../../schema/fields.ts';

export const listAppUsers = defineAction({
  key: 'list_app_users',
  resource: appAssignment,
  title: "List app's users",
  description:
    'Lists the users of an app over all pages, whether assigned directly (scope USER) or by a group (scope GROUP).',
  docsUrl: docsOf('ApplicationUsers', 'listApplicationUsers'),
  scopes: ['okta.apps.read', 'okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    quickSearch: field(
      z.string().min(1).optional(),
      'Search',
      'Beginning of the user name, first name, last name or e-mail.',
      'ana',
    ),
    includeUser: field(
      z.boolean().default(false),
      'Include user',
      'Add the user, with profile and status, as _embedded.user.',
      true,
    ),
    limit,
  }),
  output: z.array(appUserSchema),
  request: {
    method: 'GET',
    path: '/api/v1/apps/{appId}/users',
    query: ({ quickSearch, includeUser }) => ({ q: quickSearch, expand: includeUser ? 'user' : undefined }),
    pageSize: 500,
  },
  sample: { input: { appId: 'Acme CRM' }, output: [appUserSample] },
});
