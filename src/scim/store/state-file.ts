import { InputError } from '../../errors/errors.ts';
import type { ScimStore } from './store.ts';

/**
 * Opens the state of a SCIM server, for what looks into it while the server runs.
 * @throws as `sqliteScimStore`; InputError when there is no such file: it is not made, because that would hide a typo.
 */
export async function openScimState(file: string): Promise<ScimStore> {
  const { stat } = await import('node:fs/promises');
  if (!(await stat(file).catch(() => undefined))) {
    throw new InputError(`There is no state of a SCIM server at ${file}`, {
      hint: 'Give the file of the server, which makes it ("okta-connector scim --state FILE").',
    });
  }
  return (await import('./sqlite.ts')).sqliteScimStore(file, 'beside');
}
