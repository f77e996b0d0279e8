import { InputError } from '../errors/errors.ts';

/**
 * Tells the places of a state apart: true for Postgres (`postgres://…`), false for a file.
 * @throws InputError for an empty place, and for another kind of URL.
 */
export function isPostgres(place: string): boolean {
  if (place.trim() === '') {
    throw new InputError('The place of the state is empty', { hint: 'Give a file, or postgres://…' });
  }
  if (/^postgres(ql)?:/i.test(place)) return true;
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(place)) {
    throw new InputError(`The state cannot be in ${place.slice(0, place.indexOf(':'))}`, {
      hint: 'Give a file for SQLite, or postgres://…',
    });
  }
  return false;
}
