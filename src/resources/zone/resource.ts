import { namedResource } from '../named.ts';
import { zoneSchema } from './schema.ts';

/** Network zones: addresses, places and services from which people come. */
export const zone = namedResource({
  key: 'zone',
  title: 'Network zone',
  job: 'rules',
  scopes: ['okta.networkZones.read'],
  schema: zoneSchema,
  one: '/api/v1/zones/{zoneId}',
  list: '/api/v1/zones',
  query: { limit: 200 },
  plural: { key: 'zones', title: 'Network zones' },
  ...{ prefix: 'nzo', example: 'nzo1abcdefghijklmnop', handle: 'Head office' },
});
