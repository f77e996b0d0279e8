import { z } from 'zod';
import { defineAction } from '../../define.ts';
import {
  authorizationServer,
  authorizationServerSample,
  authorizationServerSchema,
} from '../../resources/authorization-server/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { field, limit } from '../../schema/fields.ts';

export const listAuthorizationServers = defineAction({
  key: 'list_authorization_servers',
  resource: authorizationServer,
  title: 'List authorization servers',
  description:
    'Lists the custom authorization servers of the org. They need API Access Management; without it Okta answers that the feature is missing.',
  docsUrl: docsOf('AuthorizationServer', 'listAuthorizationServers'),
  scopes: ['okta.authorizationServers.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    quickSearch: field(z.string().min(1).optional(), 'Search', 'Part of a name or audience.', 'default'),
    limit,
  }),
  output: z.array(authorizationServerSchema),
  request: {
    method: 'GET',
    path: '/api/v1/authorizationServers',
    query: ({ quickSearch }) => ({ q: quickSearch }),
    pageSize: 200,
  },
  sample: { input: {}, output: [authorizationServerSample] },
});
