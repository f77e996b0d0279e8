import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';

/** The factors that a Classic Engine org offers. Undocumented, but clients of such orgs turn them on and off here. */
export const orgFactorKind = defineKind({
  path: '/api/v1/org/factors',
  param: 'factorId',
  prefix: 'fct',
  type: 'OrgFactor',
  scope: 'okta.orgs',
  serves: ['list', 'read'],
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object' },
    deactivate: { status: 'INACTIVE', answers: 'object' },
  },
  view: factorView,
});

const factors: Record<string, { provider: string; factorType: string }> = {
  google_otp: { provider: 'GOOGLE', factorType: 'token:software:totp' },
  okta_call: { provider: 'OKTA', factorType: 'call' },
  okta_email: { provider: 'OKTA', factorType: 'email' },
  okta_otp: { provider: 'OKTA', factorType: 'token:software:totp' },
  okta_push: { provider: 'OKTA', factorType: 'push' },
  okta_question: { provider: 'OKTA', factorType: 'question' },
  okta_sms: { provider: 'OKTA', factorType: 'sms' },
};

/** Unlike other objects they have a name as their id. */
export function seedOrgFactors(org: Org): void {
  for (const [id, factor] of Object.entries(factors))
    org.objects.put({
      id,
      list: orgFactorKind.path,
      created: org.created,
      lastUpdated: org.created,
      body: { ...factor, status: 'INACTIVE' },
    });
}

function factorView({ origin }: Call, { id, body }: StoredObject): Json {
  const self = `${origin}${orgFactorKind.path}/${id}`;
  const other = body.status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    id,
    ...body,
    _links: {
      [other]: { href: `${self}/lifecycle/${other}`, hints: { allow: ['POST'] } },
      self: { href: self, hints: { allow: ['GET'] } },
    },
  };
}
