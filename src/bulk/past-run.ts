import { createHmac } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { InputError, isOktaError } from '../errors/errors.ts';
import { writeWholeFile } from '../state/whole-file.ts';
import { decode } from '../text/decode.ts';
import { unwritable } from './appender.ts';
import { linesOf } from './ndjson.ts';

/** Identifies a run: a resumed one must match. */
export interface RunIdentity {
  action: string;
  /** Host of the org. */
  org: string;
  /** Name, size and beginning of the input. */
  input: string;
  /** Map, format and null marker: everything that affects how rows become inputs. */
  map: string;
}

const WHAT: Record<keyof RunIdentity, string> = {
  action: 'the action',
  org: 'the org',
  input: 'the input',
  map: 'the map, --format or --null',
};

/** Rows by number, with the hash of their input: 4 bytes per row, since there may be millions. */
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

  /** The hash as a number; undefined for an unknown row. */
  get(row: number): number | undefined {
    return this.#hashes[row] || undefined;
  }
}

/** 0 means an unknown row. */
export const numberOf = (hash: string): number => Number.parseInt(hash, 16) || 1;

/** What an interrupted run left. */
export interface PastRun {
  /** Key of its row hashes. */
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
  /** Number of completed rows in the results when this file was last compacted. */
  done: z.int().min(0).default(0),
});
type Header = z.output<typeof headerLine>;

/** The first line of a journal. @param key of the hashes of the rows, 32 bytes, hexadecimal; kept here and nowhere else. */
export const headerOf = (identity: RunIdentity, key: string): string =>
  JSON.stringify({ version: 1, ...keyed(identity, key), key });

/** Keyed, because input and map may contain passwords, and a plain hash would confirm a guess. */
function keyed({ action, org, input, map }: RunIdentity, key: string): RunIdentity {
  const hidden = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  return { action, org, input: hidden(input), map: hidden(map) };
}

/** A row that was started, or whose failure was removed from the results. */
const journalLine = z.object({ row, hash, failed: z.literal(true).optional() });
const resultLine = z.object({ row, hash, status: z.enum(['ok', 'error', 'unknown']) });

/**
 * Reads what an interrupted run left. Rows with a result are removed from its journal; failed ones are recorded in it and
 * then removed from the results. In this order a kill in between loses nothing.
 * @returns undefined when the run was interrupted before its first row.
 * @throws InputError for files of another run, or of no run.
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
    // Without the results every row would be repeated, even those that must not be.
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
  if (done < header.done) throw incomplete(file, `has lost rows: it had ${header.done} completed ones`);
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

/** Atomically replaces a file with these lines. */
async function replace(file: string, lines: () => AsyncIterable<string>): Promise<void> {
  async function* text() {
    for await (const line of lines()) yield `${line}\n`;
  }
  await writeWholeFile(file, text(), `${file}.tmp`).catch((error: unknown) => {
    throw isOktaError(error) ? error : unwritable(error);
  });
}

/** The lines of a file; an incomplete last line is cut off. */
async function* wholeLines(file: string): AsyncGenerator<string> {
  const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new InputError(`${file} cannot be read (${error.code})`);
  });
  if (!handle) return;
  try {
    await handle.truncate(await endOfLines(handle));
    // Lines read here may be removed from the other file, so they must survive a power failure first.
    await handle.datasync();
    const text = decode(handle.createReadStream({ start: 0, autoClose: false }));
    // Outputs have no maximum length.
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

const AS_LEFT = 'Use the unmodified --results of the interrupted run.';

function incomplete(file: string, what: string): InputError {
  return new InputError(`${file} ${what}`, {
    hint: `Restore it. To repeat all rows, use other --results.`,
  });
}

function parseLine<T extends z.ZodType>(line: string, schema: T, file: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    throw new InputError(`${file} contains a line that was not written by a bulk run`, {
      hint: AS_LEFT,
    });
  }
}

function assertSame(then: RunIdentity, now: RunIdentity, file: string): void {
  const other = (Object.keys(WHAT) as (keyof RunIdentity)[]).filter((name) => then[name] !== now[name]);
  if (other.length === 0) return;
  throw new InputError(
    `${file} belongs to another run: ${other.map((name) => WHAT[name]).join(', ')} differs`,
    {
      hint: 'Resume with the same arguments as that run, or start a new run with other --results.',
    },
  );
}
