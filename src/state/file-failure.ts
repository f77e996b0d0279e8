import { OktaError } from '../errors/errors.ts';

/**
 * A file that cannot be used, in words.
 * @param name what it is, and its path.
 * @param what could not be done: `read`, `written`.
 * @param wasUsable it could be used before: then a full disk may get room, a share come back, a scanner let go of it.
 */
export function fileFailure(name: string, what: string, error: unknown, wasUsable: boolean): OktaError {
  const { code } = error as NodeJS.ErrnoException;
  return new OktaError(`${name} cannot be ${what} (${code ?? 'unknown reason'})`, {
    code: 'state_locked',
    actor: 'caller',
    retryable: wasUsable,
    hint:
      code === 'ENOENT'
        ? 'Put it back. To begin without it, stop all that uses it first.'
        : 'Make room, or check the disk and the rights of its folder.',
  });
}
