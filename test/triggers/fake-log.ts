import { connect } from '../../src/connect.ts';
import { logEventSample } from '../../src/resources/log/log-event.ts';
import { START } from '../support/fake-clock.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const PAGE = 1_000;

interface Entry {
  /** Anything: what it is must not matter. */
  event: unknown;
  persisted: number;
}

/**
 * The System Log of an org at a time that the test sets, with whatever Date it is told to send: by persistence without
 * `until` and in ascending order, by `published` otherwise.
 */
export function fakeLog() {
  const entries: Entry[] = [];
  const log = {
    /** The true time. */
    now: START,
    /** What the answers say, and what the machine shows. */
    date: (now: number): string | undefined => new Date(now).toUTCString(),
    own: (now: number): number => now,
    /** Cursors are refused. */
    refuses: false as boolean | 'once',
    asked: [] as URLSearchParams[],
    told: [] as string[],
    /** Takes up an event now. @returns its uuid. */
    add(more: object = {}): string {
      const uuid = `event-${entries.length}`;
      const published = new Date(log.now).toISOString();
      log.put({ ...logEventSample, uuid, published, ...more });
      return uuid;
    },
    put(event: unknown): void {
      entries.push({ event, persisted: log.now });
    },
    client() {
      return connect(
        { orgUrl: 'https://acme.okta.com', auth: { type: 'api_token', token: 'token' } },
        {
          clock: { now: () => log.own(log.now), sleep: async () => {} },
          maxRetries: 0,
          notice: (message) => log.told.push(message),
          transport: async ({ url }) => {
            const { status, body, next } = answer(new URL(url).searchParams);
            const link =
              next && `<https://acme.okta.com/api/v1/logs?after=${next}&limit=${PAGE}>; rel="next"`;
            const headers = { 'content-type': 'application/json', date: log.date(log.now), link };
            return { status, headers, text: JSON.stringify(body) };
          },
        },
      );
    },
  };

  const publishedOf = ({ event, persisted }: Entry): number =>
    Date.parse(String((event as { published?: unknown } | null)?.published)) || persisted;

  function answer(query: URLSearchParams): { status: number; body: unknown; next?: string } {
    log.asked.push(query);
    const after = query.get('after');
    if (after !== null && log.refuses) {
      log.refuses = log.refuses !== 'once';
      return { status: 400, body: { errorCode: 'E0000054' } };
    }
    const since = Date.parse(query.get('since') ?? '') || log.now - 7 * DAY;
    if (since < log.now - 180 * DAY) return { status: 400, body: { errorCode: 'E0000053' } };
    if (query.get('sortOrder') === 'DESCENDING' || query.has('until')) {
      const until = Date.parse(query.get('until') ?? '') || Number.POSITIVE_INFINITY;
      const found = entries
        .filter((entry) => publishedOf(entry) >= since && publishedOf(entry) < until)
        .sort((a, b) => publishedOf(a) - publishedOf(b))
        .map(({ event }) => event);
      const ordered = query.has('until') ? found : found.reverse();
      return { status: 200, body: ordered.slice(0, Number(query.get('limit') ?? PAGE)) };
    }
    const at = after === null ? entries.findIndex(({ persisted }) => persisted >= since) : Number(after);
    const from = at === -1 ? entries.length : at;
    const body = entries.slice(from, from + PAGE).map(({ event }) => event);
    return { status: 200, body, next: String(from + body.length) };
  }
  return log;
}
