import { z } from 'zod';
import { field } from '../../schema/fields.ts';
import { namedResource } from '../named.ts';

/** A brand as Okta returns it. */
export const brandSchema = z.looseObject({
  id: field(z.string(), 'Brand ID', 'Unique id.', 'bnd1abcdefghijklmnop'),
  name: field(z.string(), 'Name', 'Name of the brand.', 'Acme Retail'),
  isDefault: field(z.boolean(), 'Default', 'Whether it is the brand of the org itself.', false),
});

export const brand = namedResource({
  key: 'brand',
  title: 'Brand',
  job: 'org',
  scopes: ['okta.brands.read'],
  schema: brandSchema,
  list: '/api/v1/brands',
  one: '/api/v1/brands/{brandId}',
  plural: { key: 'brands', title: 'Brands' },
  prefix: 'bnd',
  narrow: (name) => ({ q: name, limit: 200 }),
  example: 'bnd1abcdefghijklmnop',
  handle: 'Acme Retail',
});
