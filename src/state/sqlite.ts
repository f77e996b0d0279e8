import { statSync } from 'node:fs';
import { access, constants, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { InputError, OktaError } from '../errors/errors.ts';
import { fileFailure } from './file-failure.ts';
import { assertFolder } from './output-file.ts';

/** How long another process may still be ending. */
const WAIT_MS = 6_000;
const RETRY_MS = 50;

/** What a kind of database of ours is. */
export interface DatabaseKind {
  /** How errors name it: "snapshot". */
  name: string;
  /** Marks its files. @see https://www.sqlite.org/pragma.html#pragma_application_id */
  application: number;
  version: number;
  /** Statements that make it. */
  tables: readonly string[];
  /** What follows from starting over with another file. */
  startOver: string;
}

/** An open SQLite file. */
export interface OpenDatabase {
  database: DatabaseSync;
  /** Runs work on it; its failures become OktaErrors. */
  guarded<T>(work: () => T): T;
  /** @throws OktaError `state_locked` when somebody deleted or replaced the file: what is written now would be gone. */
  assertInPlace(): void;
  close(): void;
}

/**
 * Opens or makes a SQLite file that only its owner can read, with a write-ahead log. A killed process leaves its last committed
 * transaction, and the file is free at once.
 * @param use `alone`: no other process may use it so. `beside`: while one does, for work that reads again what it changes.
 * @param options `mustExist`: it is not made. `wasUsable`: it worked before, so that a failure may pass.
 * @throws InputError when Node has no SQLite, the folder does not exist, or the file is something else, of a newer version or
 * damaged; OktaError `state_locked` while another process uses it.
 */
export async function openDatabase(
  file: string,
  kind: DatabaseKind,
  use: 'alone' | 'beside' = 'alone',
  { mustExist = false, wasUsable = false }: { mustExist?: boolean; wasUsable?: boolean } = {},
): Promise<OpenDatabase> {
  const path = resolve(file);
  const { DatabaseSync } = sqlite();
  if (!mustExist) await assertFolder(path, 'another place for the state');
  let lock: DatabaseSync | undefined;
  let database: DatabaseSync | undefined;
  const close = () => {
    if (database?.isOpen) database.close();
    lock?.close();
  };
  try {
    if (!mustExist) await makePrivate(path, kind);
    await assertWritable(path, kind, wasUsable);
    if (use === 'alone') lock = await held(path, DatabaseSync);
    database = new DatabaseSync(mustExist ? existing(path) : path, { timeout: 5_000 });
    prepare(database, path, kind);
  } catch (error) {
    close();
    throw failure(path, kind, error, wasUsable);
  }
  const assertInPlace = inPlace(path, kind);
  assertInPlace();
  return {
    database,
    guarded(work) {
      try {
        return work();
      } catch (error) {
        throw failure(path, kind, error, true);
      }
    },
    assertInPlace,
    close,
  };
}

/** The log beside the file counts as well: it has the last transactions. */
function inPlace(path: string, { name }: DatabaseKind): () => void {
  const inodes = new Map<string, number>();
  return () => {
    for (const file of [path, `${path}-wal`]) {
      const now = statSync(file, { throwIfNoEntry: false })?.ino;
      if (now !== (inodes.get(file) ?? now)) {
        throw new OktaError(`The ${name} ${file} was deleted or replaced while it was in use`, {
          ...{ code: 'state_locked', actor: 'caller', retryable: true },
          hint: 'Put it back from a backup if there is one, and start again.',
        });
      }
      if (now !== undefined) inodes.set(file, now);
    }
  };
}

/**
 * The lock of a file: a transaction in an empty SQLite file beside it. The system frees it when the process ends, also by a kill; a
 * lock file would have to grow stale. Within the file itself it would shut out whoever looks into it.
 */
async function held(path: string, Database: typeof DatabaseSync): Promise<DatabaseSync> {
  const file = `${path}-lock`;
  await (await open(file, 'a', 0o600)).close();
  for (const until = performance.now() + WAIT_MS; ; ) {
    const lock = new Database(file);
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return lock;
    } catch (error) {
      lock.close();
      if (resultOf(error) !== BUSY || performance.now() > until) throw error;
    }
    await sleep(RETRY_MS);
  }
}

/** Whether this Node has SQLite. */
export const hasSqlite = (): boolean => builtin() !== undefined;

/**
 * Whether an existing file is a SQLite database. SQLite itself looks: whoever reads a file with `fs` gives up the locks that this
 * process has on it. @see https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
 */
export function isDatabase(path: string): boolean {
  const { DatabaseSync } = sqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(existing(path), { timeout: 5_000 });
    database.prepare('PRAGMA schema_version').get();
    return true;
  } catch (error) {
    // Whatever else is wrong, opening it tells.
    return resultOf(error) !== NO_DATABASE;
  } finally {
    database?.close();
  }
}

/** The name under which SQLite opens a file without making it. @see https://www.sqlite.org/uri.html */
const existing = (path: string): string => `${pathToFileURL(path).href}?mode=rw`;

/** True if another process writes to it at this moment. */
export const isBusy = (error: unknown): boolean => resultOf(error) === BUSY;

/** True if there was no room on the disk. */
export const isFull = (error: unknown): boolean => resultOf(error) === FULL;

function sqlite(): typeof import('node:sqlite') {
  const found = builtin();
  if (found) return found;
  throw new InputError(`Node ${process.versions.node} has no SQLite, so the state cannot be a file`, {
    hint: 'Use Node 22.20 or newer, or Postgres: postgres://…',
  });
}

/** Node's SQLite without its warning, which would appear in every run on Node 22 and 24. */
function builtin(): typeof import('node:sqlite') | undefined {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental')) {
      (emitWarning as (...args: unknown[]) => void).call(process, warning, ...rest);
    }
  };
  try {
    return process.getBuiltinModule?.('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Creates the file before SQLite does: with the same rights it makes its files beside it. */
async function makePrivate(path: string, kind: DatabaseKind): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw unusable(path, kind, 'it is a folder');
  if (!found) await (await open(path, 'a', 0o600)).close();
}

async function assertWritable(path: string, kind: DatabaseKind, wasUsable: boolean): Promise<void> {
  await access(path, constants.W_OK).catch((error) => {
    if (wasUsable) throw fileFailure(`The ${kind.name} ${path}`, 'written', error, true);
    throw unusable(path, kind, 'it cannot be written');
  });
}

function prepare(database: DatabaseSync, path: string, kind: DatabaseKind): void {
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const isNew = () => database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0;
  if (!isNew() && pragma('application_id') !== kind.application) {
    throw unusable(path, kind, 'it is another database');
  }
  if (pragma('user_version') > kind.version) throw unusable(path, kind, 'a newer version wrote it');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF');
  if (!isNew()) return;
  database.exec('BEGIN IMMEDIATE');
  const marks = `PRAGMA application_id = ${kind.application}; PRAGMA user_version = ${kind.version}`;
  // Somebody beside this process may have made them meanwhile.
  if (isNew()) database.exec(`${kind.tables.join(';')}; ${marks}`);
  database.exec('COMMIT');
}

/** Result codes of SQLite. @see https://www.sqlite.org/rescode.html */
const [BUSY, IO_ERROR, CORRUPT, FULL, NO_DATABASE] = [5, 10, 11, 13, 26];

/** The low byte of what SQLite says; the others say more. */
const resultOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff;

/** @param wasUsable it worked before, so the failure (a full disk, an unmounted share) may pass. */
function failure(path: string, kind: DatabaseKind, error: unknown, wasUsable: boolean): unknown {
  const { code, errstr } = error as { code?: string; errstr?: string };
  if (code === undefined || error instanceof OktaError) return error;
  const result = resultOf(error);
  if (result === NO_DATABASE) return unusable(path, kind, 'it is not a SQLite database');
  if (result === CORRUPT) return unusable(path, kind, 'it is damaged');
  const why = errstr ?? code;
  // On a full disk SQLite cannot make its files beside it, and says so in general words.
  if (!wasUsable && ![BUSY, IO_ERROR, FULL].includes(result)) return unusable(path, kind, why);
  const isUsed = result === BUSY;
  return new OktaError(
    isUsed
      ? `The ${kind.name} ${path} is in use by another process`
      : `The ${kind.name} ${path} cannot be used now (${why})`,
    {
      ...{ code: 'state_locked', actor: 'caller', retryable: true },
      hint: isUsed
        ? 'Wait until it ends, or give another file.'
        : 'Free some space, or check the disk and the permissions of its folder.',
    },
  );
}

const unusable = (path: string, { name, startOver }: DatabaseKind, why: string): InputError =>
  new InputError(`The ${name} ${path} cannot be used: ${why}`, {
    hint: `Give another file, or move this one away to start over: then ${startOver}.`,
  });
