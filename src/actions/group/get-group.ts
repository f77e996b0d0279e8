import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { groupSample, groupSchema } from '../../resources/group/schema.ts';
import { ref } from '../../resources/reference.ts';

export const getGroup = defineAction({
  key: 'get_group',
  resource: group,
  title: 'Get group',
  description:
    'Reads one group by id or exact name; fails if it does not exist, and for Everyone if the admin role covers single groups only.',
  docsUrl: docsOf('Group', 'getGroup'),
  scopes: ['okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ groupId: ref(group) }),
  output: groupSchema,
  request: { method: 'GET', path: '/api/v1/groups/{groupId}' },
  sample: { input: { groupId: 'Sales EU' }, output: groupSample },
});
