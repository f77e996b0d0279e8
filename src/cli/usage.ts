import { InputError } from '../errors/errors.ts';

/** The command line itself was used wrongly: exit 2, like an unknown flag. */
export class UsageError extends InputError {}

/** The same said as wrong usage, for what a flag gave. */
export const asUsage = (error: InputError): UsageError =>
  new UsageError(error.message, { ...error, cause: error.cause });
