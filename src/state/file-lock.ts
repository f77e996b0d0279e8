import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import pRetry from 'p-retry';
import { OktaError } from '../errors/errors.ts';

/**
 * A lock not refreshed for this long belongs to a killed process. A shorter time would take it from one that was only
 * suspended for a while.
 */
const STALE_MS = 15_000;
const WAIT_MS = 30_000;
const RETRY_MS = 50;
/** Retry period for failures other than a held lock (a virus scanner with the folder open): they pass within it, or persist. */
const TROUBLE_MS = 500;

export interface FileLockOptions {
  /** A lock not refreshed for this long belongs to a killed process. */
  staleMs?: number;
  /** How long to wait for a lock held by another process. */
  waitMs?: number;
  /** The file worked before, so a failure (a full disk) may pass and is marked retryable. */
  wasUsable?: boolean;
}

/** A file lock held for as long as the file is in use. */
export interface FileLock {
  /** @throws OktaError `state_locked` when another process has taken over, because this one was suspended for too long. */
  assertHeld(): void;
  release(): Promise<void>;
}

/**
 * Takes the lock of this file.
 * @throws OktaError `state_locked` when it stays locked for `waitMs`, or at once when the folder cannot be written.
 */
export async function holdFileLock(path: string, options: FileLockOptions = {}): Promise<FileLock> {
  const { staleMs = STALE_MS, waitMs = WAIT_MS, wasUsable = false } = options;
  const { default: lockfile } = await import('proper-lockfile');
  let lost = false;
  const began = performance.now();
  const take = () =>
    lockfile.lock(path, {
      realpath: false,
      stale: staleMs,
      // The library would throw from a timer, which ends the host.
      onCompromised: () => {
        lost = true;
      },
    });
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await access(dirname(path), constants.W_OK);
    // The library's own retries would wait for a full disk as long as for a held lock.
    const release = await pRetry(take, {
      ...{ retries: Number.POSITIVE_INFINITY, factor: 1, minTimeout: RETRY_MS, maxTimeout: RETRY_MS },
      shouldRetry: ({ error }) =>
        performance.now() - began < (isHeld(error) ? waitMs : Math.min(waitMs, TROUBLE_MS)),
    });
    return {
      assertHeld() {
        if (lost) throw lockedError(`The lock of ${path} was lost while this process was suspended`, true);
      },
      release: () => release().catch(() => {}),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw lockedError(
      `The file ${path} cannot be locked (${code ?? 'unknown reason'})`,
      isHeld(error) || wasUsable,
    );
  }
}

const isHeld = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ELOCKED';

function lockedError(message: string, retryable: boolean): OktaError {
  return new OktaError(message, {
    code: 'state_locked',
    actor: 'caller',
    retryable,
    hint: 'Check that the folder can be written, that its disk is not full and that no other process uses the file.',
  });
}

/**
 * Runs `work` while holding the lock of this file. Work continues if the lock is lost meanwhile: interrupting it could
 * lose a refresh token that Okta has rotated, which is worse than a conflict with the new owner.
 * @throws OktaError `state_locked` when it stays locked, or the folder cannot be written.
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  options: FileLockOptions = {},
): Promise<T> {
  const lock = await holdFileLock(path, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/**
 * Replaces a file atomically, creating its folder; only its owner can read it, and the owner is kept.
 * (write-file-atomic 7.0.1 ignores short writes: on a disk that fills up it replaces the file with half the text, without
 * an error.)
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await realpath(path).catch(() => path);
  const before = await stat(file).catch(() => undefined);
  const part = `${file}.${randomUUID()}`;
  try {
    const handle = await open(part, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
      if (before) await handle.chown(before.uid, before.gid).catch(() => {});
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}
