import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { identified } from '../../resources/answers.ts';
import { change, changeOutput, GONE, unlessGone } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { onOwnGroup } from '../../resources/group/own.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';

const path = '/api/v1/groups/{groupId}';

export const deleteGroup = defineAction({
  key: 'delete_group',
  resource: group,
  title: 'Delete group',
  description:
    'Deletes a group for good. Its members lose the apps that it gave them, and group rules that assign it become INVALID.',
  docsUrl: docsOf('Group', 'deleteGroup'),
  scopes: ['okta.groups.manage', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ groupId: ref(group) }),
  output: changeOutput({ groupId: group }),
  calls: ['GET /api/v1/groups/{groupId}', 'DELETE /api/v1/groups/{groupId}'],
  async run(context, { groupId }) {
    const params = { groupId: await groupIdOf(context, groupId) };
    const found = await context.call({ method: 'GET', path, params, answer: identified }).catch(unlessGone);
    if (!found) return { ...params, changed: false };
    return { ...params, ...(await onOwnGroup(change(context, { method: 'DELETE', path, params }, [GONE]))) };
  },
  sample: {
    input: { groupId: '00g1abcdefghijklmnop' },
    output: { groupId: '00g1abcdefghijklmnop', changed: true },
  },
});
