import { InputError } from '../errors/errors.ts';

/** Wrong use of the command line: exit 2, like an unknown flag. */
export class UsageError extends InputError {}

/** Turns an error caused by a flag into a usage error (exit 2). */
export const asUsage = (error: InputError): UsageError =>
  new UsageError(error.message, { ...error, cause: error.cause });

/**
 * Refuses flags that belong to another form of a command: ignored, they would seem to be in effect.
 * @param names as in `flags`, such as `publicUrl`.
 * @throws UsageError naming the first that was given.
 */
export function assertNone<T extends object>(
  flags: T,
  names: readonly (keyof T & string)[],
  why: string,
): void {
  const given = names.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  throw new UsageError(`--${given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${why}`);
}
