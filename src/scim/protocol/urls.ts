import { InputError } from '../../errors/errors.ts';
import { parseUrl } from '../../text/url.ts';

/** @throws InputError for a path that cannot be one. */
export function scimBasePath(path = '/scim/v2'): string {
  const clean = path.replace(/\/+$/, '');
  if (/^(\/[\w.~-]+)*$/.test(clean)) return clean;
  throw new InputError(`The base path ${path} cannot be used`, { hint: 'Give one like /scim/v2.' });
}

/** The base URL of the API behind a public URL, which may have the base path already. @throws InputError for what is none. */
export function scimBaseUrl(given: string, basePath: string): string {
  const url = parseUrl(given);
  const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw new InputError('The public URL cannot be used', { hint: 'Give one like https://scim.acme.test.' });
  }
  // Without the blanks that may have been copied with it.
  const clean = url.href.replace(/\/+$/, '');
  return clean.endsWith(basePath) ? clean : clean + basePath;
}
