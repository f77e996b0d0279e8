import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { groupSample, groupSchema } from '../../resources/group/schema.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { limit } from '../../schema/fields.ts';

export const listUserGroups = defineAction({
  key: 'list_user_groups',
  resource: group,
  title: "List user's groups",
  description: 'Lists all groups that a user is a member of.',
  docsUrl: docsOf('UserResources', 'listUserGroups'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user), limit }),
  output: z.array(groupSchema),
  // Okta documents no parameters here, so no page size is requested.
  request: { method: 'GET', path: '/api/v1/users/{userId}/groups', pageSize: 0 },
  sample: { input: { userId: 'ana.ruiz@acme.test' }, output: [groupSample] },
});
