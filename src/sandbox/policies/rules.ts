import { invalid, notFound } from '../errors.ts';
import type { Call } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { listPath, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { accessActions, accessConditions } from './access-rule.ts';
import { actionsOf, catchAllOf, completed, conditionsOf, usualConditions } from './defaults.ts';
import { byPlace, catchAllPlace, leavePlace, takePlace } from './places.ts';
import { mayDeactivateOwn, mayDeleteOwn, systemView } from './system.ts';
import { policyTypes, traitsOf } from './traits.ts';

/** The rules of a policy. */
export const policyRuleKind = defineKind({
  path: '/api/v1/policies/:policyId/rules',
  param: 'ruleId',
  prefix: ({ type }) => Object.values(policyTypes).find(({ rule }) => rule === type)?.prefixes[1] ?? 'rul',
  type: 'PolicyRule',
  scope: 'okta.policies',
  list: { order: byPlace },
  guard(call) {
    policyOf(call);
    mayDeactivateOwn(call, call.org.objects.get(listPath(call, policyRuleKind), call.params.ruleId ?? ''));
  },
  make(call, body) {
    const status = call.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE';
    return { ...complete(call, body), status, system: false };
  },
  change(call, body, { id, body: { status, system, priority, conditions } }) {
    const place = system === true ? priority : (body.priority ?? priority);
    const changed = complete(call, { ...body, priority: place }, id);
    return { ...changed, status, system, ...(system === true ? { conditions } : {}) };
  },
  view: (call, object) => systemView(plainView(call, policyRuleKind, object)),
  mayDelete: mayDeleteOwn,
  deleted: (call, rule) => leavePlace(call, peersOf(call), rule),
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'nothing', event: 'policy.rule.activate' },
    deactivate: { status: 'INACTIVE', answers: 'nothing', event: 'policy.rule.deactivate' },
  },
  events: { create: 'policy.rule.add', update: 'policy.rule.update', delete: 'policy.rule.delete' },
});

function policyOf({ org, params }: Call): StoredObject {
  const id = params.policyId as string;
  const policy = org.objects.get('/api/v1/policies', id);
  if (!policy) throw notFound(id, 'Policy');
  return policy;
}

function complete(
  call: Call,
  { name, type, priority, conditions, actions, ...body }: Json,
  id?: string,
): Json {
  const { rule, ordered } = traitsOf(policyOf(call).body.type);
  if (typeof name !== 'string' || name === '') throw invalid('name', 'name: The field cannot be left blank');
  if (type !== undefined && type !== rule)
    throw invalid('type', `type: The rules of this policy have the type ${rule}`);
  refuseContradiction(conditions);
  const isAccess = rule === 'ACCESS_POLICY';
  const given = withoutNulls(conditions);
  const peers = peersOf(call).filter((one) => one.id !== id);
  return {
    ...body,
    name,
    type: rule,
    priority: priority === catchAllPlace ? priority : takePlace(call, peers, priority, ordered ? 1 : 0),
    conditions: completed(conditionsOf[rule] ?? usualConditions, isAccess ? accessConditions(given) : given),
    actions: completed(
      actionsOf[rule] ?? {},
      isAccess && isObject(actions) ? accessActions(actions) : actions,
    ),
  };
}

/** A condition that is null is none. */
function withoutNulls(conditions: unknown): Json {
  const all = Object.entries(isObject(conditions) ? conditions : {});
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/** Since May 2026, Okta refuses a rule that includes and excludes the same app. */
function refuseContradiction(conditions: unknown): void {
  const { app } = isObject(conditions) ? conditions : {};
  const { include = [], exclude = [] } = (isObject(app) ? app : {}) as { include?: Json[]; exclude?: Json[] };
  const isExcluded = ({ type, id, name }: Json) =>
    exclude.some((one) => one.type === type && one.id === id && one.name === name);
  if (include.some(isExcluded))
    throw invalid('conditions', 'conditions.app: An app cannot be both included and excluded');
}

function peersOf(call: Call): StoredObject[] {
  return [...call.org.objects.of(listPath(call, policyRuleKind))];
}

/** Adds the rule with which Okta ends a new policy. */
export function addCatchAll({ org }: Call, { id, list, created, body: { type } }: StoredObject): void {
  const actions = catchAllOf[String(type)];
  const { rule, prefixes } = traitsOf(type);
  if (actions === undefined) return;
  org.objects.put({
    id: org.ids.next(prefixes[1]),
    list: `${list}/${id}/rules`,
    created,
    lastUpdated: created,
    body: {
      status: 'ACTIVE',
      name: 'Catch-all Rule',
      priority: catchAllPlace,
      system: true,
      conditions: null,
      actions,
      type: rule,
    },
  });
}
