import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';
import { assignCalls, assignInput, assignRole } from '../../resources/role/assign.ts';
import { roleAssignment, roleAssignmentSample } from '../../resources/role/assignment.ts';
import { role } from '../../resources/role/resource.ts';

const path = '/api/v1/groups/{groupId}';

export const assignRoleToGroup = defineAction({
  key: 'assign_role_to_group',
  resource: role,
  title: 'Assign admin role to group',
  description:
    'Makes all members of a group admins, optionally of some groups or apps only. Okta refuses it for built-in groups, for groups that rules fill, and for more than 5,000 members. The limits are set after the assignment, one by one: for a moment the role applies to everything.',
  docsUrl: docsOf('RoleAssignmentBGroup', 'assignRoleToGroup'),
  scopes: ['okta.roles.manage', 'okta.groups.read', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ groupId: ref(group), ...assignInput }),
  output: roleAssignment.extend(changeOutput({ groupId: group }).shape),
  calls: assignCalls(path),
  async run(context, { groupId, ...input }) {
    const params = { groupId: await groupIdOf(context, groupId) };
    return assignRole(context, { path, params, assignmentType: 'GROUP' }, input);
  },
  sample: {
    input: { groupId: 'Sales EU', type: 'HELP_DESK_ADMIN' },
    output: {
      ...{ ...roleAssignmentSample, assignmentType: 'GROUP' },
      ...{ groupId: '00g1abcdefghijklmnop', changed: true },
    },
  },
});
