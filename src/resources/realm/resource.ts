import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';
import { isRecord } from '../../schema/record.ts';
import { namedResource } from '../named.ts';

export const realmProfile = z.looseObject({
  name: field(z.string().min(1), 'Name', 'Name of the realm.', 'Car Co'),
  realmType: field(
    z.string().optional(),
    'Type',
    'PARTNER gives the realm the portal for external partners; otherwise DEFAULT.',
    'PARTNER',
  ),
  domains: field(
    z.array(z.string()).optional(),
    'Domains',
    'If given, user names and e-mail addresses in the realm must be in one of these domains.',
    ['carco.test'],
  ),
});

/** A realm as Okta returns it. */
export const realmSchema = z.looseObject({
  id: field(z.string(), 'Realm ID', 'Unique id.', 'guo1abcdefghijklmnop'),
  isDefault: field(z.boolean(), 'Default', 'Whether it has the users who are in no other realm.', false),
  profile: field(realmProfile, 'Profile', 'Name, type and domains.'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

export const realmSample = {
  ...{ id: 'guo1abcdefghijklmnop', isDefault: false },
  profile: { name: 'Car Co', realmType: 'PARTNER', domains: ['carco.test'] },
};

/** A part of the org's users with admins of its own. */
export const realm = namedResource({
  ...{ key: 'realm', title: 'Realm', job: 'people', scopes: ['okta.realms.read'], schema: realmSchema },
  ...{ list: '/api/v1/realms', one: '/api/v1/realms/{realmId}' },
  plural: { key: 'realms', title: 'Realms' },
  prefix: 'guo',
  nameOf: ({ profile }) => isRecord(profile) && profile.name,
  // Not `search`, whose index lags.
  query: { limit: 200 },
  ...{ example: 'guo1abcdefghijklmnop', handle: 'Car Co' },
});
