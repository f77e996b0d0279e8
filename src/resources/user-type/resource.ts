import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';
import { namedResource } from '../named.ts';

/** A user type as Okta returns it. */
export const userTypeSchema = z.looseObject({
  id: field(z.string(), 'User type ID', 'Unique id.', 'oty1abcdefghijklmnop'),
  name: field(z.string(), 'Name', 'Name in the API; it never changes.', 'contractor'),
  displayName: field(z.string().optional(), 'Display name', 'Name in the Admin Console.', 'Contractor'),
  description: field(z.string().nullish(), 'Description', 'What the type is for.', 'People on loan'),
  default: field(z.boolean(), 'Default', 'Whether users have it unless told otherwise.', false),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** User types: each has a profile schema of its own. */
export const userType = namedResource({
  key: 'user_type',
  title: 'User type',
  job: 'people',
  scopes: ['okta.userTypes.read'],
  schema: userTypeSchema,
  one: '/api/v1/meta/types/user/{typeId}',
  list: '/api/v1/meta/types/user',
  plural: { key: 'user_types', title: 'User types' },
  ...{ prefix: 'oty', example: 'oty1abcdefghijklmnop', handle: 'contractor' },
});
