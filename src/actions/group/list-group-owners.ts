import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ownerSchema } from '../../resources/group/owner.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';
import { limit } from '../../schema/fields.ts';

export const listGroupOwners = defineAction({
  key: 'list_group_owners',
  resource: group,
  noun: 'group owner',
  title: 'List group owners',
  description: 'Lists the users and groups that own a group.',
  docsUrl: docsOf('GroupOwner', 'listGroupOwners'),
  scopes: ['okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ groupId: ref(group), limit }),
  output: z.array(ownerSchema),
  request: { method: 'GET', path: '/api/v1/groups/{groupId}/owners', pageSize: 1000 },
  sample: {
    input: { groupId: 'Sales EU' },
    output: [
      {
        id: '00u1abcdefghijklmnop',
        type: 'USER',
        resolved: true,
        originId: null,
        originType: 'OKTA_DIRECTORY',
        displayName: 'Ana Ruiz',
        lastUpdated: '2026-01-02 03:04:05.0',
      },
    ],
  },
});
