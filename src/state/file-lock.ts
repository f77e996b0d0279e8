import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import pRetry from 'p-retry';
import { OktaError } from '../errors/errors.ts';

/**
 * A lock that was not touched for this long belongs to a process that was killed. Shorter would take it from one that
 * was only stopped for a while.
 */
const STALE_MS = 15_000;
const WAIT_MS = 30_000;
const RETRY_MS = 50;
/** What is not a lock of somebody else may pass within this time (a scanner that has the folder open), or stays. */
const TROUBLE_MS = 500;

export interface FileLockOptions {
  /** A lock that was not touched for this long belongs to a process that was killed. */
  staleMs?: number;
  /** How long to wait for a lock that somebody else holds. */
  waitMs?: number;
  /** The file was usable before, so that a failure (a full disk) may pass: it is marked as worth another try. */
  wasUsable?: boolean;
}

/** A lock of a file that is held for as long as somebody works with it. */
export interface FileLock {
  /** @throws OktaError `state_locked` when another process has taken it, because this one was stopped for too long. */
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
    // The library's own retries would wait for a full disk as long as for somebody else.
    const release = await pRetry(take, {
      ...{ retries: Number.POSITIVE_INFINITY, factor: 1, minTimeout: RETRY_MS, maxTimeout: RETRY_MS },
      shouldRetry: ({ error }) =>
        performance.now() - began < (isHeld(error) ? waitMs : Math.min(waitMs, TROUBLE_MS)),
    });
    return {
      assertHeld() {
        if (lost) throw lockedError(`The lock of ${path} was lost while this process was stopped`, true);
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
    hint: 'Check that the folder can be written, that its disk is not full and that no other process holds it.',
  });
}

/**
 * Runs `work` while no other process holds the lock of this file. Work goes on when the lock is lost meanwhile: stopped
 * in the middle it would lose more (a refresh token that Okta has rotated) than it does to whoever took over.
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
 * Replaces a file in one step, in a folder that is made for it; only its owner can read it, and the owner stays.
 * (write-file-atomic 7.0.1 does not look how much was written: on a disk that fills up it puts half the text in the
 * place of the file, without an error.)
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
