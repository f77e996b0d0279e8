import type { Group } from '../groups/group-store.ts';
import { addMember, removeMember } from '../groups/membership.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { groupParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import { compileRule } from './rule-expression.ts';

/** A group rule, apart from id and times. */
export interface Rule extends Json {
  status: 'INACTIVE' | 'ACTIVE' | 'INVALID';
  name: string;
  conditions: { people: { users: { exclude: string[] } }; expression: { value: string } };
  actions: { assignUserToGroups: { groupIds: string[] } };
}

export const rulesPath = '/api/v1/groups/rules';

// Rules can feed each other; so many rounds are enough for any chain in a test.
const MAX_ROUNDS = 10;

export const ruleOf = ({ body }: StoredObject) => body as Rule;

/** The groups that a rule assigns, those that still exist. */
export function groupsOf(org: Org, rule: StoredObject): Group[] {
  return ruleOf(rule).actions.assignUserToGroups.groupIds.flatMap((id) => org.groups.get(id) ?? []);
}

/** The active rules because of which a user is in a group. */
export function rulesBehind({ org }: Call, group: Group, userId: string): StoredObject[] {
  const ids = group.ruled.get(userId);
  return [...org.objects.of(rulesPath)].filter((one) => ids?.has(one.id) && ruleOf(one).status === 'ACTIVE');
}

/**
 * Puts a user into the groups of all active rules that match, and takes the user out where no rule matches any more; later if
 * the rules of the org lag.
 */
export function applyRules(call: Call, { id }: User): void {
  const { ruleLagMs } = call.org.settings;
  if (ruleLagMs > 0) call.org.later(ruleLagMs, () => settleRules(call, id));
  else settleRules(call, id);
}

function settleRules(call: Call, id: string): void {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const user = call.org.users.get(id);
    if (!user || user.status === 'DEPROVISIONED' || !applyOnce(call, user)) return;
  }
}

/** @returns whether a membership changed. */
function applyOnce(call: Call, user: User): boolean {
  let isChanged = false;
  for (const stored of call.org.objects.of(rulesPath)) {
    const { status, conditions } = ruleOf(stored);
    if (status !== 'ACTIVE') continue;
    const { people, expression } = conditions;
    const groups = () =>
      [...call.org.groups.ofUser(user.id)].map((group) => ({
        id: group.id,
        name: String(group.profile.name),
      }));
    const fits =
      !people.users.exclude.includes(user.id) &&
      compileRule(expression.value)({ profile: user.profile, groups });
    for (const group of groupsOf(call.org, stored)) {
      if ((fits ? enter : leave)(call, group, user, stored.id)) isChanged = true;
    }
  }
  return isChanged;
}

function enter(call: Call, group: Group, user: User, ruleId: string): boolean {
  const behind = group.ruled.get(user.id);
  behind?.add(ruleId);
  // Who was added by hand remains a member by hand.
  if (group.members.has(user.id)) return false;
  group.ruled.set(user.id, new Set([ruleId]));
  addMember(call, group, user);
  return true;
}

function leave(call: Call, group: Group, user: User, ruleId: string): boolean {
  if (!forget(group, user.id, ruleId)) return false;
  removeMember(call, group, user);
  return true;
}

/** @returns whether it was the only rule behind the membership. */
function forget(group: Group, userId: string, ruleId: string): boolean {
  const behind = group.ruled.get(userId);
  if (!behind?.delete(ruleId) || behind.size > 0) return false;
  return group.ruled.delete(userId);
}

/** Ends what a deleted rule did; its members stay, now as if added by hand, unless they are to be removed. */
export function dissolve(call: Call, rule: StoredObject, removesUsers: boolean): void {
  for (const group of groupsOf(call.org, rule)) {
    for (const userId of [...group.ruled.keys()]) {
      const user = call.org.users.get(userId);
      if (forget(group, userId, rule.id) && removesUsers && user) removeMember(call, group, user);
    }
  }
}

/** Removes a member by hand. The rules behind the membership do not add the user again. */
export function expel(call: Call, group: Group, user: User): void {
  for (const rule of rulesBehind(call, group, user.id)) {
    const { conditions } = ruleOf(rule);
    const exclude = [...conditions.people.users.exclude, user.id];
    const people = { ...conditions.people, users: { exclude } };
    call.org.objects.put({ ...rule, body: { ...rule.body, conditions: { ...conditions, people } } });
    const target = [userParty(user), groupParty(group)];
    record(call, 'group.user_membership.rule.add_exclusion', { target });
  }
  group.ruled.delete(user.id);
  removeMember(call, group, user);
}

/** A rule that assigns a deleted group no longer works. */
export function invalidateRules(call: Call, groupId: string): void {
  const { objects, clock } = call.org;
  for (const rule of [...objects.of(rulesPath)]) {
    if (!ruleOf(rule).actions.assignUserToGroups.groupIds.includes(groupId)) continue;
    const body = { ...rule.body, status: 'INVALID', allGroupsValid: false };
    objects.put({ ...rule, lastUpdated: clock.seconds(), body });
    record(call, 'group.user_membership.rule.invalidate', { target: [ruleParty(rule)] });
  }
}

/** The target of a log event. */
export function ruleParty(rule: StoredObject) {
  const displayName = ruleOf(rule).name;
  return { id: rule.id, type: 'GroupRule', alternateId: 'unknown', displayName, detailEntry: null };
}
