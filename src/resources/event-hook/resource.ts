import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';
import { channelSchema } from '../hook-channel.ts';
import { namedResource } from '../named.ts';

/** An event hook as Okta lists it. */
export const eventHookSchema = z.looseObject({
  id: field(z.string(), 'Event hook ID', 'Unique id.', 'who1abcdefghijklmnop'),
  name: field(z.string().optional(), 'Name', 'Display name.', 'Leavers to the HR flow'),
  status: field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  verificationStatus: field(
    z.string().optional(),
    'Verification',
    'VERIFIED or UNVERIFIED; an unverified hook delivers nothing.',
    'VERIFIED',
  ),
  events: field(
    z.looseObject({ items: z.array(z.string()).optional() }).optional(),
    'Events',
    'The event types that it delivers.',
    { type: 'EVENT_TYPE', items: ['user.lifecycle.deactivate'] },
  ),
  channel: channelSchema,
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

export const eventHook = namedResource({
  key: 'event_hook',
  title: 'Event hook',
  job: 'events',
  scopes: ['okta.eventHooks.read'],
  schema: eventHookSchema,
  one: '/api/v1/eventHooks/{eventHookId}',
  list: '/api/v1/eventHooks',
  plural: { key: 'event_hooks', title: 'Event hooks' },
  prefix: 'who',
  example: 'who1abcdefghijklmnop',
  handle: 'Leavers to the HR flow',
});
