import { z } from 'zod';
import { mapping } from '../resources/reference.ts';
import { user } from '../resources/user/resource.ts';
import { field } from '../schema/fields.ts';
import { CHANGE_KINDS } from './change.ts';
import { mappingSchema } from './mapping/schema.ts';

/** The mapping of an operation about a directory. */
export const mappingField = mapping(user, 'preview_sync', mappingSchema.optional());

/** How many people may leave at once without a confirmation. */
export const maxLeaversField = field(
  z
    .string()
    .regex(/^\d+(\.\d+)?%?$/, 'must be a number of people or a share, like 25 or 10%')
    .default('10%'),
  'Most leavers',
  'How many people may leave at once: a number, or a share of those who are active. More are held back.',
  '10%',
);

/** The requests by which people are read one by one. */
export const PEOPLE_CALLS = [
  ...(['GET /api/v1/users', 'GET /api/v1/users/{userId}', 'GET /api/v1/users/{userId}/groups'] as const),
  ...(['GET /api/v1/groups', 'GET /api/v1/groups/{groupId}/users'] as const),
  ...([
    'GET /api/v1/apps',
    'GET /api/v1/apps/{appId}/users',
    'GET /api/v1/apps/{appId}/users/{userId}',
  ] as const),
];

/** Who a row is about. */
export const mappedPerson = {
  id: field(z.string(), 'ID', "Okta's id of the user.", '00u1abcdefghijklmnop'),
  login: field(z.string().optional(), 'Login', 'Login of the user.', 'ana.ruiz@acme.test'),
  groups: field(z.array(z.string()).optional(), 'Groups', 'Names of the groups that count.', [
    'Service Desk',
  ]),
};

/** A user as a mapping makes one. */
export const mappedRow = z.looseObject({
  profile: field(
    z.string().optional(),
    'Profile',
    'Name of the profile, if the mapping has several.',
    'agents',
  ),
  active: field(z.boolean(), 'Active', 'Whether the user counts as active.', true),
  fields: field(z.record(z.string(), z.unknown()), 'Fields', 'The mapped fields.', {
    login: 'ana.ruiz@acme.test',
  }),
  assignments: field(
    z.array(z.object({ type: z.string(), value: z.unknown() })),
    'Assignments',
    'What rules and defaults give.',
    [{ type: 'role', value: 'Agent' }],
  ),
});

/** Names that a table lacks. */
export const missList = field(
  z
    .array(
      z.looseObject({
        field: z.string(),
        lookup: z.string(),
        name: z.string(),
        nearest: z.string().optional(),
      }),
    )
    .optional(),
  'Misses',
  'Names that a table lacks, and what may be meant.',
  [{ field: 'department', lookup: 'departments', name: 'Slaes', users: 1, nearest: 'Sales' }],
);

const row = z.record(z.string(), z.unknown());

/** A change, as operations tell one. */
export const changeFields = {
  id: field(z.string(), 'ID', 'Id of the change; the same change always has the same id.', 'pWzJ4cXm-17'),
  kind: field(z.enum(CHANGE_KINDS), 'Kind', 'What happened.', 'user.updated'),
  key: field(
    z.object({ userId: z.string().optional(), groupId: z.string().optional() }),
    'Key',
    "Okta's ids: of the user, of the group, or of both for a membership.",
    { userId: '00u2abcdefghijklmnop' },
  ),
  before: field(row.nullable(), 'Before', 'The mapped row before; null if there was none.', {
    title: 'Clerk',
  }),
  after: field(row.nullable(), 'After', 'The mapped row now; null if there is none.', { title: 'Lead' }),
  changed: field(z.array(z.string()), 'Changed', 'Names of the fields that differ.', ['title']),
};
