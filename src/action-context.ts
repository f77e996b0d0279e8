import type { ActionContext, Call } from './define.ts';
import { InputError, OktaError } from './errors/errors.ts';
import { nextPath, paginate } from './http/paginate.ts';
import { fillPath, queryString, urlOf } from './http/path.ts';
import { dateOf } from './http/rate-headers.ts';
import type { Clock, HttpRequest, HttpResponse, Progress, Send } from './http/types.ts';
import { profileSchemas } from './options/profile-schema.ts';

/** What one connection gives to all its actions. */
export interface ContextOptions {
  orgUrl: string;
  send: Send;
  clock: Clock;
  progress: Progress;
  notice: (message: string) => void;
}

/** What one run adds. */
export interface RunOptions {
  /** Whether the run changes something. */
  writes: boolean;
  idempotent: boolean;
  scopes: readonly string[];
  signal?: AbortSignal;
  /** Called before a write goes out; it goes out when this has ended. */
  sending?: () => Promise<void>;
  /** For runs that belong together. */
  groupIds?: Map<string, Promise<string>>;
  /** Takes the place of the connection's own. */
  progress?: Progress;
}

/** Longer request lines are refused by Okta's edge (414) and by most proxies. */
const MAX_PATH_LENGTH = 16_000;

/** Makes contexts for runs over one connection; what is read once per org is shared between them. */
export function contextFactory(options: ContextOptions): (run: RunOptions) => ActionContext {
  const { orgUrl, send, clock, progress, notice } = options;

  const schemas = profileSchemas((call) =>
    send(requestOf(call, { writes: false, idempotent: false, scopes: ['okta.schemas.read'] })),
  );

  return (run) => ({
    clock,
    writes: run.writes,
    groupIds: run.groupIds,
    signal: run.signal,
    progress: run.progress ?? progress,
    notice: run.progress ?? notice,
    call: async (call) => send(requestOf(call, run)),
    async *list(call, limit = Number.POSITIVE_INFINITY) {
      let left = limit;
      for await (const page of paginate(send, orgUrl, { ...requestOf(call, run), elementwise: true })) {
        let isEmpty = true;
        for (const item of page.list ?? itemsOf(page, call)) {
          isEmpty = false;
          yield item;
          left -= 1;
          if (left <= 0) return;
        }
        // The System Log in polling mode offers a next link for ever; elsewhere a page may be empty in the middle.
        if (isEmpty && call.path === '/api/v1/logs') return;
      }
    },
    async page(call, from) {
      const request = requestOf(call, run);
      if (from !== undefined) urlOf(orgUrl, from);
      const response = await send({ ...request, path: from ?? request.path, elementwise: true });
      const receivedAt = clock.now();
      const elements = response.list;
      const items = elements ? undefined : itemsOf(response, call);
      return {
        get items() {
          return items ?? [...(elements ?? [])];
        },
        elements,
        next: nextPath(response, orgUrl, request),
        serverNow: dateOf(response.headers),
        receivedAt,
      };
    },
    profileSchema: schemas,
  });
}

function requestOf(
  { method, path, params = {}, query = {}, body, headers, idempotent }: Call,
  run: RunOptions,
): HttpRequest {
  const filled = fillPath(path, params) + queryString(query);
  const encoded = filled.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  if (encoded.length > MAX_PATH_LENGTH) {
    throw new InputError(`The request line would be ${encoded.length} characters long; nothing was sent`, {
      hint: 'Shorten the search expression or the longest value.',
      request: { method, pathTemplate: templateOf(path) },
    });
  }
  return {
    method,
    path: encoded,
    template: templateOf(path),
    body,
    headers,
    idempotent: idempotent ?? (method === 'GET' || run.idempotent),
    scopes: run.scopes,
    signal: run.signal,
    progress: run.progress,
    sending: method === 'GET' || method === 'HEAD' ? undefined : run.sending,
  };
}

/** Takes ids and logins out of a path that was given whole, for logs and errors. */
function templateOf(path: string): string {
  const segments = path.split('/');
  return segments
    .map((segment, at) => {
      if (/^\{\w+\}$/.test(segment)) return segment;
      const word = /^(v\d+|oauth2|[A-Za-z._-]*)$/.test(segment);
      return word && (segments[at - 1] !== 'users' || segment === 'me' || segment === '') ? segment : '{id}';
    })
    .join('/');
}

/** Okta's lists are arrays; those of its IAM API are wrapped in an object with one array member. */
function itemsOf({ json }: HttpResponse, call: Call): unknown[] {
  if (Array.isArray(json)) return json;
  const arrays = Object.values((json as object | undefined) ?? {}).filter(Array.isArray);
  if (arrays.length === 1 && arrays[0]) return arrays[0];
  throw new OktaError(`${call.method} ${templateOf(call.path)} does not answer with a list`, {
    code: 'unexpected_response',
    actor: 'caller',
    hint: 'Read it as a single object, without paging.',
  });
}
