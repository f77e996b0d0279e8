import { z } from 'zod';
import { field, present, timestamp } from '../../schema/fields.ts';
import { namedResource } from '../named.ts';

/** A trusted origin as Okta returns it. */
export const trustedOriginSchema = z.looseObject({
  id: field(z.string(), 'Trusted origin ID', 'Unique id.', 'tos1abcdefghijklmnop'),
  name: present(field(z.string(), 'Name', 'Name of the origin.', 'Staff portal')),
  origin: present(field(z.string(), 'Origin', 'Scheme, host and port.', 'https://portal.acme.test')),
  scopes: present(
    field(z.array(z.looseObject({ type: z.string() })), 'Scopes', 'What the origin may do.', [
      { type: 'CORS' },
    ]),
  ),
  status: field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** A trusted origin with invented data, for samples. */
export const trustedOriginSample = {
  id: 'tos1abcdefghijklmnop',
  name: 'Staff portal',
  origin: 'https://portal.acme.test',
  scopes: [{ type: 'CORS' }],
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
};

/** A website that may call the org, receive its users or embed its pages. */
export const trustedOrigin = namedResource({
  key: 'trusted_origin',
  title: 'Trusted origin',
  job: 'org',
  scopes: ['okta.trustedOrigins.read'],
  schema: trustedOriginSchema,
  one: '/api/v1/trustedOrigins/{trustedOriginId}',
  list: '/api/v1/trustedOrigins',
  plural: { key: 'trusted_origins', title: 'Trusted origins' },
  prefix: 'tos',
  narrow: (q) => ({ q }),
  example: 'tos1abcdefghijklmnop',
  handle: 'Staff portal',
});
