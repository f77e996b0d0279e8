import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { identified } from '../../resources/answers.ts';
import { collect } from '../../resources/collect.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupsOfUser, membershipInput } from '../../resources/group/membership.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/groups/{groupId}/users/{userId}/group-rules';

/** What puts users into a group of a type that neither admins nor rules fill. */
const FILLED_BY: Readonly<Record<string, 'app' | 'okta'>> = { APP_GROUP: 'app', BUILT_IN: 'okta' };

export const whyIsMember = defineAction({
  key: 'why_is_member',
  resource: group,
  noun: 'group member',
  title: 'Why is a user in a group?',
  description:
    'Tells whether a user is in a group, and why: added by hand, by group rules, by the app that the group comes from, or by Okta itself.',
  docsUrl: docsOf('Group', 'listGroupRulesForUserInGroup'),
  scopes: ['okta.groups.read', 'okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: membershipInput,
  output: z.looseObject({
    userId: field(z.string(), 'User ID', 'Id of the user.', '00u1abcdefghijklmnop'),
    groupId: field(z.string(), 'Group ID', 'Id of the group.', '00g1abcdefghijklmnop'),
    isMember: field(z.boolean(), 'Is a member', 'Whether the user is in the group now.', true),
    addedBy: field(
      z.enum(['hand', 'rule', 'app', 'okta']).optional(),
      'Added by',
      'hand: an admin, an API call or an import; rule: group rules; app: the app or directory of the group; okta: a built-in group. Absent if the user is not a member.',
      'rule',
    ),
    rules: field(
      z.array(z.looseObject({ id: z.string(), name: z.string().optional() })),
      'Rules',
      'The group rules behind the membership.',
      [{ id: '0pr1abcdefghijklmnop', name: 'Sales department' }],
    ),
  }),
  calls: ['GET /api/v1/users/{userId}/groups', 'GET /api/v1/groups/{groupId}/users/{userId}/group-rules'],
  async run(context, given) {
    const userId = await userIdOf(context, given.userId);
    const params = { userId, groupId: await groupIdOf(context, given.groupId) };
    const groups = await collect(groupsOfUser(context, userId));
    const found = groups.find(({ id }) => id === params.groupId);
    if (!found) return { ...params, isMember: false, rules: [] };
    const filledBy = FILLED_BY[found.type ?? ''];
    const rules = filledBy
      ? []
      : await collect(context.list({ method: 'GET', path, params, answer: identified }));
    const addedBy = filledBy ?? (rules.length > 0 ? ('rule' as const) : ('hand' as const));
    return { ...params, isMember: true, addedBy, rules };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', groupId: 'Sales EU' },
    output: {
      ...{ userId: '00u1abcdefghijklmnop', groupId: '00g1abcdefghijklmnop' },
      ...{ isMember: true, addedBy: 'rule' as const },
      rules: [{ id: '0pr1abcdefghijklmnop', name: 'Sales department', status: 'ACTIVE' }],
    },
  },
});
