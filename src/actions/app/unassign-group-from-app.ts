import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { appAssignment } from '../../resources/app-assignment/resource.ts';
import { changeOutput, GONE } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';

export const unassignGroupFromApp = defineAction({
  key: 'unassign_group_from_app',
  resource: appAssignment,
  title: 'Unassign group from app',
  description:
    'Removes the assignment of a group to an app. All members who have the app through this group alone lose it a little later.',
  docsUrl: docsOf('ApplicationGroups', 'unassignApplicationFromGroup'),
  scopes: ['okta.apps.manage', 'okta.apps.read', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ appId: ref(app), groupId: ref(group) }),
  output: changeOutput({ appId: app, groupId: group }),
  request: { method: 'DELETE', path: '/api/v1/apps/{appId}/groups/{groupId}', already: [GONE] },
  sample: {
    input: { appId: 'Acme CRM', groupId: 'Sales EU' },
    output: { appId: '0oa1abcdefghijklmnop', groupId: '00g1abcdefghijklmnop', changed: true },
  },
});
