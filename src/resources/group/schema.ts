import { z } from 'zod';
import { field, present, timestamp } from '../../schema/fields.ts';
import { attribute } from '../user/schema.ts';

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

const name = field(z.string().trim().min(1).max(255), 'Name', 'Name of the group.', 'Sales EU');
const description = field(z.string().max(1024).nullish(), 'Description', 'What it is for.', 'Sellers');

/** The profile of a new group. */
export const newGroupProfileInput = field(
  z.object({ name, description }).catchall(attribute.optional()),
  'Profile',
  'Attributes of the new group, base and custom alike.',
  { name: 'Sales EU', description: 'Sellers in Europe' },
);

/** Attributes of a group to change. */
export const groupProfileInput = field(
  z.object({ name: name.optional(), description }).catchall(attribute.optional()),
  'Profile',
  'Attributes to set, base and custom alike: omitted ones keep their value, null clears one.',
  { description: 'Sellers in Europe' },
);

/** A profile as Okta takes it: what has no value is left out. */
export const withoutNulls = (profile: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== null));

/** A group with invented data, for samples. */
export const groupSample = {
  id: '00g1abcdefghijklmnop',
  type: 'OKTA_GROUP',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  lastMembershipUpdated: '2026-01-03T03:04:05.000Z',
  profile: { name: 'Sales EU', description: 'Sellers in Europe' },
};
