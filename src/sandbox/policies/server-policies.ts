import { invalid } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { found, listPath } from '../kinds/endpoints.ts';
import { defineKind, type Kind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { serverOf } from './authorization-servers.ts';
import { completed } from './defaults.ts';
import { byPlace, leavePlace, takePlace } from './places.ts';
import { policyKind } from './policies.ts';
import { policyRuleKind } from './rules.ts';

const shared = {
  scope: 'okta.authorizationServers',
  created: 201,
  list: { order: byPlace },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'nothing' },
    deactivate: { status: 'INACTIVE', answers: 'nothing' },
  },
} as const satisfies Partial<Kind>;

/** The policies of an authorization server, which say which clients get tokens. */
export const serverPolicyKind = defineKind({
  ...shared,
  path: '/api/v1/authorizationServers/:authServerId/policies',
  param: 'policyId',
  prefix: '00p',
  type: 'Policy',
  guard: (call) => void serverOf(call),
  make: (call, body) => ({ ...placed(call, serverPolicyKind, body), type: 'OAUTH_AUTHORIZATION_POLICY' }),
  change: (call, body, known) => changed(call, serverPolicyKind, body, known),
  links: (_, _object, self) => ({ rules: { href: `${self}/rules`, hints: { allow: ['GET'] } } }),
  deleted: (call, policy) => leavePlace(call, peersOf(call, serverPolicyKind), policy),
  events: policyKind.events,
});

/** The rules of such a policy. */
export const serverRuleKind = defineKind({
  ...shared,
  path: `${serverPolicyKind.path}/:policyId/rules`,
  param: 'ruleId',
  prefix: '0pr',
  type: 'PolicyRule',
  guard(call) {
    serverOf(call);
    found(call, serverPolicyKind);
  },
  make: (call, body) => withConditions({ ...placed(call, serverRuleKind, body), type: 'RESOURCE_ACCESS' }),
  change: (call, body, known) => withConditions(changed(call, serverRuleKind, body, known)),
  deleted: (call, rule) => leavePlace(call, peersOf(call, serverRuleKind), rule),
  events: policyRuleKind.events,
});

function placed(call: Call, kind: Kind, { name, priority, ...body }: Json, id?: string): Json {
  if (typeof name !== 'string' || name === '') throw invalid('name', 'name: The field cannot be left blank');
  const peers = peersOf(call, kind).filter((one) => one.id !== id);
  return { status: 'ACTIVE', ...body, name, priority: takePlace(call, peers, priority, 1), system: false };
}

function changed(call: Call, kind: Kind, body: Json, { id, body: known }: StoredObject): Json {
  const { type, status, system, priority } = known;
  return {
    ...placed(call, kind, { ...body, priority: body.priority ?? priority }, id),
    type,
    status,
    system,
  };
}

function withConditions({ conditions, ...body }: Json): Json {
  const usual = { people: { users: { exclude: [] }, groups: { include: [] } }, scopes: { include: [] } };
  return { ...body, conditions: completed(usual, conditions) };
}

function peersOf(call: Call, kind: Kind): StoredObject[] {
  return [...call.org.objects.of(listPath(call, kind))];
}
