import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { role } from '../../resources/role/resource.ts';
import { field, limit } from '../../schema/fields.ts';

export const listAdmins = defineAction({
  key: 'list_admins',
  resource: role,
  noun: 'admin',
  title: 'List admins',
  description:
    'Lists the ids of all users who have an admin role. list_user_roles tells which, get_user tells who.',
  docsUrl: docsOf('RoleAssignmentAUser', 'listUsersWithRoleAssignments'),
  scopes: ['okta.roles.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ limit }),
  output: z.array(
    z.looseObject({
      id: field(z.string(), 'User ID', 'Id of the user.', '00u1abcdefghijklmnop'),
      orn: field(
        z.string().optional(),
        'ORN',
        'Okta resource name of the user.',
        'orn:okta:directory:00o1abcdefghijklmnop:users:00u1abcdefghijklmnop',
      ),
    }),
  ),
  request: { method: 'GET', path: '/api/v1/iam/assignees/users', pageSize: 100, listIn: ['value'] },
  sample: {
    input: {},
    output: [
      {
        id: '00u1abcdefghijklmnop',
        orn: 'orn:okta:directory:00o1abcdefghijklmnop:users:00u1abcdefghijklmnop',
      },
    ],
  },
});
