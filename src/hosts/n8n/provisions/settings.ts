import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { InputError } from '../../../errors/errors.ts';
import { isPostgres } from '../../../state/place.ts';
import { parseUrl } from '../../../text/url.ts';

/** Name of the credential type. */
export const PROVISIONS_CREDENTIAL = 'oktaProvisionsApi';

/** Where the server is below the node's own URL. */
export const BASE_PATH = '/scim/v2';

/** What the credential says. */
export interface ProvisionsSettings {
  token: string;
  /** A file, or `postgres://…` with its password. */
  place: string;
}

/** @throws InputError when something is missing. */
export function provisionsSettings(credential: ICredentialDataDecryptedObject): ProvisionsSettings {
  const text = (name: string) => String(credential[name] ?? '').trim();
  const [token, state, password] = [text('token'), text('state'), text('databasePassword')];
  if (token === '') {
    throw new InputError('The token is missing in the credential', {
      hint: 'Enter a long random text there, and the same in Okta.',
    });
  }
  if (state === '') {
    throw new InputError('The state is missing in the credential', {
      hint: 'Give a file like /home/node/.n8n/okta-people.db, or postgres://…',
    });
  }
  const url = password !== '' && isPostgres(state) ? parseUrl(state) : undefined;
  if (!url) return { token, place: state };
  url.password = encodeURIComponent(password);
  return { token, place: url.href };
}
