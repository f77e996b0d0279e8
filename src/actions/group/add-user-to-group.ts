import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { membershipInput, membershipOutput, setMembership } from '../../resources/group/membership.ts';
import { group } from '../../resources/group/resource.ts';

export const addUserToGroup = defineAction({
  key: 'add_user_to_group',
  resource: group,
  noun: 'group member',
  title: 'Add user to group',
  description: 'Adds a user to a group; nothing changes if the user is already a member.',
  docsUrl: docsOf('Group', 'assignUserToGroup'),
  scopes: ['okta.groups.manage', 'okta.groups.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: membershipInput,
  output: membershipOutput,
  calls: ['GET /api/v1/users/{userId}/groups', 'PUT /api/v1/groups/{groupId}/users/{userId}'],
  run: (context, input) => setMembership(context, input, 'PUT'),
  sample: {
    input: { userId: 'ana.ruiz@acme.test', groupId: 'Sales EU' },
    output: { userId: '00u1abcdefghijklmnop', groupId: '00g1abcdefghijklmnop', changed: true },
  },
});
