import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';
import { catchAllOf, settingsOf } from './defaults.ts';
import { catchAllPlace } from './places.ts';
import { traitsOf } from './traits.ts';

interface Seeded {
  type: string;
  name: string;
  description?: string;
  /** Of the policies that apps link to. */
  id?: string;
  /** Made by Okta, unless false. */
  system?: boolean;
  settings?: Json;
  /** Actions of its last rule; by default those of a new policy. */
  actions?: Json;
}

const applies = 'The default policy applies in all situations if no other policy applies.';

const policies: readonly Seeded[] = [
  {
    type: 'OKTA_SIGN_ON',
    name: 'Default Policy',
    description: applies,
    actions: {
      signon: {
        access: 'ALLOW',
        requireFactor: false,
        primaryFactor: 'PASSWORD_IDP_ANY_FACTOR',
        rememberDeviceByDefault: false,
        session: { usePersistentCookie: false, maxSessionIdleMinutes: 120, maxSessionLifetimeMinutes: 0 },
      },
    },
  },
  {
    type: 'PASSWORD',
    name: 'Default Policy',
    description: applies,
    settings: settingsOf.PASSWORD,
    actions: {
      passwordChange: { access: 'ALLOW' },
      selfServicePasswordReset: { access: 'ALLOW' },
      selfServiceUnlock: { access: 'DENY' },
    },
  },
  {
    type: 'MFA_ENROLL',
    name: 'Default Policy',
    description: applies,
    settings: {
      type: 'AUTHENTICATORS',
      authenticators: [
        { key: 'okta_email', enroll: { self: 'REQUIRED' } },
        { key: 'okta_password', enroll: { self: 'REQUIRED' } },
        { key: 'okta_verify', enroll: { self: 'OPTIONAL' } },
      ],
    },
    actions: { enroll: { self: 'CHALLENGE' } },
  },
  {
    type: 'IDP_DISCOVERY',
    name: 'Idp Discovery Policy',
    description: 'Routes users to the place where they sign in.',
    actions: { idp: { providers: [{ type: 'OKTA' }], idpSelectionType: 'SPECIFIC' } },
  },
  { type: 'ACCESS_POLICY', name: 'Okta Admin Console', system: false },
  {
    type: 'ACCESS_POLICY',
    name: 'Any two factors',
    description: 'Require two factors to access.',
    id: 'rstSandboxAcc1Sb5d70',
  },
  {
    type: 'PROFILE_ENROLLMENT',
    name: 'Default Policy',
    description: applies,
    id: 'rstSandboxPrf1Sb5d70',
  },
  {
    type: 'POST_AUTH_SESSION',
    name: 'Post Auth Policy',
    description: 'Enables post auth policy evaluation for the org.',
  },
  {
    type: 'ENTITY_RISK',
    name: 'Entity Risk Policy',
    description: 'Responds to changes of the risk of a user.',
  },
];

/** Adds the policies that every org has, each with its last rule. */
export function seedPolicies(org: Org, ids: IdFactory): void {
  for (const { id, system = true, actions, type, ...rest } of policies) {
    const { prefixes, rule, ordered } = traitsOf(type);
    const policyId = id ?? ids.next(prefixes[0]);
    const times = { created: org.created, lastUpdated: org.created };
    const everyone = { people: { groups: { include: [org.groups.everyone.id] } } };
    const conditions = type === 'PASSWORD' ? { ...everyone, authProvider: { provider: 'OKTA' } } : everyone;
    org.objects.put({
      id: policyId,
      list: '/api/v1/policies',
      ...times,
      body: { status: 'ACTIVE', ...rest, priority: 1, system, conditions: ordered ? conditions : null, type },
    });
    org.objects.put({
      id: ids.next(prefixes[1]),
      list: `/api/v1/policies/${policyId}/rules`,
      ...times,
      body: {
        status: 'ACTIVE',
        name: ordered ? 'Default Rule' : 'Catch-all Rule',
        priority: ordered ? 1 : catchAllPlace,
        system: true,
        conditions: ordered ? { people: { users: { exclude: [] } } } : null,
        actions: actions ?? catchAllOf[type],
        type: rule,
      },
    });
  }
}
