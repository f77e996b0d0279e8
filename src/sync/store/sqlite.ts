import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { InputError, OktaError } from '../../errors/errors.ts';
import { assertFolder, lockOutput } from '../../state/output-file.ts';
import type { Driver, Value } from './sql/driver.ts';
import { REVERSE, SCHEMA_VERSION, schema } from './sql/schema.ts';
import { sqlStore } from './sql/store.ts';
import type { Store } from './store.ts';

/** Marks a file as ours: "okta" in ASCII. @see https://www.sqlite.org/pragma.html#pragma_application_id */
const APPLICATION = 0x6f6b7461;

/**
 * A snapshot in a SQLite file, which only its owner can read. One process uses it at a time; a killed one leaves its last
 * committed transaction.
 * @throws InputError when Node has no SQLite, the folder does not exist, or the file is something else, of a newer version or
 * damaged; OktaError `state_locked` while another process uses it.
 */
export async function sqliteStore(file: string): Promise<Store> {
  const path = resolve(file);
  const { DatabaseSync } = sqlite();
  await assertFolder(path, 'another place for the state');
  const lock = await lockOutput(path);
  let database: DatabaseSync | undefined;
  try {
    await makePrivate(path);
    database = new DatabaseSync(path, { timeout: 5_000 });
    prepare(database, path);
    return await sqlStore(driver(database, path, lock));
  } catch (error) {
    if (database?.isOpen) database.close();
    await lock.release();
    throw failure(path, error, false);
  }
}

/** Node's SQLite without its warning, which would appear in every run on Node 22 and 24. */
function sqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental')) {
      (emitWarning as (...args: unknown[]) => void).call(process, warning, ...rest);
    }
  };
  try {
    const found = process.getBuiltinModule?.('node:sqlite');
    if (found) return found;
  } finally {
    process.emitWarning = emitWarning;
  }
  throw new InputError(`Node ${process.versions.node} has no SQLite, so the state cannot be a file`, {
    hint: 'Use Node 22.20 or newer, or Postgres: postgres://…',
  });
}

/** Creates the file before SQLite does: with the same rights it makes its files beside it. */
async function makePrivate(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw unusable(path, 'it is a folder');
  if (!found) await (await open(path, 'a', 0o600)).close();
}

function prepare(database: DatabaseSync, path: string): void {
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const isNew = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0;
  if (!isNew && pragma('application_id') !== APPLICATION) throw unusable(path, 'it is another database');
  if (pragma('user_version') > SCHEMA_VERSION) throw unusable(path, 'a newer version wrote it');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF');
  if (!isNew) return;
  const tables = schema('INTEGER PRIMARY KEY', 'TEXT', ' WITHOUT ROWID');
  database.exec(
    `BEGIN; ${tables.join(';')}; PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`,
  );
}

function driver(
  database: DatabaseSync,
  path: string,
  lock: { assertHeld(): void; release(): Promise<void> },
): Driver {
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const found = statements.get(sql);
    if (found) return found;
    const own = sql
      .replaceAll(/page\((\$\d)\)/g, '(SELECT value FROM json_each($1)) AS page')
      .replaceAll(/\$(\d)/g, '?$1');
    const made = database.prepare(own);
    statements.set(sql, made);
    return made;
  };
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw failure(path, error, true);
    }
  };
  return {
    all: async <T>(sql: string, ...values: Value[]) => guarded(() => statement(sql).all(...values) as T[]),
    run: async (sql, ...values) => guarded(() => Number(statement(sql).run(...values).changes)),
    reverse: async () => guarded(() => database.exec(REVERSE)),
    async transaction(work, survives) {
      lock.assertHeld();
      // FULL waits for the disk at each commit, NORMAL does not: the write-ahead log is in order, so none gets lost between others.
      guarded(() => database.exec(`PRAGMA synchronous = ${survives === 'power' ? 'FULL' : 'NORMAL'}`));
      guarded(() => database.exec('BEGIN IMMEDIATE'));
      try {
        const result = await work();
        lock.assertHeld();
        guarded(() => database.exec('COMMIT'));
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    async close() {
      database.close();
      await lock.release();
    },
  };
}

/** Result codes of SQLite. @see https://www.sqlite.org/rescode.html */
const [BUSY, CORRUPT, FULL, NO_DATABASE] = [5, 11, 13, 26];

/** @param wasUsable it worked before, so the failure (a full disk, an unmounted share) may pass. */
function failure(path: string, error: unknown, wasUsable: boolean): unknown {
  const { code, errcode = 0, errstr } = error as { code?: string; errcode?: number; errstr?: string };
  if (code === undefined || error instanceof OktaError) return error;
  // The low byte; the others say more.
  const kind = errcode & 0xff;
  if (kind === NO_DATABASE) return unusable(path, 'it is not a SQLite database');
  if (kind === CORRUPT) return unusable(path, 'it is damaged');
  const why = errstr ?? code;
  if (!wasUsable && kind !== BUSY && kind !== FULL) return unusable(path, why);
  return new OktaError(`The snapshot ${path} cannot be used now (${why})`, {
    ...{ code: 'state_locked', actor: 'caller', retryable: true },
    hint: 'Free some space, or check the disk, the permissions of its folder and what else uses the file.',
  });
}

const unusable = (path: string, why: string): InputError =>
  new InputError(`The snapshot ${path} cannot be used: ${why}`, {
    hint: 'Give another file, or move this one away to start over: then everything is read and told again.',
  });
