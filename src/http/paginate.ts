import LinkHeader from 'http-link-header';
import { OktaError } from '../errors/errors.ts';
import { isOktaId, urlOf } from './path.ts';
import type { HttpRequest, HttpResponse, Send } from './types.ts';

const OKTA_HOST = /\.(okta|oktapreview|okta-emea|okta-gov)\.com$|\.okta\.mil$/;

/**
 * True when a link on `host` means this org: the same host, its Admin Console twin (Okta puts `-admin` into some
 * links), or the org's Okta domain when it is called by a custom domain.
 */
function meansThisOrg(host: string, orgHost: string): boolean {
  if (host === orgHost) return true;
  const plain = host.replace(/^([^.]+)-admin\./, '$1.');
  return plain === orgHost || (OKTA_HOST.test(plain) && !OKTA_HOST.test(orgHost));
}

/** `next` of the Link header, or of `_links` in the wrapped lists of Okta's IAM API, whose header has only `self`. */
function nextOf(response: HttpResponse, request: HttpRequest): string | undefined {
  const header = response.headers.link;
  if (header) {
    const next = parseLinks(header).find((link) => /^next$/i.test(link.rel))?.uri;
    // A list that ends silently in the middle would be lost data.
    if (next === undefined && NAMES_NEXT.test(header.replace(ADDRESS, ''))) throw unreadable(request);
    if (next !== undefined) return next;
  }
  if (response.list) return undefined;
  const links = (response.json as { _links?: { next?: { href?: unknown } | null } | null } | null | undefined)
    ?._links;
  return typeof links?.next?.href === 'string' ? links.next.href : undefined;
}

// These run in linear time: an unclosed bracket or quote consumes the rest, or stops at the next opening one.
const ADDRESS = /<[^<>]*>/g;
const NAMES_NEXT = /\brel\s*=\s*("[^"]*\bnext\b|next\b)/i;
const PARTS = /<[^>]*>?|"(?:[^"\\]|\\.)*"?|\s+[,;]?/g;
const LONG_BLANKS = /\s{100}/;
const LONGEST_QUOTED = 100;

/**
 * Normalises a header for the library, which drops everything after " ," (legal by RFC 9110, 5.6.1) and takes quadratic
 * time for a rel of many words. No real relation is that long.
 */
function readable(part: string): string {
  if (part.startsWith('"') && part.length > LONGEST_QUOTED) return '""';
  const separator = part.trim();
  return separator === ',' || separator === ';' ? separator : part;
}

/** Reads a Link header leniently: an unparsable header has no links. */
export function parseLinks(header: string): { uri: string; rel: string }[] {
  // The library takes quadratic time for these.
  if (LONG_BLANKS.test(header)) return [];
  const plain = header.replace(PARTS, readable);
  try {
    return LinkHeader.parse(plain).refs;
  } catch {
    return [];
  }
}

/** The decoded segments of a path, without query and trailing slash. */
const segmentsOf = (path: string): string[] =>
  (path.split(/[?#]/)[0] ?? '').replace(/\/$/, '').split('/').map(decoded);

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * True when a path is a page of the requested list: the same path, whatever its encoding. Only an object requested by
 * login or as "me" may be linked by its id. Any other path is another list, or a call that changes something.
 */
export function isSameList({ path, template }: HttpRequest, other: string): boolean {
  const [asked, names, found] = [segmentsOf(path), template.split('/'), segmentsOf(other)];
  return (
    asked.length === found.length &&
    asked.every((segment, at) => {
      const there = found[at] as string;
      const isName = names[at]?.startsWith('{') || segment === 'me';
      return segment === there || (isName && !isOktaId(segment) && isOktaId(there));
    })
  );
}

/**
 * Path and query of the next page on the org's own origin, or undefined at the end. The credential is never sent to
 * another origin, whatever the link says.
 * @throws OktaError `next_link_refused` for a link to another host or another list, `unexpected_response` for one that
 *   cannot be read.
 * @see https://developer.okta.com/docs/api/#pagination
 */
export function nextPath(response: HttpResponse, orgUrl: string, request: HttpRequest): string | undefined {
  const next = nextOf(response, request);
  if (next === undefined) return undefined;
  const url = URL.canParse(next, orgUrl) ? new URL(next, orgUrl) : undefined;
  if (!url || !meansThisOrg(url.host, new URL(orgUrl).host)) {
    throw refused(request, `to another host${url ? ` (${url.host})` : ''}`);
  }
  if (!isSameList(request, url.pathname)) throw refused(request, 'to another path');
  // Some of Okta's links lose `expand`: the items of further pages would then lack what it embeds.
  const expand = new URL(request.path, orgUrl).searchParams.get('expand');
  if (expand !== null && !url.searchParams.has('expand')) url.searchParams.set('expand', expand);
  return url.pathname + url.search;
}

/** The links between the pages of one connection, which are the same from poll to poll while nothing happens: the last is kept. */
export class PageLinks {
  readonly #orgUrl: string;
  #last: { header: string; path: string; template: string; next: string } | undefined;

  constructor(orgUrl: string) {
    this.#orgUrl = orgUrl;
  }

  /** True when a path is a page of the requested list. @throws InputError for one that leads elsewhere. */
  isPage(request: HttpRequest, path: string): boolean {
    if (this.#last?.next === path && this.#isOf(request)) return true;
    return isSameList(request, urlOf(this.#orgUrl, path).pathname);
  }

  /** As `nextPath`. */
  next(response: HttpResponse, request: HttpRequest): string | undefined {
    const { link: header = '' } = response.headers;
    if (this.#last?.header === header && this.#isOf(request)) return this.#last.next;
    const next = nextPath(response, this.#orgUrl, request);
    const { path, template } = request;
    // What the body names can differ under the same header.
    const isOfHeader = next !== undefined && NAMES_NEXT.test(header.replace(ADDRESS, ''));
    this.#last = isOfHeader ? { header, path, template, next } : undefined;
    return next;
  }

  #isOf({ path, template }: HttpRequest): boolean {
    return this.#last?.path === path && this.#last.template === template;
  }
}

function refused(request: HttpRequest, what: string): OktaError {
  return new OktaError(`The next page of ${request.template} is a link ${what}; it is not followed`, {
    code: 'next_link_refused',
    actor: 'okta',
    hint: 'Start the list again; if it happens again, check what stands between this machine and Okta.',
    request: { method: request.method, pathTemplate: request.template },
  });
}

function unreadable(request: HttpRequest): OktaError {
  return new OktaError(`The link to the next page of ${request.template} cannot be read`, {
    code: 'unexpected_response',
    actor: 'okta',
    hint: 'Start the list again; if it happens again, check what stands between this machine and Okta.',
    request: { method: request.method, pathTemplate: request.template },
  });
}

/**
 * The pages of a list, to its end, one request at a time and only as far as they are consumed.
 * @throws OktaError `next_link_refused` for a link to another host or list, or to a page that was already read.
 */
export async function* paginate(
  send: Send,
  orgUrl: string,
  request: HttpRequest,
): AsyncGenerator<HttpResponse> {
  const seen = new Set<string>();
  let path: string | undefined = request.path;
  while (path !== undefined) {
    if (seen.has(path)) throw refused(request, 'to a page that was already read');
    seen.add(path);
    const response = await send({ ...request, path });
    yield response;
    path = nextPath(response, orgUrl, request);
  }
}
