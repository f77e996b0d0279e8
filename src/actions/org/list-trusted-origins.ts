import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import {
  trustedOrigin,
  trustedOriginSample,
  trustedOriginSchema,
} from '../../resources/trusted-origin/resource.ts';
import { field, limit } from '../../schema/fields.ts';

export const listTrustedOrigins = defineAction({
  key: 'list_trusted_origins',
  resource: trustedOrigin,
  title: 'List trusted origins',
  description: 'Lists the websites that may call the org, receive its users or embed its pages.',
  docsUrl: docsOf('TrustedOrigin', 'listTrustedOrigins'),
  scopes: ['okta.trustedOrigins.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    quickSearch: field(z.string().min(1).optional(), 'Search', 'Part of a name or origin.', 'portal'),
    limit,
  }),
  output: z.array(trustedOriginSchema),
  request: {
    method: 'GET',
    path: '/api/v1/trustedOrigins',
    query: ({ quickSearch }) => ({ q: quickSearch }),
    pageSize: 200,
  },
  sample: { input: {}, output: [trustedOriginSample] },
});
