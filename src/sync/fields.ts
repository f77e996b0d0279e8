import { z } from 'zod';
import { mapping } from '../resources/reference.ts';
import { user } from '../resources/user/resource.ts';
import { field } from '../schema/fields.ts';
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
    z.array(z.looseObject({ type: z.string(), value: z.unknown() })),
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
