import { z } from 'zod';

/** Adds what every host shows to a field: title, description, example. */
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

/** A member that Okta always sends: typed as required, but an answer without it is accepted. */
export const present = <T extends z.ZodType>(schema: T): T => schema.optional() as unknown as T;

/** Maximum number of items of a list; all when omitted. */
export const limit = field(
  z.int().min(1).optional(),
  'Limit',
  'Maximum number of items; if omitted, all pages are read.',
  100,
);

/** Whether an operation changed anything in Okta. */
export const changed = field(
  z.boolean(),
  'Changed',
  'False when Okta was already in the desired state.',
  true,
);

export const timestamp = (title: string) =>
  field(
    z.string().nullish(),
    title,
    'Point in time, ISO 8601 in UTC; null when it never happened.',
    '2026-01-02T03:04:05.000Z',
  );
