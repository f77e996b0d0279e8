import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

/** Which factors the users of a Classic org may have. */
export const orgFactorKind = defineKind({
  path: '/api/v1/org/factors',
  param: 'factorKey',
  prefix: 'okta_',
  type: 'Factor',
  scope: 'okta.orgs',
  serves: ['list', 'read'],
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'system.mfa.factor.activate' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'system.mfa.factor.deactivate' },
  },
  nameOf: ({ id }) => id,
  view(call, factor) {
    const { created, lastUpdated, ...members } = plainView(call, orgFactorKind, factor);
    return members;
  },
});
