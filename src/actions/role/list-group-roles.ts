import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';
import { expandTargets, roleAssignment, roleAssignmentSample } from '../../resources/role/assignment.ts';
import { role } from '../../resources/role/resource.ts';
import { limit } from '../../schema/fields.ts';

export const listGroupRoles = defineAction({
  key: 'list_group_roles',
  resource: role,
  title: "List group's admin roles",
  description: 'Lists the admin roles that all members of a group have through it.',
  docsUrl: docsOf('RoleAssignmentBGroup', 'listGroupAssignedRoles'),
  scopes: ['okta.roles.read', 'okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ groupId: ref(group), expand: expandTargets, limit }),
  output: z.array(roleAssignment),
  request: { method: 'GET', path: '/api/v1/groups/{groupId}/roles', query: ['expand'], pageSize: 0 },
  sample: {
    input: { groupId: 'Sales EU' },
    output: [{ ...roleAssignmentSample, assignmentType: 'GROUP' }],
  },
});
