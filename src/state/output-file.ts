import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '../errors/errors.ts';
import { type FileLock, holdFileLock } from './file-lock.ts';

/**
 * The folder is not made: that would hide a typing mistake, and where it cannot be made Node may try without end.
 * @param instead what else to give, such as `another --output`.
 * @throws InputError where it is not there.
 */
export async function assertFolder(file: string, instead: string): Promise<void> {
  const folder = dirname(file);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new InputError(`${file} cannot be written: the folder ${folder} is not there`, {
    hint: `Make it, or give ${instead}.`,
  });
}

/** How soon the lock of a killed process is free. A process that was stopped for longer notices that it lost it. */
const STALE_MS = 3_000;
const WAIT_MS = 6_000;

/**
 * One process at a time writes this file.
 * @throws OktaError `state_locked` while another one does.
 */
export const lockOutput = (file: string): Promise<FileLock> =>
  holdFileLock(file, { staleMs: STALE_MS, waitMs: WAIT_MS });
