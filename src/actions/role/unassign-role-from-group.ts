import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';
import { role } from '../../resources/role/resource.ts';
import { roleAssignmentId, unassignOutput, unassignRole } from '../../resources/role/unassign.ts';

const path = '/api/v1/groups/{groupId}';

export const unassignRoleFromGroup = defineAction({
  key: 'unassign_role_from_group',
  resource: role,
  title: 'Unassign admin role from group',
  description: 'Takes an admin role from a group, and so from all its members who do not have it otherwise.',
  docsUrl: docsOf('RoleAssignmentBGroup', 'unassignRoleFromGroup'),
  scopes: ['okta.roles.manage', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ groupId: ref(group), roleAssignmentId }),
  output: unassignOutput({ groupId: group }),
  calls: [`GET ${path}/roles`, `DELETE ${path}/roles/{roleAssignmentId}`],
  async run(context, input) {
    const params = { groupId: await groupIdOf(context, input.groupId) };
    return unassignRole(context, { path, params, assignmentType: 'GROUP' }, input.roleAssignmentId);
  },
  sample: {
    input: { groupId: 'Sales EU', roleAssignmentId: 'HELP_DESK_ADMIN' },
    output: {
      ...{ groupId: '00g1abcdefghijklmnop', roleAssignmentId: 'JBCUYUC7IRCVGS27IFCE2SKO', changed: true },
    },
  },
});
