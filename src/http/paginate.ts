import LinkHeader from 'http-link-header';
import { OktaError } from '../errors/errors.ts';
import type { HttpRequest, HttpResponse, Send } from './types.ts';

const OKTA_HOST = /\.(okta|oktapreview|okta-emea|okta-gov)\.com$|\.okta\.mil$/;

/**
 * True when a link on `host` means this org: the same host, its Admin Console twin (Okta puts `-admin` into some
 * links), or Okta's own name of an org that is called by a custom domain.
 */
function meansThisOrg(host: string, orgHost: string): boolean {
  if (host === orgHost) return true;
  const plain = host.replace(/^([^.]+)-admin\./, '$1.');
  return plain === orgHost || (OKTA_HOST.test(plain) && !OKTA_HOST.test(orgHost));
}

/** `next` of the Link header, or of `_links` in the wrapped lists of Okta's IAM API. */
function nextOf(response: HttpResponse, request: HttpRequest): string | undefined {
  const header = response.headers.link;
  if (header) {
    const next = parseLinks(header).find((link) => /^next$/i.test(link.rel))?.uri;
    // A list that ends quietly in the middle is lost data.
    if (next === undefined && NAMES_NEXT.test(header.replace(ADDRESS, ''))) throw unreadable(request);
    return next;
  }
  if (response.list) return undefined;
  const links = (response.json as { _links?: { next?: { href?: unknown } | null } | null } | null | undefined)
    ?._links;
  return typeof links?.next?.href === 'string' ? links.next.href : undefined;
}

const ADDRESS = /<[^>]*>/g;
const NAMES_NEXT = /\brel\s*=\s*("[^"]*\bnext\b|next\b)/i;
const QUOTED_OR_BLANKS = /<[^>]*>|"(?:[^"\\]|\\.)*"|\s+(?=[,;])/g;

/** Reads a Link header leniently: one that cannot be parsed is a header without links. */
export function parseLinks(header: string): { uri: string; rel: string }[] {
  // The library drops what follows a comma with a blank before it, which is legal (RFC 9110, 5.6.1).
  const plain = header.replace(QUOTED_OR_BLANKS, (part) => (part.trim() === '' ? '' : part));
  try {
    return LinkHeader.parse(plain).refs;
  } catch {
    return [];
  }
}

/**
 * Path and query of the next page on the org's own origin, or undefined at the end. The credential goes to no other
 * origin, whatever the link says.
 * @throws OktaError `next_link_refused` for a link to another host, `unexpected_response` for one that cannot be read.
 * @see https://developer.okta.com/docs/api/#pagination
 */
export function nextPath(response: HttpResponse, orgUrl: string, request: HttpRequest): string | undefined {
  const next = nextOf(response, request);
  if (next === undefined) return undefined;
  const url = URL.canParse(next, orgUrl) ? new URL(next, orgUrl) : undefined;
  if (!url || !meansThisOrg(url.host, new URL(orgUrl).host)) {
    throw refused(request, `to another host${url ? ` (${url.host})` : ''}`);
  }
  return url.pathname + url.search;
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
 * @throws OktaError `next_link_refused` for a link to another host, or to a page that was already read.
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
