import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { realm, realmProfile, realmSample, realmSchema } from '../../resources/realm/resource.ts';
import { field } from '../../schema/fields.ts';

export const createRealm = defineAction({
  key: 'create_realm',
  resource: realm,
  title: 'Create realm',
  description:
    'Creates a realm: a part of the users with admins of its own. Users come into it by their realmId, or by realm assignments.',
  docsUrl: docsOf('Realm', 'createRealm'),
  scopes: ['okta.realms.manage'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    profile: field(realmProfile.strict(), 'Profile', 'Name, type and domains of the realm.', {
      ...{ name: 'Car Co', realmType: 'PARTNER', domains: ['carco.test'] },
    }),
  }),
  output: realmSchema,
  request: { method: 'POST', path: '/api/v1/realms', body: ['profile'] },
  sample: { input: { profile: { name: 'Car Co', realmType: 'PARTNER' } }, output: realmSample },
});
