import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { limit, userId } from '../../resources/fields.ts';
import { group, groupSample } from '../../resources/group.ts';

export const listUserGroups = defineAction({
  key: 'list_user_groups',
  resource: 'group',
  title: "List user's groups",
  description: 'Lists the groups that a user is a member of, over all pages.',
  docsUrl: docsOf('UserResources', 'listUserGroups'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ userId, limit }),
  output: z.array(group),
  // Okta documents no parameters here, so the page size stays its own.
  request: { method: 'GET', path: '/api/v1/users/{userId}/groups', pageSize: 0 },
  sample: { input: { userId: 'ana.ruiz@acme.test' }, output: [groupSample] },
});
