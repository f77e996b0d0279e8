/** What an org of the farm answers to one request, as Okta does: GET /api/v1/logs, its cursor, its limit and its errors. */
import { renderEvent } from '../../../src/sandbox/system-log/event.ts';
import { type Growth, idOf, persistedAt, positionAt, publishedAt, sizeAt, typeAt } from './growth.ts';

/** What can be wrong with an org. `cursor` refuses each cursor, as Okta does with one that has expired. */
export type Fault = '401' | '429' | '500' | 'hang' | 'cursor';

const WINDOW_MS = 60_000;

/** One org: what was asked of it, and what is wrong with it. */
export class Org {
  requests = 0;
  refused = 0;
  fault: Fault | undefined;
  #windowEndsAt = 0;
  #inWindow = 0;

  /** Counts a request in the window of the org's limit. */
  count(now: number, limit: number): { remaining: number; resetAt: number } {
    if (now >= this.#windowEndsAt) [this.#windowEndsAt, this.#inWindow] = [now + WINDOW_MS, 0];
    this.#inWindow += 1;
    return { remaining: limit - this.#inWindow, resetAt: Math.ceil(this.#windowEndsAt / 1_000) };
  }
}

export interface Asked {
  path: string;
  /** `Authorization` as sent; undefined without one. */
  authorization: string | undefined;
  host: string;
  isTls: boolean;
  now: number;
}

export interface OrgSettings {
  growth: Growth;
  /** Requests in a minute. */
  limit: number;
}

export const tokenOf = (org: number): string => `00farm${String(org).padStart(6, '0')}`;

const ERRORS = {
  E0000004: 'Authentication failed',
  E0000007: 'Not found: Resource not found',
  E0000009: 'Internal Server Error',
  E0000011: 'Invalid token provided',
  E0000047: 'API call exceeded rate limit due to too many requests.',
  E0000054: 'Invalid paging request',
} as const;

/** The complete answer; undefined if the org does not answer at all. */
export function answer(org: Org, number: number, asked: Asked, settings: OrgSettings): string | undefined {
  org.requests += 1;
  const { now } = asked;
  const { remaining, resetAt } = org.count(now, settings.limit);
  const limits = `X-Rate-Limit-Limit: ${settings.limit}\r\nX-Rate-Limit-Remaining: ${Math.max(0, remaining)}\r\nX-Rate-Limit-Reset: ${resetAt}\r\n`;
  const failed = (status: number, code: keyof typeof ERRORS) => {
    org.refused += 1;
    const errorId = `oae${number}x${org.requests}`;
    const body = { errorCode: code, errorSummary: ERRORS[code], errorLink: code, errorId, errorCauses: [] };
    return written(status, limits, JSON.stringify(body), now);
  };
  switch (org.fault) {
    case 'hang':
      return undefined;
    case '401':
      return failed(401, 'E0000011');
    case '500':
      return failed(500, 'E0000009');
    case '429':
      return failed(429, 'E0000047');
  }
  if (remaining < 0) return failed(429, 'E0000047');
  if (asked.authorization !== `SSWS ${tokenOf(number)}`) return failed(401, 'E0000011');
  const url = new URL(asked.path, `${asked.isTls ? 'https' : 'http'}://${asked.host}`);
  if (url.pathname !== '/api/v1/logs') return failed(404, 'E0000007');
  const page = pageOf(number, url.searchParams, now, settings.growth, org.fault === 'cursor');
  if (page === undefined) return failed(400, 'E0000054');
  const links = [`Link: <${url.href}>; rel="self"\r\n`];
  if (page.next !== undefined) {
    for (const name of ['since', 'until']) url.searchParams.delete(name);
    url.searchParams.set('after', page.next);
    links.push(`Link: <${url.href}>; rel="next"\r\n`);
  }
  return written(200, limits + links.join(''), `[${page.events.join(',')}]`, now);
}

interface LogPage {
  events: string[];
  /** The cursor of the page behind it; in polling mode there always is one. */
  next: string | undefined;
}

/** A page of the log; undefined if the cursor is refused. */
function pageOf(
  org: number,
  query: URLSearchParams,
  now: number,
  growth: Growth,
  refusesCursors: boolean,
): LogPage | undefined {
  const limit = Math.min(Number(query.get('limit') ?? 100), 1_000);
  const size = sizeAt(growth, org, now);
  const types = [...(query.get('filter') ?? '').matchAll(/eventType eq "([^"]+)"/g)].map(([, type]) => type);
  const isAsked = (position: number) => types.length === 0 || types.includes(typeAt(position));
  const isDescending = query.get('sortOrder') === 'DESCENDING';
  const after = query.get('after');
  const since = () => positionAt(growth, org, Date.parse(query.get('since') ?? '') || 0, now);
  const events: string[] = [];
  if (query.has('until') || isDescending) {
    const until = Date.parse(query.get('until') ?? '') || now + 1;
    const first = since();
    for (let at = size - 1; at >= first && events.length < limit; at--)
      if (isAsked(at) && persistedAt(growth, org, at) < until) events.push(render(growth, org, at));
    return { events: isDescending ? events : events.reverse(), next: undefined };
  }
  if (after !== null && (refusesCursors || !/^\d+p$/.test(after) || Number.parseInt(after, 10) > size))
    return undefined;
  let position = after === null ? since() : Number.parseInt(after, 10);
  for (; position < size && events.length < limit; position++)
    if (isAsked(position)) events.push(render(growth, org, position));
  return { events, next: `${position}p` };
}

function render(growth: Growth, org: number, position: number): string {
  const id = `00u${String(org).padStart(6, '0')}x${String(position).padStart(10, '0')}`;
  const login = `person.${position}@org-${org}.test`;
  const target = [{ id, type: 'User', alternateId: login, displayName: login, detailEntry: null }];
  return JSON.stringify(
    renderEvent({
      uuid: idOf(org, position),
      eventType: typeAt(position),
      published: publishedAt(growth, org, position),
      persisted: persistedAt(growth, org, position),
      fields: { target },
    }),
  );
}

const REASONS: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

let date = { second: 0, text: '' };

function written(status: number, headers: string, body: string, now: number): string {
  const second = Math.floor(now / 1_000);
  if (second !== date.second) date = { second, text: new Date(now).toUTCString() };
  return `HTTP/1.1 ${status} ${REASONS[status]}\r\nDate: ${date.text}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nX-Okta-Request-Id: Zfarm00000000000\r\n${headers}\r\n${body}`;
}
