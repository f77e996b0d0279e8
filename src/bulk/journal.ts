import { randomBytes } from 'node:crypto';
import { access, type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { InputError } from '../errors/errors.ts';
import { assertFolder, lockOutput } from '../state/output-file.ts';
import { appender } from './appender.ts';
import { headerOf, numberOf, type RunIdentity, readRun } from './past-run.ts';
import type { BulkJournal, BulkResult } from './types.ts';

/** The results of a run in a file, with the journal beside it. */
export interface ResultFile {
  journal: BulkJournal;
  /** What is in the file from runs before: rows that are done. */
  before: { ok: number; unknown: number };
  write(result: BulkResult): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the results of a run: new ones, or with `resume` those of a run that was ended. Lines of rows that failed are
 * taken out then, since they are done again; half a line at the end is cut off. One process at a time has them.
 * @throws InputError for files that are there without `resume`, that are missing with it, or are about another run;
 *   OktaError `state_locked` while another process writes them.
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
    // What a run leaves that was killed between making the two files; not kept, since others might be able to read it.
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
        // Nothing was done yet: a further try need not be told that they are there.
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
  throw new InputError(`There is nothing to resume: ${file}.journal is not there`, {
    hint: 'Give the --results of the run that was ended, or leave --resume out.',
  });
}

function changedRow(row: number): InputError {
  return new InputError(`Row ${row} of the input is not what it was in the run before`, {
    hint: 'Resume with the input of that run, or begin a new run with other --results.',
  });
}

async function openFile(file: string, flags: string): Promise<FileHandle> {
  try {
    return await open(file, flags, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(
      code === 'EEXIST' ? `${file} is there already` : `${file} cannot be written (${code})`,
      {
        hint:
          code === 'EEXIST'
            ? 'Go on with its run by --resume, or give other --results.'
            : 'Check the folder behind --results.',
      },
    );
  }
}
