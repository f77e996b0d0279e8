import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { zone } from '../../resources/zone/resource.ts';
import { zoneSample, zoneSchema } from '../../resources/zone/schema.ts';
import { field, limit } from '../../schema/fields.ts';

export const listZones = defineAction({
  key: 'list_zones',
  resource: zone,
  title: 'List network zones',
  description: 'Lists all network zones, over all pages, or those of one usage.',
  docsUrl: docsOf('NetworkZone', 'listNetworkZones'),
  scopes: ['okta.networkZones.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    filter: field(
      z.string().min(1).max(1000).optional(),
      'Filter',
      'Expression with eq over id, usage and system, combined by or.',
      'usage eq "BLOCKLIST"',
    ),
    limit,
  }),
  output: z.array(zoneSchema),
  request: { method: 'GET', path: '/api/v1/zones', query: ['filter'], pageSize: 200 },
  sample: { input: { filter: 'system eq false' }, output: [zoneSample] },
});
