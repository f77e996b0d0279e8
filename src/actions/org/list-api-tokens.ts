import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { apiToken, apiTokenSample, apiTokenSchema } from '../../resources/api-token/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { limit } from '../../schema/fields.ts';

export const listApiTokens = defineAction({
  key: 'list_api_tokens',
  resource: apiToken,
  title: 'List API tokens',
  description:
    'Lists the API tokens of the org with owner, network and expiry, never the tokens themselves. A token expires when it is not used for 30 days.',
  docsUrl: docsOf('ApiToken', 'listApiTokens'),
  scopes: ['okta.apiTokens.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ limit }),
  output: z.array(apiTokenSchema),
  request: { method: 'GET', path: '/api/v1/api-tokens', pageSize: 0 },
  sample: { input: {}, output: [apiTokenSample] },
});
