import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import {
  identityProvider,
  identityProviderSample,
  identityProviderSchema,
} from '../../resources/identity-provider/resource.ts';
import { field, limit } from '../../schema/fields.ts';

export const listIdps = defineAction({
  key: 'list_idps',
  resource: identityProvider,
  title: 'List identity providers',
  description:
    'Lists the identity providers at which users of the org can sign in. The answer contains client secrets of OpenID Connect and social providers.',
  docsUrl: docsOf('IdentityProvider', 'listIdentityProviders'),
  scopes: ['okta.idps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    quickSearch: field(z.string().min(1).optional(), 'Search', 'Part of the name.', 'Partner'),
    type: field(
      z.string().regex(/^\w+$/).optional(),
      'Type',
      'SAML2, OIDC, GOOGLE, MICROSOFT and others.',
      'SAML2',
    ),
    limit,
  }),
  output: z.array(identityProviderSchema),
  request: {
    method: 'GET',
    path: '/api/v1/idps',
    query: ({ quickSearch, type }) => ({ q: quickSearch, type }),
    pageSize: 200,
  },
  sample: { input: { type: 'SAML2' }, output: [identityProviderSample] },
});
