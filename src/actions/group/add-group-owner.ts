import { defineAction } from '../../define.ts';
import { change } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { hasOwner, ownerCalls, ownerInput, ownerOutput, ownerPath } from '../../resources/group/owner.ts';
import { group } from '../../resources/group/resource.ts';

export const addGroupOwner = defineAction({
  key: 'add_group_owner',
  resource: group,
  noun: 'group owner',
  title: 'Add group owner',
  description: 'Makes a user or a group an owner of a group; nothing changes if it is one already.',
  docsUrl: docsOf('GroupOwner', 'assignGroupOwner'),
  scopes: ['okta.groups.manage', 'okta.groups.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: ownerInput,
  output: ownerOutput,
  calls: [...ownerCalls, 'POST /api/v1/groups/{groupId}/owners'],
  async run(context, input) {
    const ids = await ownerPath(context, input);
    if (await hasOwner(context, ids)) return { ...ids, changed: false };
    const { groupId, ownerId } = ids;
    const path = '/api/v1/groups/{groupId}/owners';
    const call = {
      method: 'POST',
      path,
      params: { groupId },
      body: { id: ownerId, type: input.type },
    } as const;
    // Somebody else may have added it in the meantime.
    const { changed } = await change(context, call, [{ code: 'E0000001', cause: /already assigned/i }]);
    return { ...ids, changed };
  },
  sample: {
    input: { groupId: 'Sales EU', ownerId: 'ana.ruiz@acme.test' },
    output: { groupId: '00g1abcdefghijklmnop', ownerId: '00u1abcdefghijklmnop', changed: true },
  },
});
