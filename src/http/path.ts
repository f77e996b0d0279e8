import { InputError } from '../errors/errors.ts';

export type QueryValue = string | number | boolean | undefined | null;

// Encoding alone does not make these safe: proxies and Okta's servlet container decode before routing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is the purpose
const UNSAFE = /[/\\?#;\u0000-\u001f\u007f]/;

/** True for the format of an id of Okta's, of any kind of object. */
export const isOktaId = (text: string): boolean => /^[A-Za-z0-9]{20}$/.test(text);

/** True when a value can be used as one path segment of Okta's API without changing the route. */
export function isPathSafe(value: string): boolean {
  return value !== '' && value !== '.' && value !== '..' && !UNSAFE.test(value) && value.isWellFormed();
}

/**
 * Fills `{placeholders}` of a path template with percent-encoded values.
 * @throws InputError when a value is missing, empty, a dot segment, or has a character that could change the route.
 */
export function fillPath(template: string, values: Record<string, unknown>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (typeof value !== 'string' || !isPathSafe(value)) {
      throw new InputError(
        `${name} cannot be used in the path ${template}: it must be text without / \\ ? # ; and control characters, and neither empty, "." nor ".."`,
        { hint: `Give ${name} as an id, for example 00u1abcdefghijklmnop.` },
      );
    }
    return encodeURIComponent(value);
  });
}

/** Forms that change the route: no or two leading slashes, dot segments, and whatever URL parsers treat as these. */
const OTHER_ROUTE = /^(?!\/)|^\/\/|[\\\t\n\r]|\/(\.|%2e){1,2}(\/|$)/i;

/**
 * The URL of a path (with its query) on the org; percent-encoding is kept.
 * @throws InputError for a path that leads to another host or, through dot segments, to a route other than the one shown.
 */
export function urlOf(orgUrl: string, path: string): URL {
  const [route = ''] = path.split(/[?#]/);
  if (!OTHER_ROUTE.test(route)) {
    try {
      const url = new URL(path, orgUrl);
      if (url.origin === orgUrl) return url;
    } catch {
      // not a URL
    }
  }
  throw new InputError('The path does not stay within the org; nothing was sent', {
    hint: 'Give it as /api/v1/..., without dot segments and backslashes.',
  });
}

/** What URL parsers leave as it is. */
const PLAIN = /^[\w\-.~!$&()*+,;=:@%/]+(\?[\w\-.~!$&()*+,;=:@%/?[\]]+)?$/;

/**
 * Path and query as they are sent: those of `urlOf`. For most paths a pattern tells that they need no parser, which takes a tenth of the
 * time of a request.
 * @throws InputError as `urlOf`.
 */
export function pathToSend(orgUrl: string, path: string): string {
  if (PLAIN.test(path) && !OTHER_ROUTE.test(path.replace(/\?.*/, ''))) return path;
  const { pathname, search } = urlOf(orgUrl, path);
  return pathname + search;
}

/** Encodes a query; undefined and null are omitted, a list repeats its name. Empty when nothing remains. */
export function queryString(query: Record<string, QueryValue | readonly QueryValue[]>): string {
  let text = '';
  for (const name in query) {
    const value = query[name];
    for (const one of typeof value === 'object' && value !== null ? value : [value]) {
      if (one === undefined || one === null) continue;
      text += `${text === '' ? '?' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(name, String(one)))}`;
    }
  }
  return text;
}

function wellFormed(name: string, value: string): string {
  if (value.isWellFormed()) return value;
  throw new InputError(`${name} contains half a surrogate pair (broken Unicode) and cannot be sent`);
}
