import { InputError } from '../errors/errors.ts';

/** Wrong use of the command line: exit 2, like an unknown flag. */
export class UsageError extends InputError {}

/** Turns an error caused by a flag into a usage error (exit 2). */
export const asUsage = (error: InputError): UsageError =>
  new UsageError(error.message, { ...error, cause: error.cause });
