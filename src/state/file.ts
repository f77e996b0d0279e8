import { jsonFileStore } from './json-file.ts';
import { hasSqlite } from './sqlite.ts';
import { sqliteFileStore } from './sqlite-file.ts';
import type { StateStore } from './store.ts';

/**
 * State in one file: of SQLite, or of JSON where Node has no SQLite. A JSON file is taken over.
 * @throws OktaError `state_locked` when it cannot be locked or written; `invalid_input` when the file is something else.
 */
export const fileStateStore = (file: string, now: () => number = Date.now): StateStore =>
  hasSqlite() ? sqliteFileStore(file, now) : jsonFileStore(file, now);
