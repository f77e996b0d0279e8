import { invalid, oktaError, type Refusal } from './errors.ts';
import { isObject, type Json } from './json.ts';
import type { Org } from './org.ts';
import type { Principal } from './principal.ts';

/** A request as an endpoint sees it: authenticated, with a parsed body. */
export interface Call {
  org: Org;
  /** Scheme and host the caller used; all links in the answer start with it. */
  origin: string;
  method: string;
  /** The path as the caller sent it, still percent-encoded. */
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  /** The query as the caller sent it, with its question mark. */
  search: string;
  headers: Headers;
  body: unknown;
  principal: Principal;
  requestId: string;
  ipAddress: string;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Paging links; each becomes a separate Link header line. */
  links?: { self?: string; next?: string };
}

export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** The OAuth scopes the endpoint requires, separated by a space; undefined when it needs no token. */
  scope?: string;
  /** The types of file that it takes as its body; the bytes stay as they are, one a character. */
  takes?: readonly string[];
  handle(call: Call): Answer | Promise<Answer>;
}

export function ok(body: unknown, headers?: Record<string, string>): Answer {
  return { status: 200, body, headers };
}

export const noContent: Answer = { status: 204 };

/** A page of a collection. `items` has one item more than `limit` when there is a next page. */
export function page<T>(
  call: Call,
  items: readonly T[],
  limit: number,
  { render, cursor }: { render: (item: T) => unknown; cursor: (last: T) => string },
): Answer {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const next = items.length > limit && last !== undefined ? cursor(last) : undefined;
  return {
    status: 200,
    body: shown.map(render),
    links: {
      self: linkTo(call, { limit: String(limit) }),
      next: next === undefined ? undefined : linkTo(call, { after: next, limit: String(limit) }),
    },
  };
}

/** A list that Okta returns as a whole; it has pages only where a test caps all pages. */
export function wholeList(call: Call, items: readonly Json[]): Answer {
  const { maxPageSize } = call.org.settings;
  if (!maxPageSize) return ok(items);
  const after = call.query.get('after');
  const rest = after ? items.slice(items.findIndex(({ id }) => id === after) + 1) : items;
  return page(call, rest, maxPageSize, { render: (item) => item, cursor: ({ id }) => String(id) });
}

/** The requested URL with some parameters changed; null removes one. */
export function linkTo(call: Call, changes: Record<string, string | null>): string {
  const query = new URLSearchParams(call.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const origin = call.org.settings.adminHostLinks ? 'https://sandbox-admin.okta.test' : call.origin;
  return `${origin}${call.path}?${query}`;
}

/**
 * The id after which the page begins; undefined for the first page. An id of a deleted record is still valid.
 * @throws Refusal E0000029 for anything that can't be an id of this list.
 */
export function cursorOf(call: Call, prefix: string, isKnown: (id: string) => boolean): string | undefined {
  const after = call.query.get('after');
  if (!after) return undefined;
  if (!isKnown(after) && !new RegExp(`^${prefix}\\w{17}$`).test(after)) throw wrongCursor();
  return after;
}

export function wrongCursor(): Refusal {
  return oktaError('E0000029', '', ['Invalid cursor.']);
}

/** The page size of a list that has pages. */
export function pageSizeOf(call: Call, standard: number, maximum: number): number {
  const { maxPageSize } = call.org.settings;
  return Math.min(limitOf(call, standard, maximum), maxPageSize || maximum);
}

/** The requested `limit`: Okta lowers one that is too large and refuses anything but a positive integer. */
export function limitOf(call: Call, standard: number, maximum: number): number {
  const text = call.query.get('limit');
  if (text === null || text === '') return standard;
  if (!/^\d+$/.test(text) || Number(text) === 0)
    throw invalid('limit', 'limit: a positive whole number is expected');
  return Math.min(Number(text), maximum);
}

export function flag(call: Call, name: string, standard: boolean): boolean {
  const text = call.query.get(name);
  return text === null ? standard : text.toLowerCase() === 'true';
}

/** The body as a JSON object. @throws Refusal E0000003 when it is anything else. */
export function objectBody(call: Call): Json {
  if (!isObject(call.body)) throw oktaError('E0000003');
  return call.body;
}
