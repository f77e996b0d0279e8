import { z } from 'zod';
import type { ActionContext, ApiCall, Page } from '../../define.ts';
import { isOktaError, OktaError } from '../../errors/errors.ts';
import { timeBy } from '../../triggers/sources/log/log-clock.ts';

/** What every listed object has. */
const identified = z.looseObject({ id: z.string().min(1) });
type Json = z.output<typeof identified>;

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

export interface OktaPage {
  items: Json[];
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
      const pageAt = async (next?: string) => {
        const page = await context.page(call, next);
        return { items: page.items, next: page.next, at: timeBy(page).earliest };
      };
      let current = pageAt(from);
      for (;;) {
        const page = await current;
        if (page.next === undefined) return yield page;
        if (read.has(page.next)) throw circular(path);
        read.add(page.next);
        current = pageAt(page.next);
        // A failure is thrown when its turn comes.
        current.catch(() => {});
        yield page;
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

const circular = (pathTemplate: string): OktaError =>
  new OktaError(`GET ${pathTemplate} does not end: it links to a page that was already read`, {
    code: 'next_link_refused',
    actor: 'okta',
    hint: 'Start again; if it happens again, check the proxies between this machine and Okta.',
    request: { method: 'GET', pathTemplate },
  });
