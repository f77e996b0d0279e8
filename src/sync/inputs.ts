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
