import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { device } from '../../resources/device/resource.ts';
import { deviceSample, deviceSchema } from '../../resources/device/schema.ts';
import { docsOf } from '../../resources/docs.ts';
import { field, limit } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

export const listDevices = defineAction({
  key: 'list_devices',
  resource: device,
  title: 'List devices',
  description:
    'Lists the devices of the org, over all pages; Identity Engine only. A search may miss changes of the last seconds.',
  docsUrl: docsOf('Device', 'listDevices'),
  scopes: ['okta.devices.read', 'okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    search: field(
      z.string().min(1).optional(),
      'Search',
      'Condition on id, status, lastUpdated or profile attributes; co only for names, serial numbers and identifiers.',
      'status eq "ACTIVE" and profile.platform eq "MACOS"',
    ),
    expand: field(
      labelled(z.enum(['user', 'userSummary']), {
        user: 'Its users',
        userSummary: 'A summary of its users',
      }).optional(),
      'Expand',
      'Include the users of each device in _embedded, whole or in short.',
      'userSummary',
    ),
    limit,
  }),
  output: z.array(deviceSchema),
  request: { method: 'GET', path: '/api/v1/devices', query: ['search', 'expand'], pageSize: 200 },
  sample: { input: { search: 'status eq "ACTIVE"' }, output: [deviceSample] },
});
