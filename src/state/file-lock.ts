import { access, constants, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OktaError } from '../errors/errors.ts';

/**
 * A lock that was not touched for this long belongs to a process that was killed. Shorter would take it from one that
 * was only stopped for a while.
 */
const STALE_MS = 15_000;
const WAIT_MS = 30_000;
const RETRY_MS = 50;

/** A lock of a file that is held for as long as somebody works with it. */
export interface FileLock {
  /** @throws OktaError `state_locked` when another process has taken it, because this one was stopped for too long. */
  assertHeld(): void;
  release(): Promise<void>;
}

/**
 * Takes the lock of this file.
 * @param staleMs a lock that was not touched for this long belongs to a process that was killed.
 * @throws OktaError `state_locked` when it stays locked for `waitMs`, or the folder cannot be written.
 */
export async function holdFileLock(path: string, staleMs = STALE_MS, waitMs = WAIT_MS): Promise<FileLock> {
  const { default: lockfile } = await import('proper-lockfile');
  const retries = { retries: waitMs / RETRY_MS, factor: 1, minTimeout: RETRY_MS, maxTimeout: RETRY_MS };
  let lost = false;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // The library takes any failure for a lock of somebody else, and waits.
    await access(dirname(path), constants.W_OK);
    const release = await lockfile.lock(path, {
      realpath: false,
      stale: staleMs,
      retries,
      // The library would throw from a timer, which ends the host.
      onCompromised: () => {
        lost = true;
      },
    });
    return {
      assertHeld() {
        if (lost) throw lockedError(`The lock of ${path} was lost while this process was stopped`, true);
      },
      release: () => release().catch(() => {}),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw lockedError(`The file ${path} cannot be locked (${code ?? 'unknown reason'})`, code === 'ELOCKED');
  }
}

function lockedError(message: string, retryable: boolean): OktaError {
  return new OktaError(message, {
    code: 'state_locked',
    actor: 'caller',
    retryable,
    hint: 'Check that the folder can be written and that no other process holds it.',
  });
}

/**
 * Runs `work` while no other process holds the lock of this file. Work goes on when the lock is lost meanwhile: stopped
 * in the middle it would lose more (a refresh token that Okta has rotated) than it does to whoever took over.
 * @param staleMs for work that notices itself when it was stopped for longer than that.
 * @throws OktaError `state_locked` when it stays locked, or the folder cannot be written.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, staleMs = STALE_MS): Promise<T> {
  const lock = await holdFileLock(path, staleMs);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Replaces a file in one step, in a folder that is made for it; only its owner can read it. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(path, text, { mode: 0o600 });
}
