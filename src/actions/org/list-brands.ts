import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { brand, brandSchema } from '../../resources/brand/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { field, limit } from '../../schema/fields.ts';

export const listBrands = defineAction({
  key: 'list_brands',
  resource: brand,
  title: 'List brands',
  description:
    'Lists the brands of the org: the looks of its sign-in pages and e-mails. Every org has one that is the default.',
  docsUrl: docsOf('Brands', 'listBrands'),
  scopes: ['okta.brands.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    quickSearch: field(
      z.string().min(1).optional(),
      'Search',
      'Only brands whose name contains this text.',
      'Retail',
    ),
    limit,
  }),
  output: z.array(brandSchema),
  request: {
    method: 'GET',
    path: '/api/v1/brands',
    query: ({ quickSearch }) => ({ q: quickSearch }),
    pageSize: 200,
  },
  sample: {
    input: {},
    output: [{ id: 'bnd1abcdefghijklmnop', name: 'Acme Retail', isDefault: false }],
  },
});
