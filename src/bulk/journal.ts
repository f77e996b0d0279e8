import { randomBytes } from 'node:crypto';
import { access, type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { InputError } from '../errors/errors.ts';
import { assertFolder, lockOutput } from '../state/output-file.ts';
import { appender } from './appender.ts';
import { headerOf, numberOf, type RunIdentity, readRun } from './past-run.ts';
import type { BulkJournal, BulkResult } from './types.ts';

/** The results file of a run, with its journal. */
export interface ResultFile {
  journal: BulkJournal;
  /** Completed rows in the file from earlier runs. */
  before: { ok: number; unknown: number };
  write(result: BulkResult): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the results of a run: new ones, or with `resume` those of an interrupted run. Lines of failed rows are then
 * removed, since they are repeated; an incomplete last line is cut off. One process at a time may use the files.
 * @throws InputError for files that exist without `resume`, are missing with it, or belong to another run; OktaError
 *   `state_locked` while another process writes them.
 */
export async function openResults(file: string, identity: RunIdentity, resume: boolean): Promise<ResultFile> {
  const journalFile = `${file}.journal`;
  await assertFolder(file, 'other --results');
  const lock = await lockOutput(file);
  try {
    const begun = await isThere(journalFile);
    const bare = !begun && (await isEmptyFile(file));
    if (resume && !begun && !bare) refuseMissing(file);
    const run = resume ? await readRun(file, journalFile, identity) : undefined;
    const flags = resume ? 'a' : 'wx';
    // Left by a run killed between creating the two files; deleted, since others might be able to read it.
    if (bare) await rm(file);
    const handle = await openFile(file, flags);
    const journalHandle = await openFile(journalFile, flags).catch(async (error) => {
      await handle.close();
      if (!resume) await rm(file);
      throw error;
    });
    const journal = appender(journalHandle, { sync: true });
    const results = appender(handle, { sync: false });
    const key = run?.key ?? randomBytes(32).toString('hex');
    if (!run) {
      await journal.append(headerOf(identity, key)).catch(async (error) => {
        await Promise.all([journal.close(), results.close()]);
        // Nothing was done yet: remove them, so that the next attempt does not find existing files.
        if (!resume) await Promise.all([rm(file), rm(journalFile)]);
        throw error;
      });
    }
    return {
      before: { ok: run?.ok.size ?? 0, unknown: run?.unknown.size ?? 0 },
      journal: {
        key,
        seen(row, hash) {
          lock.assertHeld();
          const done = run?.ok.get(row) ?? run?.unknown.get(row);
          const started = run?.started.get(row);
          const found = done ?? started;
          if (found !== undefined && found !== numberOf(hash)) throw changedRow(row);
          if (done !== undefined) return 'done';
          if (started !== undefined) return 'started';
          return run?.failed.get(row) === undefined ? undefined : 'failed';
        },
        async started(row, hash) {
          await journal.append(JSON.stringify({ row, hash }));
          lock.assertHeld();
        },
      },
      write: (result) => results.append(JSON.stringify(result)),
      async close() {
        await Promise.all([journal.close(), results.close()]);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function isEmptyFile(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() === true && found.size === 0;
}

function refuseMissing(file: string): never {
  throw new InputError(`There is nothing to resume: ${file}.journal does not exist`, {
    hint: 'Use the --results of the interrupted run, or omit --resume.',
  });
}

function changedRow(row: number): InputError {
  return new InputError(`Row ${row} of the input has changed since the earlier run`, {
    hint: 'Resume with the input of that run, or start a new run with other --results.',
  });
}

async function openFile(file: string, flags: string): Promise<FileHandle> {
  try {
    return await open(file, flags, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(
      code === 'EEXIST' ? `${file} already exists` : `${file} cannot be written (${code})`,
      {
        hint:
          code === 'EEXIST'
            ? 'Continue its run with --resume, or use other --results.'
            : 'Check the folder of --results.',
      },
    );
  }
}
