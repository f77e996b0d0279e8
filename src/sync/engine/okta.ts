import { z } from 'zod';
import type { ActionContext, ApiCall, Page } from '../../define.ts';
import { isOktaError, OktaError } from '../../errors/errors.ts';
import { isRecord } from '../../schema/record.ts';
import { timeBy } from '../../triggers/sources/log/log-clock.ts';

type Json = Record<string, unknown> & { id: string };

/** What every listed object has. Not a schema of the object: that would copy each one. */
const identified = z.custom<Json>(
  (one) => isRecord(one) && typeof one.id === 'string' && one.id !== '',
  'An object with an id is expected',
);

/** Okta as a run reads it: counted, with Okta's own time. */
export interface OktaReader {
  /** Okta's time as of the last page, milliseconds since the epoch; this machine's before the first one. */
  now(): number;
  /** Requests sent so far. */
  requests(): number;
  /** Pages of a list, the next one being fetched while one is used. `from` continues an earlier list. */
  pages(call: ListCall, from?: string): AsyncGenerator<OktaPage, void, undefined>;
  /** One object; undefined if Okta has none (404). */
  find(path: string, params: Record<string, string>): Promise<Json | undefined>;
  /** For everything else: the System Log, names of groups and apps. */
  context: ActionContext;
}

export type ListCall = Pick<ApiCall, 'path' | 'params' | 'query'>;

/** Usable until the next page is asked for. */
export interface OktaPage {
  /** What each item results in: none is kept, so that a long page takes little memory. */
  map<T>(use: (item: Json) => T): T[];
  /** The ids of the items, at a fraction of the cost. */
  readonly ids: string[];
  /** The items with these ids. */
  find(ids: readonly string[]): Json[];
  next: string | undefined;
  /** Okta's time when it answered: the earlier of its Date header and this machine's clock, as either may be wrong. */
  at: number;
}

/** A list whose position Okta no longer knows: it has to be read from its first page. */
export const isLostPosition = (error: unknown): boolean =>
  isOktaError(error) && error.status === 400 && error.request?.method === 'GET';

export function oktaReader(given: ActionContext): OktaReader {
  let requests = 0;
  let now: number | undefined;
  const context: ActionContext = {
    ...given,
    call: (call) => {
      requests += 1;
      return given.call(call);
    },
    async page<T>(call: ApiCall<T>, from?: string): Promise<Page<T>> {
      requests += 1;
      const page = await given.page(call, from);
      now = page.serverNow ?? page.receivedAt;
      return page;
    },
    async *list<T>(call: ApiCall<T>, limit?: number) {
      requests += 1;
      yield* given.list(call, limit);
    },
  };
  return {
    now: () => now ?? given.clock.now(),
    requests: () => requests,
    context,
    async *pages({ path, params, query }, from) {
      const call = { method: 'GET' as const, path, params, query, answer: identified };
      const read = new Set<string>();
      const pageAt = async (next?: string) => oktaPage(await context.page(call, next));
      let current = pageAt(from);
      for (;;) {
        const page = await current;
        const { next } = page;
        if (next !== undefined) {
          if (read.has(next)) throw circular(path);
          read.add(next);
          current = pageAt(next);
          // A failure is thrown when its turn comes.
          current.catch(() => {});
        }
        yield page;
        page.release();
        if (next === undefined) return;
      }
    },
    async find(path, params) {
      try {
        const { json } = await context.call({ method: 'GET', path, params, answer: identified });
        return json;
      } catch (error) {
        if (isOktaError(error) && error.status === 404) return undefined;
        throw error;
      }
    },
  };
}

/** Reads of a long page only what is asked for. */
function oktaPage(page: Page<Json>): OktaPage & { release(): void } {
  const listed = page.elements?.identified();
  const items = listed ? [] : page.items;
  return {
    next: page.next,
    at: timeBy(page).earliest,
    ids: listed?.ids ?? items.map(({ id }) => id),
    map: (use) => listed?.ids.map((_, at) => use(listed.element(at) as Json)) ?? items.map(use),
    find(ids) {
      const wanted = new Set(ids);
      if (!listed) return items.filter(({ id }) => wanted.has(id));
      return listed.ids.flatMap((id, at) => (wanted.has(id) ? [listed.element(at) as Json] : []));
    },
    release: () => page.elements?.release(),
  };
}

const circular = (pathTemplate: string): OktaError =>
  new OktaError(`GET ${pathTemplate} does not end: it links to a page that was already read`, {
    code: 'next_link_refused',
    actor: 'okta',
    hint: 'Start again; if it happens again, check the proxies between this machine and Okta.',
    request: { method: 'GET', pathTemplate },
  });
