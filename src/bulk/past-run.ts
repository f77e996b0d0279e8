import { createHmac } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { InputError, isOktaError } from '../errors/errors.ts';
import { writeWholeFile } from '../state/whole-file.ts';
import { unwritable } from './appender.ts';
import { linesOf } from './ndjson.ts';
import { decode } from './source.ts';

/** What a run is about: a resumed one must be about the same. */
export interface RunIdentity {
  action: string;
  /** Host of the org. */
  org: string;
  /** Name, size and beginning of the input. */
  input: string;
  /** Map, format and marks: whatever makes other inputs of the same rows. */
  map: string;
}

const WHAT: Record<keyof RunIdentity, string> = {
  action: 'the action',
  org: 'the org',
  input: 'the input',
  map: 'the map, --format or --null',
};

/** Rows by number, with the hash of their input: 4 bytes a row, since there may be millions. */
class RowHashes {
  #hashes = new Uint32Array(1024);
  size = 0;

  set(row: number, hash: string | number): void {
    if (row >= this.#hashes.length) {
      const larger = new Uint32Array(Math.max(row + 1, this.#hashes.length * 2));
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    if (this.#hashes[row] === 0) this.size += 1;
    this.#hashes[row] = typeof hash === 'number' ? hash : numberOf(hash);
  }

  *entries(): Generator<[row: number, hash: number]> {
    for (const [row, hash] of this.#hashes.entries()) if (hash !== 0) yield [row, hash];
  }

  /** The hash as a number; undefined for a row that is not there. */
  get(row: number): number | undefined {
    return this.#hashes[row] || undefined;
  }
}

/** 0 stands for rows that are not there. */
export const numberOf = (hash: string): number => Number.parseInt(hash, 16) || 1;

/** What an ended run left behind. */
export interface PastRun {
  /** Of the hashes of its rows. */
  key: string;
  started: RowHashes;
  failed: RowHashes;
  ok: RowHashes;
  unknown: RowHashes;
}

const MAX_ROW = 2 ** 30;
const row = z.int().min(1).max(MAX_ROW);
const hash = z.string().regex(/^[0-9a-f]{8}$/);
const headerLine = z.object({
  version: z.literal(1),
  ...{ action: z.string(), org: z.string(), input: z.string(), map: z.string() },
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** How many rows in the results were done when lines were last taken out of this file. */
  done: z.int().min(0).default(0),
});
type Header = z.output<typeof headerLine>;

/** The first line of a journal. @param key of the hashes of the rows, 32 bytes, hexadecimal; kept here and nowhere else. */
export const headerOf = (identity: RunIdentity, key: string): string =>
  JSON.stringify({ version: 1, ...keyed(identity, key), key });

/** Input and map may hold passwords, of which a plain hash tells whether a guess is right. */
function keyed({ action, org, input, map }: RunIdentity, key: string): RunIdentity {
  const hidden = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  return { action, org, input: hidden(input), map: hidden(map) };
}

/** A row that was begun, or one whose failure was taken out of the results. */
const journalLine = z.object({ row, hash, failed: z.literal(true).optional() });
const resultLine = z.object({ row, hash, status: z.enum(['ok', 'error', 'unknown']) });

/**
 * Reads what an ended run left behind. Rows that have a result are taken out of its journal, failed ones are noted in it
 * and taken out of the results: in this order a kill in between loses nothing.
 * @returns undefined when it was ended before it began.
 * @throws InputError for files that are of another run, or no run at all.
 */
export async function readRun(
  file: string,
  journalFile: string,
  identity: RunIdentity,
): Promise<PastRun | undefined> {
  const journal = wholeLines(journalFile);
  try {
    const header = await journal.next();
    const results = await stat(file).catch(() => undefined);
    if (header.done) {
      if (!results || results.size === 0) return undefined;
      throw new InputError(`${journalFile} is empty, but ${file} is not`, { hint: AS_LEFT });
    }
    const then = parseLine(header.value, headerLine, journalFile);
    assertSame(then, keyed(identity, then.key), file);
    // Without them all would be done again, also what must not be.
    if (!results) throw incomplete(file, 'is missing, though its journal is there');
    return await tidied(file, journalFile, then, journal);
  } finally {
    await journal.return(undefined);
  }
}

async function tidied(
  file: string,
  journalFile: string,
  header: Header,
  journal: AsyncGenerator<string>,
): Promise<PastRun> {
  const [started, failed, ok, unknown] = [new RowHashes(), new RowHashes(), new RowHashes(), new RowHashes()];
  const byStatus = { ok, unknown, error: failed };
  for await (const line of wholeLines(file)) {
    const { row, hash, status } = parseLine(line, resultLine, file);
    byStatus[status].set(row, hash);
  }
  const done = ok.size + unknown.size;
  if (done < header.done) throw incomplete(file, `has lost rows: it had ${header.done} that were done`);
  const withResult = [ok, unknown, failed];
  const noted = new RowHashes();
  await replace(journalFile, async function* () {
    yield JSON.stringify({ ...header, done });
    for await (const line of journal) {
      const { row, hash, failed: before } = parseLine(line, journalLine, journalFile);
      if (withResult.some((rows) => rows.get(row) !== undefined)) continue;
      (before ? noted : started).set(row, hash);
      yield line;
    }
    for (const [row, hash] of failed.entries()) {
      yield JSON.stringify({ row, hash: hash.toString(16).padStart(8, '0'), failed: true });
    }
  });
  await replace(file, async function* () {
    for await (const line of wholeLines(file)) {
      if (parseLine(line, resultLine, file).status !== 'error') yield line;
    }
  });
  for (const [row, hash] of noted.entries()) failed.set(row, hash);
  return { key: header.key, started, failed, ok, unknown };
}

/** Puts these lines in the place of a file, in one step. */
async function replace(file: string, lines: () => AsyncIterable<string>): Promise<void> {
  async function* text() {
    for await (const line of lines()) yield `${line}\n`;
  }
  await writeWholeFile(file, text(), `${file}.tmp`).catch((error: unknown) => {
    throw isOktaError(error) ? error : unwritable(error);
  });
}

/** The lines of a file without half a line at its end, which is cut off. */
async function* wholeLines(file: string): AsyncGenerator<string> {
  const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new InputError(`${file} cannot be read (${error.code})`);
  });
  if (!handle) return;
  try {
    await handle.truncate(await endOfLines(handle));
    // What is read may be taken out of the other file, so it must not be lost with the power.
    await handle.datasync();
    const text = decode(handle.createReadStream({ start: 0, autoClose: false }));
    // An output may be of any length.
    yield* linesOf(text, Number.POSITIVE_INFINITY);
  } finally {
    await handle.close();
  }
}

/** Where the last whole line ends. */
async function endOfLines(handle: FileHandle): Promise<number> {
  const block = Buffer.alloc(64 * 1024);
  for (let { size: end } = await handle.stat(); end > 0; ) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

const AS_LEFT = 'Give the --results of the run that was ended, as it left them.';

function incomplete(file: string, what: string): InputError {
  return new InputError(`${file} ${what}`, {
    hint: `Put it back as it was. To do all rows once more, give other --results.`,
  });
}

function parseLine<T extends z.ZodType>(line: string, schema: T, file: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    throw new InputError(`${file} holds a line that no bulk run has written`, {
      hint: AS_LEFT,
    });
  }
}

function assertSame(then: RunIdentity, now: RunIdentity, file: string): void {
  const other = (Object.keys(WHAT) as (keyof RunIdentity)[]).filter((name) => then[name] !== now[name]);
  if (other.length === 0) return;
  throw new InputError(`${file} is of another run: ${other.map((name) => WHAT[name]).join(', ')} differs`, {
    hint: 'Resume with what that run was given, or begin a new run with other --results.',
  });
}
