import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { field, timestamp } from '../../schema/fields.ts';
import { channelSchema } from '../hook-channel.ts';

/** An inline hook as Okta lists it. */
export const inlineHookSchema = z.looseObject({
  id: field(z.string(), 'Inline hook ID', 'Unique id.', 'cal1abcdefghijklmnop'),
  name: field(z.string().optional(), 'Name', 'Display name.', 'Claims from the CRM'),
  status: field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  type: field(
    z.string().optional(),
    'Type',
    'The moment at which Okta asks.',
    'com.okta.oauth2.tokens.transform',
  ),
  version: field(z.string().optional(), 'Version', 'Version of the type.', '1.0.0'),
  channel: channelSchema,
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

export const inlineHook = defineResource({
  key: 'inline_hook',
  title: 'Inline hook',
  job: 'events',
  scopes: ['okta.inlineHooks.read'],
  schema: inlineHookSchema,
  one: '/api/v1/inlineHooks/{inlineHookId}',
});
