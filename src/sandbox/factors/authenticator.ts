import { invalid, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, flag, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { found, partyOf, plainView, viewOf } from '../kinds/endpoints.ts';
import { defineKind, type Kind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { record } from '../system-log/record.ts';

const types: Readonly<Record<string, string>> = {
  ...{ okta_email: 'email', okta_password: 'password', phone_number: 'phone', tac: 'tac' },
  ...{ security_question: 'security_question', external_idp: 'federated', smart_card_idp: 'federated' },
  ...{ okta_verify: 'app', google_otp: 'app', custom_app: 'app', duo: 'app', symantec_vip: 'app' },
};

const securityKeys = ['webauthn', 'security_key', 'yubikey_token', 'onprem_mfa', 'rsa_token', 'custom_otp'];

/** The ways in which users of the org may prove an identity. */
export const authenticatorKind = defineKind({
  path: '/api/v1/authenticators',
  param: 'authenticatorId',
  prefix: 'aut',
  type: 'Authenticator',
  scope: 'okta.authenticators',
  serves: ['list', 'read', 'create', 'replace'],
  list: { order: (a, b) => (String(a.body.name) < String(b.body.name) ? -1 : 1) },
  make(call, body) {
    if (typeof body.key !== 'string' || body.key === '') throw invalid('key', 'key: is required');
    if (!(body.key in types || securityKeys.includes(body.key)))
      throw invalid('key', `key: ${body.key} is not a key of an authenticator`);
    return { ...membersOf(body), status: flag(call, 'activate', true) ? 'ACTIVE' : 'INACTIVE' };
  },
  change: (_, body, known) => ({
    ...membersOf({ ...body, key: known.body.key }),
    status: known.body.status,
  }),
  view(call, authenticator) {
    const plain = plainView(call, authenticatorKind, authenticator);
    return { ...plain, _links: { ...(plain._links as Json), ...linksOf(call, authenticator) } };
  },
  made: addToDefaultPolicy,
  lifecycle: {
    activate: {
      ...{ status: 'ACTIVE', answers: 'object', also: addToDefaultPolicy },
      event: 'security.authenticator.lifecycle.activate',
    },
  },
  events: {
    create: 'security.authenticator.lifecycle.create',
    update: 'security.authenticator.lifecycle.update',
  },
});

function membersOf({ key, name, settings, provider }: Json): Json {
  const app = isObject(settings) ? settings.appInstanceId : undefined;
  const client = key === 'custom_app' && app !== undefined ? { oauthClientId: app } : {};
  return {
    ...{ type: types[String(key)] ?? 'security_key', key, name },
    ...(isObject(settings)
      ? { settings: { ...settings, ...client, ...(key === 'okta_verify' ? { appInstanceId: '' } : {}) } }
      : {}),
    ...(provider === undefined ? {} : { provider }),
  };
}

function linksOf({ origin }: Call, { list, id, body: { key, status } }: StoredObject): Json {
  const self = `${origin}${list}/${id}`;
  const link = (href: string, method: string) => ({ href, hints: { allow: [method] } });
  return {
    methods: link(`${self}/methods`, 'GET'),
    ...(status === 'ACTIVE' && key !== 'okta_password'
      ? { deactivate: link(`${self}/lifecycle/deactivate`, 'POST') }
      : {}),
    ...(key === 'webauthn' ? { aaguids: link(`${self}/aaguids`, 'GET') } : {}),
    ...(key === 'okta_verify' || key === 'custom_app'
      ? { enroll: link(`${origin}/idp/authenticators`, 'POST') }
      : {}),
  };
}

/** Deactivation: no authenticator that an enrollment policy uses can be deactivated. */
export const authenticatorDeactivation: Endpoint = {
  method: 'POST',
  path: `${authenticatorKind.path}/:authenticatorId/lifecycle/deactivate`,
  scope: 'okta.authenticators.manage',
  handle: deactivate,
};

const fastPass =
  ' Additionally, if disabling Okta Verify when Fastpass is active, the "Device state" must not be set to "registered" in app assurance policies.';

function deactivate(call: Call): Answer {
  const authenticator = found(call, authenticatorKind);
  const { id, body } = authenticator;
  if (body.status !== 'ACTIVE') throw invalid('api.authenticator.error.unsupported.active.deactivate');
  const usedBy = [...call.org.apps.from()].some(({ settings }) => {
    const { oauthClient } = settings;
    return isObject(oauthClient) && oauthClient.backchannel_custom_authenticator_id === id;
  });
  if (usedBy)
    throw invalid(
      'Authenticator',
      'Cannot delete this authenticator because it is being configured for CIBA by one or more OIDC applications.',
    );
  const policies = enrollmentPolicies(call).filter((policy) =>
    authenticatorsOf(policy).some(allows(body.key)),
  );
  if (policies.length > 0)
    throw oktaError('E0000148', body.key === 'okta_verify' ? fastPass : '', [
      `Authenticator Enrollment Policies: ${policies.map((policy) => policy.body.name).join(', ')}`,
    ]);
  const lastUpdated = call.org.clock.seconds();
  const inactive = { ...authenticator, lastUpdated, body: { ...body, status: 'INACTIVE' } };
  record(call, 'security.authenticator.lifecycle.deactivate', {
    target: [partyOf(authenticatorKind, inactive)],
  });
  return ok(viewOf(call, authenticatorKind, call.org.objects.put(inactive)));
}

function enrollmentPolicies({ org }: Call): StoredObject[] {
  return [...org.objects.of('/api/v1/policies')].filter(({ body }) => body.type === 'MFA_ENROLL');
}

function authenticatorsOf({ body: { settings } }: StoredObject): Json[] {
  const { authenticators } = isObject(settings) ? settings : {};
  return Array.isArray(authenticators) ? authenticators.filter(isObject) : [];
}

const allows =
  (key: unknown) =>
  (one: Json): boolean =>
    one.key === key && isObject(one.enroll) && one.enroll.self !== 'NOT_ALLOWED';

/** Okta adds each authenticator that becomes active to the default enrollment policy. */
function addToDefaultPolicy(call: Call, { body: { key, status } }: StoredObject): void {
  const policy = enrollmentPolicies(call).find(({ body }) => body.system === true);
  if (!policy || status !== 'ACTIVE' || authenticatorsOf(policy).some(allows(key))) return;
  const others = authenticatorsOf(policy).filter((one) => one.key !== key);
  const authenticators = [...others, { key, enroll: { self: 'OPTIONAL' } }];
  const settings = { ...(policy.body.settings as Json), authenticators };
  call.org.objects.put({ ...policy, body: { ...policy.body, settings } });
}

const ownedByAuthenticator: Kind['guard'] = (call) => void found(call, authenticatorKind);

/** How an authenticator works: an app by push, by code, without a password. */
export const methodKind = defineKind({
  path: `${authenticatorKind.path}/:authenticatorId/methods`,
  param: 'methodType',
  prefix: 'atm',
  type: 'AuthenticatorMethod',
  scope: 'okta.authenticators',
  serves: ['list', 'read', 'replace'],
  guard: ownedByAuthenticator,
  change: (_, body, { body: { type, status } }) => ({ ...body, type, status }),
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object' },
    deactivate: { status: 'INACTIVE', answers: 'object' },
  },
  view(call, method) {
    const { id, created, lastUpdated, _links, ...members } = plainView(call, methodKind, method);
    const { self, ...transitions } = _links as Json;
    if (method.id !== 'webauthn') return { ...members, _links: { self, ...transitions } };
    return { settings: { userVerification: 'DISCOURAGED', attachment: 'ANY' }, ...members, _links: { self } };
  },
});
