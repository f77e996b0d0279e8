import { z } from 'zod';
import { apiTokenAuth, clientCredentialsAuth } from '../auth/connection.ts';
import { interval, name, secretReference, UNIT_MS } from './file-parts.ts';
import { fleetSync } from './sync-schema.ts';

const fleetAuth = z.discriminatedUnion('type', [
  apiTokenAuth.extend({ token: secretReference }),
  clientCredentialsAuth.extend({ privateKey: secretReference }),
]);

const sink = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('webhook'),
      url: z.url({ protocol: /^https?$/ }).meta({ description: 'Where each item is posted.' }),
      secret: secretReference,
    })
    .meta({ title: 'Webhook', description: 'Posts each item, signed as Standard Webhooks says.' }),
  z
    .strictObject({
      type: z.literal('redis-stream'),
      key: z.string().min(1).meta({ description: 'Key of the stream in the same Redis.' }),
      maxLength: z
        .int()
        .min(1)
        .default(1_000_000)
        .meta({ description: 'About how many items the stream keeps: older ones are dropped, read or not.' }),
    })
    .meta({ title: 'Redis stream', description: 'Added in one step with the position of the trigger.' }),
  z
    .strictObject({
      type: z.literal('bullmq'),
      queue: name.meta({ description: 'Name of a BullMQ queue in the same Redis.' }),
      prefix: z.string().min(1).default('bull').meta({ description: 'Key prefix of that queue.' }),
    })
    .meta({ title: 'BullMQ queue', description: 'One job for each item.' }),
]);

/** Ids of the events of a hook are remembered until the log has been read past them: the window holds those of about so long. */
const LONGEST_INSTANT_MS = 30 * UNIT_MS.m;

const trigger = z
  .strictObject({
    trigger: z.string().min(1).meta({
      description: 'Key of a polling or scheduled trigger, or of one that can be instant: user_created.',
    }),
    input: z.record(z.string(), z.unknown()).default({}).meta({ description: 'Its input.' }),
    every: interval.prefault('60s'),
    sink: name.meta({ description: 'Name of one of the sinks.' }),
    instant: z.boolean().optional().meta({
      description:
        'Okta calls when something happens, through an event hook; the System Log is polled as well, at least every 30m. Workers have to listen.',
    }),
  })
  .refine(({ instant, every }) => !instant || every <= LONGEST_INSTANT_MS, {
    path: ['every'],
    error: 'must be at most 30m for an instant trigger',
  });

const fleetConnection = z.strictObject({
  orgUrl: z.string().min(1).meta({ description: 'Where people sign in: https://acme.okta.com' }),
  auth: fleetAuth,
  triggers: z.record(name, trigger).default({}),
  syncs: z.record(name, fleetSync).default({}),
});

/** A fleet as it is declared in a file. */
export const fleetFile = z
  .strictObject({
    version: z.literal(1),
    state: secretReference.optional().meta({
      title: 'State',
      description:
        'Where syncs keep their snapshots: postgres://…, which all workers reach. A reference, because it has a password.',
    }),
    sinks: z.record(name, sink).default({}),
    connections: z.record(name, fleetConnection).default({}),
  })
  .meta({
    title: 'Fleet of okta-connector',
    description: 'The file that declares a fleet: sinks, connections, their triggers and syncs.',
  });

export type FleetFileInput = z.input<typeof fleetFile>;
export type FleetFile = z.output<typeof fleetFile>;
export type DeclaredSink = z.output<typeof sink>;
export type DeclaredConnection = Omit<z.output<typeof fleetConnection>, 'triggers' | 'syncs'>;
export type DeclaredTrigger = z.output<typeof trigger>;

/** The JSON Schema of the file, for editors; draft 7 as they know it best. */
export const fleetJsonSchema = (): object => z.toJSONSchema(fleetFile, { io: 'input', target: 'draft-7' });
