import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '../errors/errors.ts';
import { type FileLock, holdFileLock } from './file-lock.ts';

/**
 * Checks that the folder exists. It is not created: that would hide a typo, and Node may loop endlessly where it cannot
 * be created.
 * @param instead the alternative to suggest, such as `another --output`.
 * @throws InputError when it does not exist.
 */
export async function assertFolder(file: string, instead: string): Promise<void> {
  const folder = dirname(file);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new InputError(`${file} cannot be written: the folder ${folder} does not exist`, {
    hint: `Make it, or give ${instead}.`,
  });
}

/** When the lock of a killed process expires. A process suspended for longer notices the loss. */
const STALE_MS = 3_000;
const WAIT_MS = 6_000;

/**
 * Locks this file for one writing process.
 * @throws OktaError `state_locked` while another one does.
 */
export const lockOutput = (file: string): Promise<FileLock> =>
  holdFileLock(file, { staleMs: STALE_MS, waitMs: WAIT_MS });
