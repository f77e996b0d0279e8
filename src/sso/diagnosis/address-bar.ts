import { InputError } from '../../errors/errors.ts';
import { parseUrl } from '../../text/url.ts';

/** The URL in the address bar of a sign-in that failed. */
export interface AddressBar {
  url: URL;
  /** Of the query, and of the fragment, where implicit answers are. */
  params: URLSearchParams;
  /**
   * authorize: a request to an authorization server; answer: Okta's answer at a redirect URI; tile: an application that is opened
   * from Okta; other: anything else, such as a page that is missing.
   */
  kind: 'authorize' | 'answer' | 'tile' | 'other';
  /** The error in it, as text. */
  says: string | undefined;
  /** The issuer at whose address it is; undefined for one of an application. */
  issuer: string | undefined;
}

/** Takes the URL apart. @throws InputError for what is no URL. */
export function addressBarOf(given: string): AddressBar {
  const url = parseUrl(given.trim());
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new InputError('url is not a URL of the web', {
      hint: 'Copy the whole address bar, beginning with https://.',
    });
  }
  const params = new URLSearchParams([
    ...url.searchParams,
    ...new URLSearchParams(url.hash.replace(/^#/, '')),
  ]);
  const said = ['error', 'error_description', 'session_message'].flatMap((name) => params.get(name) ?? []);
  return {
    ...{ url, params, kind: kindOf(url, params) },
    says: said.length > 0 ? said.join(': ') : undefined,
    issuer: issuerIn(url),
  };
}

function kindOf({ pathname }: URL, params: URLSearchParams): AddressBar['kind'] {
  if (/\/authorize\/?$/.test(pathname)) return 'authorize';
  if (['code', 'error', 'id_token', 'session_message'].some((name) => params.has(name))) return 'answer';
  return params.has('iss') ? 'tile' : 'other';
}

/** By its path: /oauth2/default/v1/authorize is of {origin}/oauth2/default, /oauth2/v1/authorize of {origin}. */
function issuerIn({ origin, pathname }: URL): string | undefined {
  const [, server] = /^\/oauth2\/([^/]+)(?=\/v1\/|\/?$|\/+\.well-known\/)/.exec(pathname) ?? [];
  if (server !== undefined && server !== 'v1') return `${origin}/oauth2/${server}`;
  return /^\/oauth2\/|\/authorize\/?$|^\/+\.well-known\//.test(pathname) ? origin : undefined;
}
