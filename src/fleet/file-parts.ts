import { z } from 'zod';

export const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 24 * UNIT_MS.h;

const msOf = (text: string): number =>
  Number.parseInt(text, 10) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS];

export const interval = z
  .string()
  .regex(/^\d{1,5}[smh]$/, 'must be a time like 30s, 5m or 1h')
  .refine((text) => msOf(text) >= SHORTEST_MS && msOf(text) <= LONGEST_MS, 'must be from 1s to 24h')
  .transform(msOf)
  .meta({ title: 'Every', description: 'Time from one poll to the next.', examples: ['60s', '5m'] });

/** Also the name of a job and a part of keys in Redis, so no colon and no slash. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, ".", "_" and "-", up to 100');

/** Where a worker finds a secret when it needs it. Only the reference is stored in Redis. */
export const secretReference = z
  .union(
    [
      z.strictObject({ env: z.string().min(1).meta({ description: 'Environment variable of the worker.' }) }),
      z.strictObject({ file: z.string().min(1).meta({ description: 'File that the worker can read.' }) }),
      z.strictObject({
        command: z
          .array(z.string().min(1))
          .min(1)
          .meta({ description: 'Program and arguments; what it prints is the secret.' }),
      }),
    ],
    { error: 'must be a reference: { env: NAME }, { file: PATH } or { command: [PROGRAM, …] }' },
  )
  .meta({ title: 'Secret', description: 'A reference; the secret itself is never in this file.' });

export type SecretReference = z.output<typeof secretReference>;
