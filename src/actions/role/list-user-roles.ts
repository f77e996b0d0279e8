import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { expandTargets, roleAssignment, roleAssignmentSample } from '../../resources/role/assignment.ts';
import { role } from '../../resources/role/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { limit } from '../../schema/fields.ts';

export const listUserRoles = defineAction({
  key: 'list_user_roles',
  resource: role,
  title: "List user's admin roles",
  description:
    'Lists the admin roles of a user: those given directly, and those of the groups of the user (assignmentType GROUP).',
  docsUrl: docsOf('RoleAssignmentAUser', 'listAssignedRolesForUser'),
  scopes: ['okta.roles.read', 'okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user), expand: expandTargets, limit }),
  output: z.array(roleAssignment),
  request: { method: 'GET', path: '/api/v1/users/{userId}/roles', query: ['expand'], pageSize: 0 },
  sample: { input: { userId: 'ana.ruiz@acme.test' }, output: [roleAssignmentSample] },
});
