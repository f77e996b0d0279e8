import { isPostgres } from '../state/place.ts';
import type { ScimStore } from './store/store.ts';

/**
 * Opens the state of a SCIM server at this place: a file for SQLite, `postgres://…` for Postgres. It is made if it does not exist.
 * @throws InputError when the place cannot be used; OktaError `state_locked` while another process uses the file, or while the
 * database is away.
 */
export async function openScimStore(place: string): Promise<ScimStore> {
  if (isPostgres(place)) return (await import('./store/postgres.ts')).postgresScimStore(place);
  return (await import('./store/sqlite.ts')).sqliteScimStore(place);
}
