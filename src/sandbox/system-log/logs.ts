import { createHash } from 'node:crypto';
import { oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, linkTo, pageSizeOf } from '../http.ts';
import { renderEvent } from './event.ts';
import { logPredicate } from './log-filter.ts';
import { type Place, retentionMs } from './log-store.ts';

const day = 24 * 3600 * 1000;

/** A position in a listing. It is bound to its filter: `hash` detects a changed one. */
type Cursor = { hash: string; issued: number } & (
  | { mode: 'polling'; position: number }
  | { mode: 'bounded'; since: number; until: number; descending: boolean; after?: Place }
);

export const logEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/logs', scope: 'okta.logs.read', handle: listEvents },
];

/**
 * Two kinds of request. Without `until` it is polling: events come in the order in which they were logged, and every page
 * has a `next` link. With `until`, or in descending order, it is a bounded request: events come in the order in which they
 * happened, and the last page has no `next`.
 */
function listEvents(call: Call): Answer {
  const matches = logPredicate(call.query.get('filter'), call.query.get('q'));
  const limit = pageSizeOf(call, 100, 1000);
  const cursor = call.query.has('after') ? readCursor(call) : newCursor(call);
  const found: unknown[] = [];
  let next: Cursor | undefined;
  if (cursor.mode === 'polling') {
    let { position } = cursor;
    for (const step of call.org.log.persistedFrom(position)) {
      if (found.length === limit) break;
      position = step.position + 1;
      const event = renderEvent(step.record);
      if (matches(event)) found.push(event);
    }
    next = { ...cursor, position };
  } else {
    const { since, until, descending } = cursor;
    let after = cursor.after;
    for (const [record, place] of call.org.log.publishedBetween(since, until, descending, after)) {
      const event = renderEvent(record);
      if (!matches(event)) continue;
      if (found.length === limit) {
        next = { ...cursor, after };
        break;
      }
      found.push(event);
      after = place;
    }
  }
  const size = { limit: String(limit) };
  return {
    status: 200,
    body: found,
    links: {
      self: linkTo(call, size),
      next: next && linkTo(call, { ...size, after: writeCursor(call, next), since: null, until: null }),
    },
  };
}

function newCursor(call: Call): Cursor {
  const { query, org } = call;
  const now = org.clock.now();
  const order = (query.get('sortOrder') ?? 'ASCENDING').toUpperCase();
  if (order !== 'ASCENDING' && order !== 'DESCENDING')
    throw oktaError('E0000053', '', ['sortOrder: ASCENDING or DESCENDING is expected']);
  const until = date(query.get('until'), 'until') ?? now + 1;
  const since = date(query.get('since'), 'since') ?? until - 7 * day;
  // Okta's own tests ask for events since 2018, and get those that are kept.
  const start = Math.max(since, now - retentionMs);
  const own = { hash: filterHash(call), issued: now };
  if (order === 'ASCENDING' && !query.has('until'))
    return { ...own, mode: 'polling', position: org.log.positionAt(start) };
  return { ...own, mode: 'bounded', since: start, until, descending: order === 'DESCENDING' };
}

function readCursor(call: Call): Cursor {
  if (call.query.has('since')) throw oktaError('E0000063');
  const { org } = call;
  const text = call.query.get('after') as string;
  let cursor: Cursor | undefined;
  try {
    cursor = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    cursor = undefined;
  }
  const position = cursor?.mode === 'polling' ? cursor.position : 0;
  if (cursor?.hash !== filterHash(call) || position > org.log.size) throw oktaError('E0000054');
  const lifetimeMs = org.settings.logCursorLifetimeMs;
  if (lifetimeMs > 0 && org.clock.now() - cursor.issued > lifetimeMs)
    throw oktaError('E0000054', '', ['after: the cursor has expired']);
  return cursor;
}

function writeCursor(call: Call, cursor: Cursor): string {
  const issued = call.org.clock.now();
  return Buffer.from(JSON.stringify({ ...cursor, issued })).toString('base64url');
}

function filterHash({ query }: Call): string {
  const identity = ['filter', 'q', 'sortOrder'].map((name) => query.get(name));
  return createHash('sha256').update(JSON.stringify(identity)).digest('base64url').slice(0, 12);
}

function date(text: string | null, name: string): number | undefined {
  if (text === null || text === '') return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time) || !/^\d{4}-\d\d-\d\d/.test(text))
    throw oktaError('E0000053', '', [`${name}: an ISO 8601 date is expected`]);
  return time;
}
