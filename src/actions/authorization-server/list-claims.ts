import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { claimSample, claimSchema } from '../../resources/authorization-server/claim.ts';
import { authorizationServer } from '../../resources/authorization-server/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { limit } from '../../schema/fields.ts';

export const listClaims = defineAction({
  key: 'list_claims',
  resource: authorizationServer,
  noun: 'claim',
  title: 'List claims',
  description: 'Lists the claims that an authorization server puts into tokens, those of Okta included.',
  docsUrl: docsOf('AuthorizationServerClaims', 'listOAuth2Claims'),
  scopes: ['okta.authorizationServers.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ authServerId: ref(authorizationServer), limit }),
  output: z.array(claimSchema),
  request: { method: 'GET', path: '/api/v1/authorizationServers/{authServerId}/claims', pageSize: 0 },
  sample: { input: { authServerId: 'default' }, output: [claimSample] },
});
