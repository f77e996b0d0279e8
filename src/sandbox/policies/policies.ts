import { invalid, oktaError } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { completed, settingsOf } from './defaults.ts';
import { byPlace, leavePlace, takePlace } from './places.ts';
import { addCatchAll } from './rules.ts';
import { mayDeactivateOwn, mayDeleteOwn, systemView } from './system.ts';
import { policyTypes, traitsOf } from './traits.ts';

const path = '/api/v1/policies';

/** Policies of all types. */
export const policyKind = defineKind({
  path,
  param: 'policyId',
  prefix: ({ type }) => traitsOf(type).prefixes[0],
  type: 'Policy',
  scope: 'okta.policies',
  list: { limit: [200, 200], select: wanted, order: byPlace },
  guard(call) {
    mayDeactivateOwn(call, call.org.objects.get(path, call.params.policyId ?? ''));
  },
  make(call, body) {
    const status = call.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE';
    return { ...complete(call, body), status, system: false };
  },
  change(call, body, { id, body: { type, status, system, priority } }) {
    const known = { ...body, type, priority: body.priority ?? priority };
    return { ...complete(call, known, id), status, system };
  },
  view: (call, object) => ({ ...systemView(plainView(call, policyKind, object)), ...embedded(call, object) }),
  links: (_, { body }, self) => ({
    ...(body.system ? {} : { mappings: { href: `${self}/mappings`, hints: { allow: ['GET', 'POST'] } } }),
    rules: { href: `${self}/rules`, hints: { allow: ['GET', 'POST'] } },
  }),
  made: addCatchAll,
  mayDelete: mayDeleteOwn,
  deleted: (call, policy) => leavePlace(call, peersOf(call, policy.body.type), policy),
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'nothing', event: 'policy.lifecycle.activate' },
    deactivate: { status: 'INACTIVE', answers: 'nothing', event: 'policy.lifecycle.deactivate' },
  },
  tells: { name: 'policyName', description: 'policyDescription', priority: 'policyPriority' },
  events: {
    create: 'policy.lifecycle.create',
    update: 'policy.lifecycle.update',
    delete: 'policy.lifecycle.delete',
  },
});

/** The list needs a type, and can be narrowed to a status and to the beginning of a name. */
function wanted({ query }: Call) {
  const type = query.get('type');
  if (!type) throw oktaError('E0000028');
  if (!policyTypes[type]) throw invalid('type', `type: ${type} is not a type of policy`);
  const status = query.get('status');
  const start = (query.get('q') ?? '').toLowerCase();
  return ({ body }: StoredObject) =>
    body.type === type &&
    (!status || body.status === status) &&
    String(body.name).toLowerCase().startsWith(start);
}

function complete(call: Call, { resourceType, ...body }: Json, id?: string): Json {
  const { type, name, priority, conditions = null, settings } = body;
  if (typeof type !== 'string' || !policyTypes[type])
    throw invalid('type', `type: ${type} is not a type of policy`);
  if (typeof name !== 'string' || name === '') throw invalid('name', 'name: The field cannot be left blank');
  const added = settingsOf[type];
  const peers = peersOf(call, type).filter((one) => one.id !== id);
  return {
    ...body,
    conditions,
    priority: traitsOf(type).ordered ? takePlace(call, peers, priority, 1) : 1,
    ...(added ? { settings: completed(added, settings) } : {}),
  };
}

function peersOf({ org }: Call, type: unknown): StoredObject[] {
  return [...org.objects.of(path)].filter(({ body }) => body.type === type);
}

/** A list says what kind of resource an app sign-in policy is for; a single policy does not. */
function embedded({ method, params }: Call, { body }: StoredObject): Json {
  const inList = method === 'GET' && params.policyId === undefined;
  return inList && body.type === 'ACCESS_POLICY' ? { _embedded: { resourceType: 'APP' } } : {};
}
