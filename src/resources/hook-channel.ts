import { z } from 'zod';
import { field } from '../schema/fields.ts';
import { isRecord } from '../schema/record.ts';

/** Where a hook sends its calls. */
export const channelSchema = field(
  z.looseObject({ config: z.looseObject({ uri: z.string().optional() }).optional() }).optional(),
  'Channel',
  'Where the calls go. Values of headers are left out, because they are often secrets.',
  { type: 'HTTP', version: '1.0.0', config: { uri: 'https://hooks.acme.test/in', method: 'POST' } },
);

/** A hook without the values of its headers: Okta returns those in clear. */
export function withoutHeaderValues<T extends { channel?: unknown }>(hook: T): T {
  const channel = isRecord(hook.channel) ? hook.channel : {};
  const config = isRecord(channel.config) ? channel.config : {};
  if (!Array.isArray(config.headers)) return hook;
  const headers = config.headers.map((header) => ({ key: isRecord(header) ? header.key : undefined }));
  return { ...hook, channel: { ...channel, config: { ...config, headers } } };
}
