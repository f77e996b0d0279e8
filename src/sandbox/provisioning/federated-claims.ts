import { appById } from '../apps/apps.ts';
import { invalid } from '../errors.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

/** Claims that an app gets from the profile of a user. */
export const federatedClaimKind = defineKind({
  path: '/api/v1/apps/:appId/federated-claims',
  param: 'claimId',
  prefix: 'ofc',
  type: 'FederatedClaim',
  scope: 'okta.apps',
  created: 201,
  guard: appById,
  make(_, { name, expression }) {
    if (typeof name !== 'string' || typeof expression !== 'string')
      throw invalid('federatedClaim', 'name, expression: The fields cannot be left blank');
    return { name, expression };
  },
  view(call, object) {
    const { _links, ...members } = plainView(call, federatedClaimKind, object);
    return members;
  },
});
