import { type OpenDatabase, openDatabase } from '../../state/sqlite.ts';
import { SUBSCRIPTION_TABLES } from './subscription-store.ts';

/** "oktw" in ASCII. */
const APPLICATION = 0x6f6b7477;
const VERSION = 1;

/** Times are milliseconds since the epoch. */
const TABLES = [
  `CREATE TABLE gateway_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    sha256 BLOB NOT NULL,
    grants TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER
  ) WITHOUT ROWID`,
  `CREATE TABLE answer (
    key_id TEXT NOT NULL,
    name TEXT NOT NULL,
    operation TEXT NOT NULL,
    mark BLOB NOT NULL,
    kept BLOB,
    until INTEGER NOT NULL,
    PRIMARY KEY (key_id, name)
  ) WITHOUT ROWID`,
  'CREATE INDEX answer_until ON answer (until)',
  'CREATE TABLE gateway_secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID',
  ...SUBSCRIPTION_TABLES,
];

/**
 * Opens or makes the file in which the gateway keeps its keys, the answers of writes, and the subscriptions.
 * @param use `alone` for a server; `beside` for commands that change keys while it runs.
 * @throws InputError for another file; OktaError `state_locked` while another server uses it.
 */
export async function openGatewayState(
  file: string,
  use: 'alone' | 'beside' = 'alone',
): Promise<OpenDatabase> {
  const kind = {
    name: 'state of the gateway',
    application: APPLICATION,
    version: VERSION,
    tables: TABLES,
    startOver: 'all its keys and subscriptions have to be made again',
  };
  const state = await openDatabase(file, kind, use);
  // A write is sent only after the disk has the note of it.
  state.database.exec('PRAGMA synchronous = FULL');
  return state;
}
