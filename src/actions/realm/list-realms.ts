import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { realm, realmSample, realmSchema } from '../../resources/realm/resource.ts';
import { field, limit } from '../../schema/fields.ts';

export const listRealms = defineAction({
  key: 'list_realms',
  resource: realm,
  title: 'List realms',
  description: 'Lists the realms of the org, the default one included.',
  docsUrl: docsOf('Realm', 'listRealms'),
  scopes: ['okta.realms.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    search: field(
      z.string().min(1).optional(),
      'Search expression',
      "In Okta's search language, for profile.name and profile.realmType; the index can lag by seconds.",
      'profile.name sw "Car"',
    ),
    limit,
  }),
  output: z.array(realmSchema),
  request: { method: 'GET', path: '/api/v1/realms', query: ['search'], pageSize: 200 },
  sample: { input: {}, output: [realmSample] },
});
