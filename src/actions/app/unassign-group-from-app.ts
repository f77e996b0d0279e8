import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { appAssignment } from '../../resources/app-assignment/resource.ts';
import { changeOutput, deleteObject } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';

const path = '/api/v1/apps/{appId}/groups/{groupId}';

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
  calls: [`GET ${path}`, `DELETE ${path}`],
  async run(context, references) {
    const params = {
      appId: await appIdOf(context, references.appId),
      groupId: await groupIdOf(context, references.groupId),
    };
    return deleteObject(context, { path, params });
  },
  sample: {
    input: { appId: 'Acme CRM', groupId: 'Sales EU' },
    output: { appId: '0oa1abcdefghijklmnop', groupId: '00g1abcdefghijklmnop', changed: true },
  },
});
