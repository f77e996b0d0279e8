import { open } from 'node:fs/promises';
import { InputError } from '../errors/errors.ts';
import { type Appender, appender } from './appender.ts';
import type { RowFormat } from './rows.ts';
import { FATAL } from './run-bulk.ts';
import type { BulkResult } from './types.ts';

/** The failed rows of a run, in a file of their own. */
export interface Rejects {
  /** Takes the text of a row as it is read; row 0 is the header of CSV. */
  keep(row: number, text: string): void;
  /** The row was done before, so it cannot fail. */
  forget(row: number): void;
  /**
   * Writes the row where it failed; neither one that may have been done, which nobody should run again, nor one whose error
   * is that of the connection.
   */
  add(result: BulkResult): Promise<void>;
  /** @returns the file; undefined where no row failed. */
  close(): Promise<string | undefined>;
}

/**
 * Writes failed rows exactly as they are in the input, to be corrected and run as a separate input. The file is made
 * when the first row fails, beside the results and new: an earlier one may have been corrected already. Only the text of
 * the rows in progress is held.
 */
export function rejectsBeside(results: string, format: RowFormat): Rejects {
  const stem = results.replace(/(\.results(-\d+)?)?\.\w+$/, '');
  const texts = new Map<number, string>();
  let file: string | undefined;
  let lines: Appender | undefined;

  async function begin(): Promise<Appender> {
    const { path, handle } = await newFile(`${stem}.rejected`, format);
    file = path;
    const begun = appender(handle, { sync: false });
    const header = texts.get(0);
    if (header !== undefined) await begun.append(header);
    return begun;
  }

  return {
    keep: (row, text) => void texts.set(row, text),
    forget: (row) => void texts.delete(row),
    async add({ row, status, error }) {
      const text = texts.get(row);
      texts.delete(row);
      if (status !== 'error' || text === undefined || FATAL.has(error?.code ?? '')) return;
      lines ??= await begin();
      await lines.append(text);
    },
    async close() {
      await lines?.close();
      return file;
    },
  };
}

/** Makes the first file of this name, `-2`, `-3` and so on, that does not exist; only its owner can read it. */
async function newFile(stem: string, ending: string) {
  for (let count = 1; ; count += 1) {
    const path = `${stem}${count > 1 ? `-${count}` : ''}.${ending}`;
    try {
      return { path, handle: await open(path, 'wx', 0o600) };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new InputError(`${path} cannot be written (${code})`);
    }
  }
}
