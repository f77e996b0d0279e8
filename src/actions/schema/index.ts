import { getSchema } from './get-schema.ts';
import { listUserTypes } from './list-user-types.ts';
import { updateSchema } from './update-schema.ts';

/** In display order. */
export const schemaActions = [listUserTypes, getSchema, updateSchema] as const;
