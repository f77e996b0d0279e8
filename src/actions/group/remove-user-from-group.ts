import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { membershipInput, membershipOutput, setMembership } from '../../resources/group/membership.ts';
import { group } from '../../resources/group/resource.ts';

export const removeUserFromGroup = defineAction({
  key: 'remove_user_from_group',
  resource: group,
  noun: 'group member',
  title: 'Remove user from group',
  description: 'Removes a user from a group; a group rule may add the user again.',
  docsUrl: docsOf('Group', 'unassignUserFromGroup'),
  scopes: ['okta.groups.manage', 'okta.groups.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: membershipInput,
  output: membershipOutput,
  calls: ['GET /api/v1/users/{userId}/groups', 'DELETE /api/v1/groups/{groupId}/users/{userId}'],
  run: (context, input) => setMembership(context, input, 'DELETE'),
  sample: {
    input: { userId: 'ana.ruiz@acme.test', groupId: 'Sales EU' },
    output: { userId: '00u1abcdefghijklmnop', groupId: '00g1abcdefghijklmnop', changed: true },
  },
});
