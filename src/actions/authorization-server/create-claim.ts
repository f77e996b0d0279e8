import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { claimInput, claimSample, claimSchema } from '../../resources/authorization-server/claim.ts';
import { authorizationServer } from '../../resources/authorization-server/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';

export const createClaim = defineAction({
  key: 'create_claim',
  resource: authorizationServer,
  noun: 'claim',
  title: 'Create claim',
  description:
    'Adds a claim to the tokens of an authorization server. It needs API Access Management; without it Okta answers that the feature is missing.',
  docsUrl: docsOf('AuthorizationServerClaims', 'createOAuth2Claim'),
  scopes: ['okta.authorizationServers.manage', 'okta.authorizationServers.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z
    .strictObject({ authServerId: ref(authorizationServer), ...claimInput })
    .refine(({ valueType, group_filter_type: filter }) => valueType !== 'GROUPS' || filter !== undefined, {
      message: 'is needed with the value type GROUPS',
      path: ['group_filter_type'],
    })
    .refine(({ claimType, alwaysIncludeInToken: always }) => claimType !== 'RESOURCE' || always !== false, {
      message: 'cannot be false: an access token always has its claims',
      path: ['alwaysIncludeInToken'],
    }),
  output: claimSchema,
  request: {
    method: 'POST',
    path: '/api/v1/authorizationServers/{authServerId}/claims',
    body: ({ authServerId, ...claim }) => ({ status: 'ACTIVE', ...claim }),
  },
  sample: {
    input: {
      authServerId: 'default',
      name: 'department',
      claimType: 'RESOURCE',
      valueType: 'EXPRESSION',
      value: 'user.department',
    },
    output: claimSample,
  },
});
