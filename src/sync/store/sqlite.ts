import type { StatementSync } from 'node:sqlite';
import { type OpenDatabase, openDatabase } from '../../state/sqlite.ts';
import type { Driver, Value } from './sql/driver.ts';
import { REVERSE, SCHEMA_VERSION, schema } from './sql/schema.ts';
import { sqlStore } from './sql/store.ts';
import type { Store } from './store.ts';

/** "okta" in ASCII. */
const APPLICATION = 0x6f6b7461;

/**
 * A snapshot in a SQLite file, which only its owner can read. One process uses it at a time; a killed one leaves its last
 * committed transaction.
 * @throws as `openDatabase`.
 */
export async function sqliteStore(file: string): Promise<Store> {
  const opened = await openDatabase(file, {
    name: 'snapshot',
    application: APPLICATION,
    version: SCHEMA_VERSION,
    tables: schema('INTEGER PRIMARY KEY', 'TEXT', ' WITHOUT ROWID'),
    startOver: 'everything is read and told again',
  });
  return sqlStore(driver(opened));
}

function driver({ database, guarded, close }: OpenDatabase): Driver {
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
  return {
    all: async <T>(sql: string, ...values: Value[]) => guarded(() => statement(sql).all(...values) as T[]),
    run: async (sql, ...values) => guarded(() => Number(statement(sql).run(...values).changes)),
    reverse: async () => guarded(() => database.exec(REVERSE)),
    async transaction(work, survives) {
      // FULL waits for the disk at each commit, NORMAL does not: the write-ahead log is in order, so none gets lost between others.
      guarded(() => database.exec(`PRAGMA synchronous = ${survives === 'power' ? 'FULL' : 'NORMAL'}`));
      guarded(() => database.exec('BEGIN IMMEDIATE'));
      try {
        const result = await work();
        guarded(() => database.exec('COMMIT'));
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    close: async () => close(),
  };
}
