import { z } from 'zod';

/** Gives a field what every host shows: title, description, example. */
export function field<T extends z.ZodType>(
  schema: T,
  title: string,
  description: string,
  example?: z.input<T>,
): T {
  return schema.meta({ title, description, ...(example === undefined ? {} : { examples: [example] }) }) as T;
}

/** Marks a value as secret by type: hosts mask it, logs never see it. */
export function secret<T extends z.ZodType>(schema: T): T {
  return schema.meta({ format: 'password', writeOnly: true }) as T;
}

/** A member that Okta always sends: typed as being there, though an answer without it is not refused. */
export const present = <T extends z.ZodType>(schema: T): T => schema.optional() as unknown as T;

/** How many items of a list are wanted; all of them when left out. */
export const limit = field(
  z.int().min(1).optional(),
  'Limit',
  'Return at most this many; all pages are read when left out.',
  100,
);

/** Whether an operation changed anything in Okta. */
export const changed = field(
  z.boolean(),
  'Changed',
  'False when Okta was in the wanted state already.',
  true,
);

export const timestamp = (title: string) =>
  field(
    z.string().nullish(),
    title,
    'Point in time, ISO 8601 in UTC; null when it never happened.',
    '2026-01-02T03:04:05.000Z',
  );
