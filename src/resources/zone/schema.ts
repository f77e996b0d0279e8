import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';

const address = z.looseObject({ type: z.string(), value: z.string() });

/** A network zone as Okta returns it. */
export const zoneSchema = z.looseObject({
  id: field(z.string(), 'Zone ID', 'Unique id.', 'nzo1abcdefghijklmnop'),
  name: field(z.string(), 'Name', 'Name of the zone.', 'Head office'),
  type: field(z.string(), 'Type', 'IP, DYNAMIC or DYNAMIC_V2.', 'IP'),
  status: field(z.string(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  usage: field(z.string().optional(), 'Usage', 'POLICY or BLOCKLIST.', 'POLICY'),
  system: field(z.boolean().optional(), 'System zone', 'Whether Okta made it.', false),
  gateways: field(z.array(address).nullish(), 'Gateways', 'Addresses of an IP zone; null if none.', [
    { type: 'CIDR', value: '203.0.113.0/24' },
  ]),
  proxies: field(z.array(address).nullish(), 'Proxies', 'Trusted proxies of an IP zone; null if none.', [
    { type: 'RANGE', value: '198.51.100.1-198.51.100.9' },
  ]),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** A zone with invented data, for samples. */
export const zoneSample = {
  id: 'nzo1abcdefghijklmnop',
  name: 'Head office',
  type: 'IP',
  status: 'ACTIVE',
  usage: 'POLICY',
  system: false,
  gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }],
  proxies: null,
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
};
