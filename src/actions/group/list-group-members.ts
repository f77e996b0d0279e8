import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';
import { userSample, userSchema } from '../../resources/user/schema.ts';
import { limit } from '../../schema/fields.ts';

export const listGroupMembers = defineAction({
  key: 'list_group_members',
  resource: group,
  noun: 'group member',
  title: 'List group members',
  description:
    'Lists the users in a group, over all pages. A user added moments ago may be missing for up to 3 seconds.',
  docsUrl: docsOf('Group', 'listGroupUsers'),
  scopes: ['okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ groupId: ref(group), limit }),
  output: z.array(userSchema),
  request: { method: 'GET', path: '/api/v1/groups/{groupId}/users', pageSize: 200 },
  sample: { input: { groupId: 'Sales EU', limit: 10 }, output: [userSample] },
});
