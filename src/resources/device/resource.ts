import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { choicesPage } from '../choices.ts';
import { DEVICES, deviceIdOf, deviceNamed } from './reference.ts';
import { deviceSchema } from './schema.ts';

const listed = z.object({
  id: z.string(),
  status: z.string(),
  profile: z.object({ displayName: z.string(), platform: z.string() }),
});

/** A phone or computer on which people use Okta Verify. */
export const device = defineResource({
  key: 'device',
  title: 'Device',
  job: 'incident',
  scopes: ['okta.devices.read'],
  schema: deviceSchema,
  one: `${DEVICES}/{deviceId}`,
  names: {
    words: 'Id or exact display name',
    example: 'guo1abcdefghijklmnop',
    handle: 'ACME-MAC-1',
    calls: [`GET ${DEVICES}`],
    resolve: deviceIdOf,
  },
  choices: {
    key: 'devices',
    title: 'Devices',
    load(context, { search, cursor }) {
      const query = { search: search ? deviceNamed('co', search) : undefined, limit: 50 };
      const call = { path: DEVICES, query, answer: listed };
      return choicesPage(context, call, cursor, ({ profile, status }) =>
        [profile.displayName, profile.platform, status].join(', '),
      );
    },
  },
});
