import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { field } from '../../schema/fields.ts';
import { idsOf } from '../by-name.ts';
import { groupIdOf } from '../group/reference.ts';
import { group } from '../group/resource.ts';
import { refs } from '../reference.ts';
import { userIdOf } from '../user/reference.ts';
import { user } from '../user/resource.ts';

const several = z.array(z.string().min(1)).max(100);

/** What a group rule consists of. */
export const ruleInputs = {
  name: field(z.string().min(1).max(50), 'Name', 'At most 50 characters.', 'Sales department'),
  expression: field(
    z.string().min(1),
    'Expression',
    "Condition in Okta's expression language; it sees the attributes of the default user type.",
    'user.department=="Sales"',
  ),
  groupIds: refs(
    group,
    field(several.min(1), 'Groups', 'Ids or exact names of the groups to assign, at most 100.', [
      '00g1abcdefghijklmnop',
    ]),
  ),
  excludedUserIds: refs(
    user,
    field(several.optional(), 'Excluded users', 'Ids or logins of users whom the rule leaves out.', [
      '00u1abcdefghijklmnop',
    ]),
  ),
};

/** The same, for a change: what is omitted stays as it is. */
export const ruleChanges = z.object(ruleInputs).partial().shape;

type RuleInputs = z.output<z.ZodObject<typeof ruleChanges>>;

/** A group rule, or the given parts of it, as Okta takes it. */
export async function ruleBody(context: ActionContext, given: RuleInputs) {
  const { name, expression, groupIds, excludedUserIds } = given;
  const groups = groupIds && (await idsOf(groupIds, (one) => groupIdOf(context, one)));
  const exclude = excludedUserIds && (await idsOf(excludedUserIds, (one) => userIdOf(context, one)));
  return {
    type: 'group_rule',
    name,
    conditions: {
      expression: expression && { type: 'urn:okta:expression:1.0', value: expression },
      people: exclude && { users: { exclude } },
    },
    actions: groups && { assignUserToGroups: { groupIds: groups } },
  };
}
