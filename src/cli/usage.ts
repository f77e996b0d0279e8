import { InputError } from '../errors/errors.ts';

/** The command line itself was used wrongly: exit 2, like an unknown flag. */
export class UsageError extends InputError {}
