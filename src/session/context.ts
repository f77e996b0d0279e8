import type { z } from 'zod';
import type { ActionContext, ApiCall, ResourceDefinition } from '../define.ts';
import { InputError, isOktaError, OktaError } from '../errors/errors.ts';
import { describeIssues } from '../errors/issues.ts';
import { redact } from '../errors/redact.ts';
import { unexpectedAnswer } from '../http/from-response.ts';
import { PageLinks, paginate } from '../http/paginate.ts';
import { fillPath, queryString } from '../http/path.ts';
import { dateOf } from '../http/rate-headers.ts';
import type { Clock, HttpRequest, HttpResponse, Progress, Send } from '../http/types.ts';
import { profileSchemas } from '../resources/profile-schema.ts';

/** What one connection gives to all its actions. */
export interface ContextOptions {
  orgUrl: string;
  credential: string;
  send: Send;
  /** Without the credential. */
  unsigned: Send;
  clock: Clock;
  random: (bytes: number) => Uint8Array;
  progress: Progress;
  notice: (message: string) => void;
}

/** What one run adds. */
export interface RunSettings {
  /** Whether the run is a write. */
  writes: boolean;
  idempotent: boolean;
  scopes: readonly string[];
  signal?: AbortSignal;
  /** Called before a write is sent; the write is sent once this resolves. */
  sending?: () => Promise<void>;
  /** For runs that belong together. */
  lookups?: Map<string, Promise<string>>;
  /** Replaces the connection's own. */
  progress?: Progress;
}

/** Longer request lines are refused by Okta's edge (414) and by most proxies. */
const MAX_PATH_LENGTH = 16_000;

/** More than there are calls: a caller may make up more. */
const MOST_TEMPLATES = 1_000;

/**
 * Okta may filter a list after paging it, so a large org can have many empty pages in a row; this many correspond to
 * 200,000 hidden objects. More are treated as an endless chain of links.
 */
const MAX_EMPTY_PAGES = 1_000;

/** Makes contexts for runs over one connection; they share what is read once per org. */
export function contextFactory(options: ContextOptions): (run: RunSettings) => ActionContext {
  const { orgUrl, credential, send, clock, random, progress, notice } = options;
  const memory = new Map<string, unknown>();
  const links = new PageLinks(orgUrl);

  async function answered<T>(call: ApiCall<T>, run: RunSettings) {
    const request = requestOf(call, run);
    const response = await send(request);
    assertAnswer(call.answer, response.json, request, response);
    return response as HttpResponse & { json: T };
  }

  const schemas = new Map<ResourceDefinition, ReturnType<typeof profileSchemas>>();
  function schemasOf(resource: ResourceDefinition) {
    const { attributes } = resource;
    if (!attributes) return undefined;
    const { scopes } = attributes;
    const known =
      schemas.get(resource) ??
      profileSchemas((call) => answered(call, { writes: false, idempotent: false, scopes }), attributes);
    schemas.set(resource, known);
    return known;
  }

  return (run) => ({
    orgUrl,
    credential,
    ...stepsOf(scrubbed(run.progress ?? progress), run.idempotent),
    ...{ clock, random, memory },
    writes: run.writes,
    lookups: run.lookups,
    signal: run.signal,
    progress: scrubbed(run.progress ?? progress),
    notice: scrubbed(run.progress ?? notice),
    call: (call) => answered(call, run),
    announce: async () => run.sending?.(),
    unsigned: (request) =>
      options.unsigned({
        ...request,
        ...{ template: templateOf(request.path.replace(/\?.*/, '')), idempotent: request.method === 'GET' },
        ...{ signal: run.signal, progress: run.progress },
        sending: request.method === 'GET' ? undefined : run.sending,
      }),
    async *list<T>(call: ApiCall<T>, limit = Number.POSITIVE_INFINITY) {
      const request = { ...requestOf(call, run), elementwise: true };
      let read = 0;
      let emptyPages = 0;
      for await (const page of paginate(send, orgUrl, request)) {
        let isEmpty = true;
        for (const item of page.list ?? itemsOf(page, call, request)) {
          isEmpty = false;
          assertAnswer(call.answer, item, request, page);
          read += 1;
          yield item as T;
          if (read >= limit) return;
        }
        // The System Log in polling mode always has a next link; in other lists a page may be empty before the end.
        if (isEmpty && call.path === '/api/v1/logs') return;
        emptyPages = isEmpty ? emptyPages + 1 : 0;
        if (emptyPages >= MAX_EMPTY_PAGES) throw endless(call, read);
      }
    },
    async page<T>(call: ApiCall<T>, from?: string) {
      const request = requestOf(call, run);
      if (from !== undefined && !links.isPage(request, from)) {
        throw new InputError('The cursor does not belong to this list', {
          hint: 'Pass the cursor of the previous page unchanged; a state whose cursor was edited must be deleted.',
        });
      }
      const response = await send({ ...request, path: from ?? request.path, elementwise: true });
      const receivedAt = clock.now();
      const elements = response.list;
      const checked = (items: unknown[]) => {
        for (const item of items) assertAnswer(call.answer, item, request, response);
        return items as T[];
      };
      const items = elements ? undefined : checked(itemsOf(response, call, request));
      return {
        get items() {
          return items ?? checked([...(elements ?? [])]);
        },
        elements,
        next: links.next(response, request),
        serverNow: dateOf(response.headers),
        receivedAt,
      };
    },
    attributes: async (resource, type, options) => schemasOf(resource)?.(type, options),
  });
}

/** The steps of one run. @param idempotent whether whoever repeats the whole run does no step of it twice. */
function stepsOf(
  progress: (message: string) => void,
  idempotent: boolean,
): Pick<ActionContext, 'step' | 'steps'> {
  const steps: string[] = [];
  return {
    steps,
    async step(name, work) {
      const before = steps.length > 0 ? `Done so far: ${steps.join(', ')}` : undefined;
      if (before) progress(before);
      try {
        const result = await work();
        if ((result as { changed?: boolean } | undefined)?.changed !== false) steps.push(name);
        return result;
      } catch (error) {
        if (!before || !isOktaError(error)) throw error;
        const retryable = error.retryable && idempotent;
        throw error.with({ message: `${before}; then: ${error.message}`, retryable, done: [...steps] });
      }
    },
  };
}

/** Messages may quote what Okta answered. */
const scrubbed =
  (tell: (message: string) => void) =>
  (message: string): void =>
    tell(redact(message));

function requestOf(
  { method, path, params = {}, query = {}, body, headers, idempotent, lasting }: ApiCall,
  run: RunSettings,
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
    signal: lasting ? undefined : run.signal,
    progress: run.progress,
    sending: method === 'GET' || method === 'HEAD' ? undefined : run.sending,
  };
}

const templates = new Map<string, string>();

/** Removes ids and logins from a complete path, for logs and errors. Kept for paths with placeholders: there are as many as calls. */
function templateOf(path: string): string {
  const known = templates.get(path);
  if (known !== undefined) return known;
  const template = withoutIds(path);
  if (path.includes('{') && templates.size < MOST_TEMPLATES) templates.set(path, template);
  return template;
}

function withoutIds(path: string): string {
  const segments = path.split('/');
  return segments
    .map((segment, at) => {
      if (/^\{\w+\}$/.test(segment)) return segment;
      const word = /^(v\d+|oauth2|[A-Za-z._-]*)$/.test(segment);
      return word && (segments[at - 1] !== 'users' || segment === 'me' || segment === '') ? segment : '{id}';
    })
    .join('/');
}

function endless({ method, path }: ApiCall, read: number): OktaError {
  const pathTemplate = templateOf(path);
  return new OktaError(
    `${method} ${pathTemplate} does not end: ${MAX_EMPTY_PAGES} pages in a row were empty, ${read} items were read before`,
    {
      code: 'unexpected_response',
      actor: 'okta',
      hint: 'Narrow the query; if it happens again, check the proxies between this machine and Okta.',
      request: { method, pathTemplate },
    },
  );
}

const NOTHING = 'it has no content';
const NO_LIST =
  'Read a single object without paging; where another member holds the list, name it (listMember).';

/** The items of a list: an array, or wrapped in an object whose members the call names. */
function itemsOf(response: HttpResponse, { listIn = [] }: ApiCall, request: HttpRequest): unknown[] {
  const { json } = response;
  if (Array.isArray(json)) return json;
  // An object with an id is a single object, which may contain lists.
  const wrapper = typeof json === 'object' && json !== null && !('id' in json) ? Object.entries(json) : [];
  const lists = wrapper.filter(([name, value]) => listIn.includes(name) && Array.isArray(value));
  if (lists.length === 1 && lists[0]) return lists[0][1] as unknown[];
  const wrong = json === undefined ? NOTHING : 'it is not a list';
  throw unexpectedAnswer(request, response, [wrong], listIn.length > 0 ? NO_LIST : undefined);
}

/** @throws OktaError `unexpected_response` that says what is wrong, without repeating a value. */
function assertAnswer(
  wanted: z.ZodType | undefined,
  value: unknown,
  request: HttpRequest,
  response: HttpResponse,
): void {
  const parsed = wanted?.safeParse(value);
  if (!parsed?.error) return;
  throw unexpectedAnswer(request, response, value === undefined ? [NOTHING] : describeIssues(parsed.error));
}
