import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { idsOf } from '../../resources/by-name.ts';
import { collect } from '../../resources/collect.ts';
import { docsOf } from '../../resources/docs.ts';
import { changeMembership, groupsOfUser } from '../../resources/group/membership.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { ref, refs } from '../../resources/reference.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { changed, field } from '../../schema/fields.ts';

const ids = (title: string, description: string) =>
  field(z.array(z.string()), title, description, ['00g1abcdefghijklmnop']);

export const setUserGroups = defineAction({
  key: 'set_user_groups',
  resource: group,
  noun: 'group member',
  title: "Set user's groups",
  description:
    'Makes a user a member of exactly the given groups: adds what is missing, then removes the rest. Only groups of type OKTA_GROUP are removed; if a group rule added the user, Okta excludes the user from that rule. After a failure, run it again: it does what is left.',
  docsUrl: docsOf('Group', 'assignUserToGroup'),
  scopes: ['okta.groups.manage', 'okta.groups.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    userId: ref(user),
    groupIds: refs(
      group,
      field(
        z.array(z.string().min(1)),
        'Groups',
        'Ids or exact names of all groups that the user is to be in; an empty list removes the user from all.',
        ['00g1abcdefghijklmnop'],
      ),
    ),
  }),
  output: z.looseObject({
    userId: field(z.string(), 'User ID', 'Id of the user.', '00u1abcdefghijklmnop'),
    changed,
    added: ids('Added', 'Ids of the groups that the user was added to.'),
    removed: ids('Removed', 'Ids of the groups that the user was removed from.'),
  }),
  calls: [
    'GET /api/v1/users/{userId}/groups',
    'PUT /api/v1/groups/{groupId}/users/{userId}',
    'DELETE /api/v1/groups/{groupId}/users/{userId}',
  ],
  async run(context, { userId: reference, groupIds }) {
    const userId = await userIdOf(context, reference);
    const wanted = await idsOf(groupIds, (one) => groupIdOf(context, one));
    const current = await collect(groupsOfUser(context, userId));
    const known = new Set(current.map(({ id }) => id));
    const added = wanted.filter((id) => !known.has(id));
    const removed = current.flatMap(({ id, type }) =>
      type === 'OKTA_GROUP' && !wanted.includes(id) ? id : [],
    );
    const send = (method: 'PUT' | 'DELETE', groupId: string) =>
      changeMembership(context, method, { groupId, userId });
    for (const id of added) await context.step(`added to ${id}`, () => send('PUT', id));
    for (const id of removed) await context.step(`removed from ${id}`, () => send('DELETE', id));
    return { userId, changed: context.steps.length > 0, added, removed };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', groupIds: ['Sales EU'] },
    output: {
      ...{ userId: '00u1abcdefghijklmnop', changed: true },
      ...{ added: ['00g1abcdefghijklmnop'], removed: ['00g2abcdefghijklmnop'] },
    },
  },
});
