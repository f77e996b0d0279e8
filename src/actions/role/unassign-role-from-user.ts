import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { role } from '../../resources/role/resource.ts';
import { roleAssignmentId, unassignOutput, unassignRole } from '../../resources/role/unassign.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';

const path = '/api/v1/users/{userId}';

export const unassignRoleFromUser = defineAction({
  key: 'unassign_role_from_user',
  resource: role,
  title: 'Unassign admin role from user',
  description:
    'Takes an admin role that a user has directly; one that comes through a group is refused, because only the group can lose it.',
  docsUrl: docsOf('RoleAssignmentAUser', 'unassignRoleFromUser'),
  scopes: ['okta.roles.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ userId: ref(user), roleAssignmentId }),
  output: unassignOutput({ userId: user }),
  calls: [`GET ${path}/roles`, `DELETE ${path}/roles/{roleAssignmentId}`],
  async run(context, input) {
    const params = { userId: await userIdOf(context, input.userId) };
    return unassignRole(context, { path, params, assignmentType: 'USER' }, input.roleAssignmentId);
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', roleAssignmentId: 'HELP_DESK_ADMIN' },
    output: {
      ...{ userId: '00u1abcdefghijklmnop', roleAssignmentId: 'JBCUYUC7IRCVGS27IFCE2SKO', changed: true },
    },
  },
});
