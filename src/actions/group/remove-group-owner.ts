import { defineAction } from '../../define.ts';
import { change, GONE } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { hasOwner, ownerCalls, ownerInput, ownerOutput, ownerPath } from '../../resources/group/owner.ts';
import { group } from '../../resources/group/resource.ts';

const path = '/api/v1/groups/{groupId}/owners/{ownerId}';

export const removeGroupOwner = defineAction({
  key: 'remove_group_owner',
  resource: group,
  noun: 'group owner',
  title: 'Remove group owner',
  description: 'Ends the ownership of a group; nothing changes if there is none.',
  docsUrl: docsOf('GroupOwner', 'deleteGroupOwner'),
  scopes: ['okta.groups.manage', 'okta.groups.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: ownerInput,
  output: ownerOutput,
  calls: [...ownerCalls, 'DELETE /api/v1/groups/{groupId}/owners/{ownerId}'],
  async run(context, input) {
    const params = await ownerPath(context, input);
    if (!(await hasOwner(context, params))) return { ...params, changed: false };
    return { ...params, ...(await change(context, { method: 'DELETE', path, params }, [GONE])) };
  },
  sample: {
    input: { groupId: 'Sales EU', ownerId: 'ana.ruiz@acme.test' },
    output: { groupId: '00g1abcdefghijklmnop', ownerId: '00u1abcdefghijklmnop', changed: true },
  },
});
