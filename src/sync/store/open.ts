import { InputError } from '../../errors/errors.ts';
import type { Store } from './store.ts';

/**
 * Opens the snapshot at this place: a file for SQLite, `postgres://…` for Postgres. It is made if it does not exist.
 * @throws InputError when the place cannot be used; OktaError `state_locked` while another process uses it.
 */
export async function openStore(place: string): Promise<Store> {
  if (place.trim() === '') {
    throw new InputError('The place of the state is empty', { hint: 'Give a file, or postgres://…' });
  }
  if (/^postgres(ql)?:/i.test(place)) return (await import('./postgres.ts')).postgresStore(place);
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(place)) {
    throw new InputError(`The state cannot be in ${place.slice(0, place.indexOf(':'))}`, {
      hint: 'Give a file for SQLite, or postgres://…',
    });
  }
  return (await import('./sqlite.ts')).sqliteStore(place);
}
