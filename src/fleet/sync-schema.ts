import { z } from 'zod';
import { maxLeaversField } from '../sync/fields.ts';
import { mappingSchema } from '../sync/mapping/schema.ts';
import { interval, secretReference } from './file-parts.ts';

const url = (what: string) => z.url({ protocol: /^https?$/ }).meta({ description: what });

/** A directory sync of a connection, on a schedule. */
export const fleetSync = z
  .strictObject({
    every: interval.prefault('1h'),
    mapping: mappingSchema.default({}),
    to: z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('scim'),
        url: url('Base URL of the SCIM server.'),
        token: secretReference,
      }),
      z.strictObject({
        type: z.literal('webhook'),
        url: url('Where batches of changes are posted.'),
        secret: secretReference,
      }),
    ]),
    maxLeavers: maxLeaversField,
  })
  .meta({ title: 'Directory sync', description: 'Tells a target whom and what changed in the directory.' });

/** A sync with where its snapshot is, as it is stored. */
export interface DeclaredSync {
  sync: z.output<typeof fleetSync>;
  state: z.output<typeof secretReference>;
}
