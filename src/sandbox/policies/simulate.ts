import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { byPlace } from './places.ts';
import { type Circumstances, conditionsMet, type Met } from './simulated-conditions.ts';
import { policyTypes } from './traits.ts';

/** Evaluates policies for a sign-in that does not take place. */
export const simulateEndpoints: Endpoint[] = [
  { method: 'POST', path: '/api/v1/policies/simulate', scope: 'okta.policies.read', handle: simulate },
];

const simulated = ['OKTA_SIGN_ON', 'MFA_ENROLL', 'ACCESS_POLICY', 'PROFILE_ENROLLMENT'];

interface Evaluated {
  id: string;
  name: unknown;
  status: Met;
  conditions: { type: string; status: Met }[];
  rules?: Evaluated[];
}

function simulate(call: Call): Answer {
  const body = objectBody(call);
  const { appInstance, policyTypes: wanted = simulated, policyContext = {} } = body;
  if (typeof appInstance !== 'string')
    throw invalid('appInstance', 'appInstance: The field cannot be left blank');
  if (!call.org.apps.get(appInstance)) throw notFound(appInstance, 'AppInstance');
  if (!Array.isArray(wanted) || wanted.some((type) => !simulated.includes(type)))
    throw invalid('policyTypes', `policyTypes: Expected some of ${simulated.join(', ')}`);
  const context = circumstances(call, isObject(policyContext) ? policyContext : {});
  return ok({ evaluation: wanted.map((type) => evaluate(call, type, appInstance, context)) });
}

function circumstances({ org }: Call, context: Json): Circumstances {
  const { user, groups, ...rest } = context as { user?: { id?: string }; groups?: { ids?: string[] } };
  if (user && groups)
    throw invalid('policyContext', 'policyContext: Only user IDs or Group IDs are allowed, not both');
  if (user && !org.users.get(String(user.id))) throw notFound(String(user.id), 'User');
  const ofUser = user ? [...org.groups.ofUser(String(user.id))].map(({ id }) => id) : undefined;
  const given = groups?.ids && [...groups.ids, org.groups.everyone.id];
  return { ...rest, userId: user?.id, groupIds: ofUser ?? given };
}

function evaluate(call: Call, policyType: string, appId: string, context: Circumstances): Json {
  const all = candidates(call.org, policyType, appId).map((policy) => evaluated(call.org, policy, context));
  const matching = all.find(isMatch);
  const before = all.slice(0, matching ? all.indexOf(matching) : undefined);
  const isExpanded = call.query.get('expand') === 'EVALUATED';
  return {
    // As in Okta's example; the policies have a status.
    status: null,
    policyType,
    result: { policies: matching ? [withItsRule(matching)] : [] },
    undefined: { policies: before.filter(({ status }) => status === 'UNDEFINED') },
    evaluated: { policies: isExpanded ? before.filter(({ status }) => status === 'NOT_MATCH') : [] },
  };
}

/** A policy with the rule that decides: the first that matches. */
function withItsRule({ rules = [], ...policy }: Evaluated): Evaluated {
  return { ...policy, rules: rules.filter(isMatch).slice(0, 1) };
}

/** The rule of a type of policy that decides about a user who signs in to an app; undefined if none matches. */
export function decidingRule(
  org: Org,
  policyType: string,
  appId: string,
  context: Circumstances,
): StoredObject | undefined {
  for (const policy of candidates(org, policyType, appId)) {
    const found = evaluated(org, policy, context);
    const rule = found.rules?.find(isMatch);
    if (isMatch(found) && rule) return org.objects.get(`${policy.list}/${policy.id}/rules`, rule.id);
  }
  return undefined;
}

const isMatch = ({ status }: Evaluated): boolean => status === 'MATCH';

/** The policies of a type in order; of those that are assigned, the one that the app has. */
function candidates(org: Org, policyType: string, appId: string): StoredObject[] {
  const active = [...org.objects.of('/api/v1/policies')].filter(
    ({ body }) => body.type === policyType && body.status === 'ACTIVE',
  );
  if (policyTypes[policyType]?.ordered) return active.sort(byPlace);
  const isMapped = ({ id, list }: StoredObject) =>
    [...org.objects.of(`${list}/${id}/mappings`)].some(({ body }) => body.resourceId === appId);
  const mapped = active.filter(isMapped);
  return mapped.length > 0 ? mapped : active.filter(({ body }) => body.system === true);
}

/** A policy matches if its own conditions and those of one of its rules are met. */
function evaluated(org: Org, policy: StoredObject, context: Circumstances): Evaluated {
  const rules = [...org.objects.of(`${policy.list}/${policy.id}/rules`)]
    .filter(({ body }) => body.status === 'ACTIVE')
    .sort(byPlace)
    .map((rule) => verdict(rule, context));
  const own = verdict(policy, context);
  const isMet = rules.some(isMatch);
  return { ...own, status: own.status === 'MATCH' && !isMet ? 'NOT_MATCH' : own.status, rules };
}

function verdict({ id, body }: StoredObject, context: Circumstances): Evaluated {
  const conditions = conditionsMet(isObject(body.conditions) ? body.conditions : {}, context);
  const found = conditions.map(({ status }) => status);
  const status = found.includes('NOT_MATCH')
    ? 'NOT_MATCH'
    : found.includes('UNDEFINED')
      ? 'UNDEFINED'
      : 'MATCH';
  return { id, name: body.name, status, conditions };
}
