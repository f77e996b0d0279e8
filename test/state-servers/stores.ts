import { DatabaseSync } from 'node:sqlite';
import KeyvPostgres from '@keyv/postgres';
import KeyvRedis from '@keyv/redis';
import { keyvStateStore } from '../../src/state/keyv.ts';
import type { StateStore } from '../../src/state/store.ts';

export type Kind = 'redis' | 'postgres' | 'sqlite';

export interface Opened {
  store: StateStore;
  /** What the adapter itself finds. */
  raw(key: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A store on the database at this address; a file for SQLite. */
export function openStore(kind: Kind, url: string, namespace?: string): Opened {
  const adapter = {
    redis: () => new KeyvRedis(url, { connectionTimeout: 1_000, namespace }),
    postgres: () => new KeyvPostgres({ uri: url, maxUses: 1 }).on('error', () => {}),
    sqlite: () => sqliteStandIn(url),
  }[kind]();
  return {
    store: keyvStateStore(adapter),
    raw: (key) => adapter.get(key),
    close: () => adapter.disconnect(),
  };
}

/**
 * Stands in for KeyvSqlite, whose driver must be compiled or downloaded: the same table, and the same
 * `query(sql, ...values)`.
 */
function sqliteStandIn(file: string) {
  const database = new DatabaseSync(file, { timeout: 10_000 });
  database.exec('CREATE TABLE IF NOT EXISTS keyv(key VARCHAR(255) PRIMARY KEY, value TEXT )');
  return {
    opts: { dialect: 'sqlite', table: 'keyv' },
    query: async (sql: string, ...values: string[]) => database.prepare(sql).all(...values),
    get: async (key: string) => database.prepare('SELECT value FROM keyv WHERE key = ?').get(key)?.value,
    disconnect: async () => database.close(),
  };
}
