import { iso } from '../clock.ts';
import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, flag, noContent } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { endpointsOf, found } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { record } from '../system-log/record.ts';
import { compileRule } from './rule-expression.ts';
import { applyRules, dissolve, groupsOf, type Rule, ruleOf, ruleParty, rulesPath } from './rule-members.ts';

const MAX_NAME = 50;

const groupRule = defineKind({
  path: rulesPath,
  param: 'groupRuleId',
  prefix: '0pr',
  type: 'GroupRule',
  scope: 'okta.groups',
  list: {
    limit: [50, 200],
    select({ query }) {
      const wanted = query.get('search')?.toLowerCase() ?? '';
      return (rule) => ruleOf(rule).name.toLowerCase().includes(wanted);
    },
  },
  make: readRule,
  change(call, body, known) {
    if (ruleOf(known).status !== 'INACTIVE') throw invalid('rule', 'status: the rule is not inactive');
    return readRule(call, body);
  },
  view: ruleView,
  mayDelete(_, rule) {
    if (ruleOf(rule).status === 'ACTIVE') throw invalid('rule', 'status: the rule is active');
  },
  deleted: (call, rule) => dissolve(call, rule, flag(call, 'removeUsers', false)),
  deletion: { status: 202, body: {} },
});

const one = `${rulesPath}/:groupRuleId/lifecycle`;
const manage = 'okta.groups.manage';

/** Group rules. They have to be matched before the groups: `rules` is no id of a group. */
export const ruleEndpoints: readonly Endpoint[] = [
  ...endpointsOf(groupRule),
  { method: 'POST', path: `${one}/activate`, scope: manage, handle: activate },
  { method: 'POST', path: `${one}/deactivate`, scope: manage, handle: deactivate },
];

function activate(call: Call): Answer {
  const rule = setStatus(call, 'ACTIVE');
  record(call, 'group.user_membership.rule.trigger', { target: [ruleParty(rule)] });
  for (const user of [...call.org.users.from()]) applyRules(call, user);
  return noContent;
}

/** The members stay. */
function deactivate(call: Call): Answer {
  const rule = setStatus(call, 'INACTIVE');
  record(call, 'group.user_membership.rule.deactivated', { target: [ruleParty(rule)] });
  return noContent;
}

function setStatus(call: Call, status: Rule['status']): StoredObject {
  const known = found(call, groupRule);
  if (ruleOf(known).status === 'INVALID') throw invalid('rule', 'status: the rule is invalid');
  const body = { ...known.body, status };
  return call.org.objects.put({ ...known, lastUpdated: call.org.clock.seconds(), body });
}

function readRule({ org }: Call, { type, name, conditions, actions }: Json): Json {
  const { expression, people } = objectIn(conditions);
  const { value, type: language = 'urn:okta:expression:1.0' } = objectIn(expression);
  const { groupIds } = objectIn(objectIn(actions).assignUserToGroups);
  if (type !== undefined && type !== 'group_rule') throw invalid('type', 'type: must be group_rule');
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME)
    throw invalid('name', `name: must have 1 to ${MAX_NAME} characters`);
  if (typeof value !== 'string') throw invalid('conditions', 'expression: The field cannot be left blank');
  compileRule(value);
  if (!Array.isArray(groupIds) || groupIds.length === 0)
    throw invalid('actions', 'groupIds: The field cannot be left blank');
  const wrong = groupIds.filter((id) => org.groups.get(id)?.type !== 'OKTA_GROUP');
  if (wrong.length > 0) throw invalid('actions', `groupIds: no such group: ${wrong.join(', ')}`);
  const excluded = (kind: 'users' | 'groups') => ({
    exclude: objectIn(objectIn(people)[kind]).exclude ?? [],
  });
  return {
    type: 'group_rule',
    status: 'INACTIVE',
    name,
    conditions: {
      people: { users: excluded('users'), groups: excluded('groups') },
      expression: { value, type: language },
    },
    actions: { assignUserToGroups: { groupIds } },
    allGroupsValid: true,
  };
}

const objectIn = (value: unknown): Json => (isObject(value) ? value : {});

/** A rule as the API returns it. */
export function ruleView({ org, query }: Call, rule: StoredObject): Json {
  const { type, status, name, ...rest } = ruleOf(rule);
  const names = groupsOf(org, rule).map(({ id, profile }) => [id, profile.name]);
  const embedded = { _embedded: { groupIdToGroupNameMap: Object.fromEntries(names) } };
  return {
    ...{ type, id: rule.id, status, name },
    ...{ created: iso(rule.created), lastUpdated: iso(rule.lastUpdated) },
    ...rest,
    ...(query.get('expand') === 'groupIdToGroupNameMap' ? embedded : {}),
  };
}
