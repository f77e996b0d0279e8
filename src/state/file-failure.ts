import { OktaError } from '../errors/errors.ts';

/**
 * The error for a file that cannot be used.
 * @param name what the file is, and its path.
 * @param what the failed operation: `read`, `written`.
 * @param wasUsable it worked before, so the failure (a full disk, an unmounted share, a virus scanner) may pass.
 */
export function fileFailure(name: string, what: string, error: unknown, wasUsable: boolean): OktaError {
  const { code } = error as NodeJS.ErrnoException;
  return new OktaError(`${name} cannot be ${what} (${code ?? 'unknown reason'})`, {
    code: 'state_locked',
    actor: 'caller',
    retryable: wasUsable,
    hint:
      code === 'ENOENT'
        ? 'Put it back. To start without it, first stop everything that uses it.'
        : 'Free some space, or check the disk and the permissions of its folder.',
  });
}
