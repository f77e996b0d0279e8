import { z } from 'zod';
import { mappingSchema } from './schema.ts';

/** The JSON Schema of a mapping as it is written in a file, for editors and checks; draft 7 as they know it best. */
export const mappingJsonSchema = (): object =>
  z.toJSONSchema(mappingSchema, { io: 'input', target: 'draft-7' });
