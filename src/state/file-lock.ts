import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OktaError } from '../errors/errors.ts';

/**
 * A lock that was not touched for this long belongs to a process that was killed. Shorter would take it from one that
 * was only stopped for a while.
 */
const STALE_MS = 15_000;
const WAIT_MS = 30_000;
const RETRY_MS = 50;

/**
 * Runs `work` while no other process holds the lock of this file.
 * @param staleMs for work that notices itself when it was stopped for longer than that.
 * @throws OktaError `state_locked` when it stays locked, or the folder cannot be written.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, staleMs = STALE_MS): Promise<T> {
  const { default: lockfile } = await import('proper-lockfile');
  const retries = { retries: WAIT_MS / RETRY_MS, factor: 1, minTimeout: RETRY_MS, maxTimeout: RETRY_MS };
  let release: () => Promise<void>;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    release = await lockfile.lock(path, {
      realpath: false,
      stale: staleMs,
      retries,
      // The library would throw from a timer, which ends the host. The work goes on: stopped in the middle it would lose
      // more (a refresh token that Okta has rotated) than it does to whoever took over meanwhile.
      onCompromised: () => {},
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OktaError(`The file ${path} cannot be locked (${code ?? 'unknown reason'})`, {
      code: 'state_locked',
      actor: 'caller',
      retryable: code === 'ELOCKED',
      hint: 'Check that the folder can be written and that no other process holds it.',
    });
  }
  try {
    return await work();
  } finally {
    await release().catch(() => {});
  }
}

/** Replaces a file in one step, in a folder that is made for it; only its owner can read it. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(path, text, { mode: 0o600 });
}
