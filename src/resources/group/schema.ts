import { z } from 'zod';
import { field, present, timestamp } from '../../schema/fields.ts';

/** A group as Okta returns it. */
export const groupSchema = z.looseObject({
  id: field(z.string(), 'Group ID', 'Unique id.', '00g1abcdefghijklmnop'),
  type: field(z.string().optional(), 'Type', 'OKTA_GROUP, APP_GROUP or BUILT_IN.', 'OKTA_GROUP'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
  lastMembershipUpdated: timestamp('Membership updated'),
  profile: present(
    field(
      z.looseObject({ name: z.string().optional(), description: z.string().nullish() }),
      'Profile',
      'Name, description and custom attributes.',
      { name: 'Sales EU', description: null },
    ),
  ),
});

/** A group with invented data, for samples. */
export const groupSample = {
  id: '00g1abcdefghijklmnop',
  type: 'OKTA_GROUP',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  lastMembershipUpdated: '2026-01-03T03:04:05.000Z',
  profile: { name: 'Sales EU', description: 'Sellers in Europe' },
};
