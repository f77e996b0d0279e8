import { OktaError } from '../../errors/errors.ts';
import { isPostgres } from '../../state/place.ts';
import { openScimStore } from '../open.ts';
import type { ScimStore } from './store.ts';

/**
 * Opens the state of a SCIM server, for what looks into it while the server runs.
 * @param place a file, or `postgres://…`.
 * @throws as `openScimStore`; OktaError `not_found` while there is no such file: it is not made, because that would hide a typo,
 * and a trigger waits for it, because the server may be about to make it.
 */
export async function openScimState(place: string): Promise<ScimStore> {
  if (isPostgres(place)) return openScimStore(place);
  const { stat } = await import('node:fs/promises');
  if (!(await stat(place).catch(() => undefined))) {
    throw new OktaError(`There is no state of a SCIM server at ${place}`, {
      ...{ code: 'not_found', actor: 'caller', retryable: true },
      hint: 'Give the file of the server, which makes it ("okta-connector scim --state FILE").',
    });
  }
  return (await import('./sqlite.ts')).sqliteScimStore(place, 'beside');
}
