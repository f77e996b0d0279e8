import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { assignCalls, assignInput, assignRole } from '../../resources/role/assign.ts';
import { roleAssignment, roleAssignmentSample } from '../../resources/role/assignment.ts';
import { role } from '../../resources/role/resource.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';

const path = '/api/v1/users/{userId}';

export const assignRoleToUser = defineAction({
  key: 'assign_role_to_user',
  resource: role,
  title: 'Assign admin role to user',
  description:
    'Makes a user an admin, optionally of some groups or apps only. The limits are set after the assignment, one by one: for a moment the role applies to everything, and it stays so if the first limit fails.',
  docsUrl: docsOf('RoleAssignmentAUser', 'assignRoleToUser'),
  scopes: ['okta.roles.manage', 'okta.users.read', 'okta.groups.read', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user), ...assignInput }),
  output: roleAssignment.extend(changeOutput({ userId: user }).shape),
  calls: assignCalls(path),
  async run(context, { userId, ...input }) {
    const params = { userId: await userIdOf(context, userId) };
    return assignRole(context, { path, params, assignmentType: 'USER' }, input);
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', type: 'HELP_DESK_ADMIN', targetGroupIds: ['Sales EU'] },
    output: { ...roleAssignmentSample, userId: '00u1abcdefghijklmnop', changed: true },
  },
});
