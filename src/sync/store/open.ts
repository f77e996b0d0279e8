import { isPostgres } from '../../state/place.ts';
import type { Store } from './store.ts';

/**
 * Opens the snapshot at this place: a file for SQLite, `postgres://…` for Postgres. It is made if it does not exist.
 * @throws InputError when the place cannot be used; OktaError `state_locked` while another process uses it.
 */
export async function openStore(place: string): Promise<Store> {
  if (isPostgres(place)) return (await import('./postgres.ts')).postgresStore(place);
  return (await import('./sqlite.ts')).sqliteStore(place);
}
