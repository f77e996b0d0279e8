import { readFileSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileFailure } from './file-failure.ts';
import { type Content, contentOf, isLasting, jsonFileStore, unusable } from './json-file.ts';
import { type OpenFile, openFile, openStateFile } from './open-files.ts';
import { isBusy, isDatabase, isFull } from './sqlite.ts';
import type { Known, StateEntries } from './sqlite-entries.ts';
import type { StateStore } from './store.ts';
import { wholeText } from './stored.ts';
import { takeOver } from './take-over.ts';

/** How long to wait for another process that writes. */
const WAIT_MS = 30_000;
const RETRY_MS = 20;

/** Thrown by a reader of JSON whose file is a database by now. */
const TAKEN_OVER = new Error('the state file was taken over');

/** A result; undefined when the file changed meanwhile, or another process writes: then there is another try. */
type Tried<T> = { value: T } | undefined;

/**
 * State in one SQLite file with a write-ahead log, readable by its owner only. Each write is a transaction that is on the disk
 * when it is done: a process killed at any moment leaves the old state or the new one. Growing lists are written in pieces. Any
 * number of processes of one machine may use the file. A JSON file is taken over by the first write that finds nobody holding
 * a record in it, and is used as it is until then.
 *
 * A file that is unusable from the start is rejected. One that worked and then fails (a full disk, an unmounted share, a
 * missing file) may recover: `state_locked` with `retryable`, and nothing was changed.
 * @throws OktaError `state_locked` when it cannot be locked or written; `invalid_input` when the file is something else.
 */
export function sqliteFileStore(file: string, now: () => number = Date.now): StateStore {
  const path = resolve(file);
  const name = `The state file ${path}`;
  const known: Known = new Map();
  let wasUsable = false;
  /** Whether the file has what must not be lost, so that its absence is an error. */
  let isMissed = false;
  let last: OpenFile | undefined;

  /** In the same turn it is made sure that this process has no database open there, see isDatabase. */
  function jsonText(): string {
    if (openFile(path) || isDatabase(path)) throw TAKEN_OVER;
    return readFileSync(path, 'utf8');
  }

  function readJson(): Content | undefined {
    if (!found()) return undefined;
    const content = contentOf(path, jsonText());
    isMissed ||= Object.values(content).some(isLasting);
    return content;
  }

  const json = jsonFileStore(path, now, async () => jsonText());

  function found(): Stats | undefined {
    try {
      return statSync(path, { throwIfNoEntry: false });
    } catch (error) {
      const { code = 'unreadable' } = error as NodeJS.ErrnoException;
      if (code === 'ENOTDIR') return undefined;
      throw wasUsable ? fileFailure(name, 'read', error, true) : unusable(path, code);
    }
  }

  /** The open file; otherwise what is there instead. */
  async function opened(): Promise<OpenFile | 'json' | 'nothing'> {
    const there = found();
    if (!there && isMissed) throw fileFailure(name, 'read', { code: 'ENOENT' }, true);
    const current = await openFile(path);
    if (current && isInPlace(current)) return remembered(current);
    current?.close();
    if (!there) return 'nothing';
    if (there.isDirectory()) throw unusable(path, 'it is a folder');
    if (there.size === 0) throw unusable(path, 'it is empty');
    if (!openFile(path) && !isDatabase(path)) return 'json';
    return remembered(await openStateFile(path, wasUsable));
  }

  function remembered(current: OpenFile): OpenFile {
    if (current !== last) isMissed = current.guarded(() => current.entries.keepsAnything());
    last = current;
    return current;
  }

  /** Works on the open file, as soon as no other process writes. */
  async function using<T>(
    work: (entries: StateEntries) => T,
    without: (there: 'json' | 'nothing') => Promise<Tried<T>>,
  ): Promise<T> {
    for (const until = performance.now() + WAIT_MS; ; await sleep(RETRY_MS)) {
      const at = await opened();
      const tried = typeof at === 'string' ? await without(at) : attempt(at, work, performance.now() < until);
      if (tried) return tried.value;
    }
  }

  function attempt<T>(at: OpenFile, work: (entries: StateEntries) => T, mayWait: boolean): Tried<T> {
    at.touch();
    return at.guarded(() => {
      try {
        const value = work(at.entries);
        wasUsable = true;
        return { value };
      } catch (error) {
        if (mayWait && isBusy(error)) return undefined;
        // Otherwise the log itself could keep the disk full: SQLite empties it only after what was written.
        if (isFull(error)) at.entries.emptyLog();
        throw error;
      }
    });
  }

  const reading =
    <T>(work: () => Promise<T>) =>
    async (there: 'json' | 'nothing'): Promise<Tried<T | undefined>> =>
      there === 'nothing' ? { value: undefined } : unlessTakenOver(work);

  /** Makes the file, or takes it over; works on the JSON file as long as that cannot be. */
  const writing =
    <T>(work: () => Promise<T>) =>
    (): Promise<Tried<T>> =>
      unlessTakenOver(async () => {
        if (await takeOver(path, readJson, now, wasUsable)) throw TAKEN_OVER;
        const value = await work();
        wasUsable = true;
        return value;
      });

  return {
    get: (key) =>
      using(
        (entries) => entries.text(key, now()),
        reading(() => json.get(key)),
      ),
    async compareAndSet(key, expected, next, ttlMs) {
      const isWritten = await using(
        (entries) => entries.swapText(key, expected, next, now(), ttlMs),
        writing(() => json.compareAndSet(key, expected, next, ttlMs)),
      );
      if (isWritten && ttlMs === undefined) isMissed = true;
      return isWritten;
    },
    pieces: {
      read: (key) =>
        using(
          (entries) => entries.pieces(key, now(), known),
          reading(async () => {
            const text = await json.get(key);
            return text === undefined ? undefined : { text, lists: {}, mark: text };
          }),
        ),
      async write(key, expected, next) {
        const mark = await using(
          (entries) => entries.swapPieces(key, expected, next, now(), known),
          writing(async () => {
            const text = wholeText(next);
            return (await json.compareAndSet(key, expected, text)) ? text : undefined;
          }),
        );
        if (mark !== undefined) isMissed = true;
        return mark;
      },
    },
  };
}

/** Whether an open file is still the one under its name. One that somebody replaced is opened again. */
function isInPlace(current: OpenFile): boolean {
  try {
    current.assertInPlace();
    return true;
  } catch {
    return false;
  }
}

async function unlessTakenOver<T>(work: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error === TAKEN_OVER) return undefined;
    throw error;
  }
}
