import { InputError, isOktaError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import type { Clock } from '../http/types.ts';
import { ScimError } from './error.ts';
import { readScimBody } from './protocol/body.ts';
import { type BulkOperation, type BulkOutcome, bulkPath, runScimBulk } from './protocol/bulk.ts';
import { type ScimLogEntry, shownError, shownPath, shownQuery } from './protocol/log.ts';
import { type ResourceRoute, route } from './protocol/routes.ts';
import { type ScimToken, tokenCheck } from './protocol/token.ts';
import { resourceTypes, schemaDocuments, serviceProviderConfig } from './read/discovery.ts';
import { list } from './read/list.ts';
import { listQuery, parametersOf, selectionOf } from './read/query.ts';
import { WholeResources } from './resource/whole.ts';
import { ScimSchemas } from './schema/schemas.ts';
import type { ScimStore, ScimType, StoredResource } from './store/store.ts';
import { isJsonObject } from './value.ts';
import type { Decide } from './write/decide.ts';
import { ScimWriter, type WriteCall } from './write/writer.ts';

/** What one request may take. */
export interface ScimLimits {
  /** Bytes of a body. Default: 8 MiB. */
  bytes: number;
  /** Levels of JSON. Default: 32. */
  depth: number;
  /** Members that one request names. Default: 50,000. */
  members: number;
  /** Operations of a PATCH or a bulk request. Default: 1,000. */
  operations: number;
  /** Milliseconds in which the body must arrive. Default: 10 s. */
  bodyMs: number;
  /** Milliseconds that `decide` has. Default: 25 s; Okta waits for 60 s. */
  decideMs: number;
  /** Milliseconds within which an operation of a bulk request must begin. Default: 40 s. */
  bulkMs: number;
}

const LIMITS: ScimLimits = {
  bytes: 8 * 1024 * 1024,
  depth: 32,
  members: 50_000,
  operations: 1_000,
  bodyMs: 10_000,
  decideMs: 25_000,
  bulkMs: 40_000,
};

export interface ScimServerOptions {
  store: ScimStore;
  token: ScimToken;
  /** Default: `/scim/v2`. */
  basePath?: string;
  /** Where clients reach this server, without the base path: for the `location` of resources. Default: as they called it. */
  publicUrl?: string;
  /** Asked before a change is stored; it may refuse it with a reason that Okta shows to its admin. */
  decide?: Decide;
  /**
   * Gets a password that was set, once, after the rest of the request was stored. It is kept nowhere. When it fails, the request
   * fails, and Okta sends it again.
   */
  password?: (userId: string, value: string) => Promise<void>;
  /** Called once for each request. */
  log?: (entry: ScimLogEntry) => void;
  clock?: Clock;
  /** Schemas of your own, as RFC 7643 section 7 writes them, with the resource that they extend as `resourceType`. */
  schemas?: readonly unknown[];
  limits?: Partial<ScimLimits>;
}

/** A SCIM 2.0 server without a socket. */
export interface ScimService {
  /** Answers one request. Never rejects. */
  fetch(request: Request): Promise<Response>;
  /** Waits for what is under way, then closes the store. Requests after it get 503. */
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A request on its way. */
interface Call {
  request: Request;
  path: string;
  search: string;
  /** Base URL of the API. */
  base: string;
  log: Partial<ScimLogEntry>;
}

/**
 * A SCIM 2.0 server to which Okta, or another client, provisions. What a request changes is stored, with the events that tell of
 * it, before it is answered.
 * @throws InputError for a token, a base path, a public URL or a schema that cannot be used.
 * @see https://datatracker.ietf.org/doc/html/rfc7644
 */
export function scimServer(options: ScimServerOptions): ScimService {
  const { store, clock = systemClock, log, decide, password } = options;
  const authorize = tokenCheck(options.token);
  const basePath = basePathOf(options.basePath);
  const publicUrl = options.publicUrl === undefined ? undefined : scimBaseUrl(options.publicUrl, basePath);
  const limits = { ...LIMITS, ...options.limits };
  const schemas = new ScimSchemas(options.schemas);
  const writer = new ScimWriter({ store, schemas, clock, decide, password, limits });
  const discovery = {
    schemas,
    changesPasswords: password !== undefined,
    maxOperations: limits.operations,
    maxPayloadSize: limits.bytes,
  };
  const running = new Set<Promise<Response>>();
  let isClosed = false;

  async function answer(call: Call): Promise<Answer> {
    authorize(call.request.headers.get('authorization'));
    if (isClosed) throw new ScimError(503, 'The server is stopping', { headers: { 'Retry-After': '5' } });
    const found = route(call.request.method, call.path);
    const parameters = parametersOf(call.search);
    call.log.query = shownQuery(parameters);
    switch (found.about) {
      case 'config':
        return { status: 200, body: serviceProviderConfig(discovery, call.base) };
      case 'resourceTypes':
        assertUnfiltered(parameters);
        return { status: 200, body: resourceTypes(discovery, call.base, found.id) };
      case 'schemas':
        assertUnfiltered(parameters);
        return { status: 200, body: schemaDocuments(discovery, call.base, found.id) };
      case 'me':
        throw new ScimError(501, 'The token belongs to no user, so there is no /Me');
      case 'root':
        return lists(call, ['User', 'Group'], parameters);
      case 'search':
      case 'listSearch': {
        const body = await readScimBody(call.request, limits);
        call.log.query = shownQuery(body);
        return lists(call, found.about === 'search' ? ['User', 'Group'] : [found.type], body);
      }
      case 'bulk': {
        const body = await readScimBody(call.request, limits);
        const perform = (operation: BulkOperation) => performed(call, operation);
        const { operations: maxOperations, bulkMs: limitMs } = limits;
        return { status: 200, body: await runScimBulk(body, { maxOperations, limitMs, clock, perform }) };
      }
      default:
        if (call.request.method === 'GET' && found.about === 'list')
          return lists(call, [found.type], parameters);
        return one(call, found, parameters);
    }
  }

  async function lists(call: Call, types: ScimType[], parameters: Record<string, unknown>): Promise<Answer> {
    const whole = new WholeResources(store, schemas, call.base);
    return { status: 200, body: await list({ store, schemas, whole }, types, listQuery(parameters)) };
  }

  /** A request about one resource. */
  async function one(call: Call, found: ResourceRoute, parameters: Record<string, unknown>): Promise<Answer> {
    const { method, headers } = call.request;
    const selection = selectionOf(parameters);
    const body = method === 'GET' || method === 'DELETE' ? {} : await readScimBody(call.request, limits);
    const ifMatch = headers.get('if-match') ?? undefined;
    const { status, stored } = await write(call, method, found, body, ifMatch);
    // A group may have many members: what changed is not sent back unless it is asked for.
    if (!stored || (method === 'PATCH' && found.type === 'Group' && !selection.isGiven))
      return { status: 204 };
    const whole = new WholeResources(store, schemas, call.base);
    const withMembers = selection.has(schemas, found.type, 'members');
    const [resource = {}] = await whole.of(found.type, [stored], withMembers);
    const { version, location } = resource.meta as { version: string; location: string };
    const shown = { ETag: version, ...(status === 201 ? { Location: location } : {}) };
    if (method === 'GET' && isUnchanged(headers.get('if-none-match'), version)) {
      return { status: 304, headers: shown };
    }
    return { status, body: selection.of(schemas, found.type, resource), headers: shown };
  }

  async function write(
    call: Pick<Call, 'path' | 'log'>,
    method: string,
    found: ResourceRoute,
    body: Record<string, unknown>,
    ifMatch: string | undefined,
  ): Promise<{ status: number; stored: StoredResource | undefined }> {
    const { type } = found;
    const own: WriteCall = { request: { method, path: call.path }, ifMatch, ignored: [] };
    const ignored = () => {
      if (own.ignored.length > 0)
        call.log.ignored = [...(call.log.ignored ?? []), ...own.ignored].slice(0, 20);
    };
    if (found.about === 'list') {
      const { stored, isNew } = await writer.create(type, body, own);
      ignored();
      return { status: isNew ? 201 : 200, stored };
    }
    const { id } = found;
    switch (method) {
      case 'GET': {
        const [stored] = await store.get(type, [id]);
        if (!stored) throw new ScimError(404, `${type} ${id} does not exist`);
        return { status: 200, stored };
      }
      case 'DELETE':
        await writer.remove(type, id, own);
        return { status: 204, stored: undefined };
      default: {
        const stored = await (method === 'PUT'
          ? writer.replace(type, id, body, own)
          : writer.patch(type, id, body, own));
        ignored();
        return { status: 200, stored };
      }
    }
  }

  /** One operation of a bulk request. */
  async function performed(call: Call, operation: BulkOperation): Promise<BulkOutcome> {
    const { method, path, version, data } = operation;
    try {
      const found = route(method, bulkPath(path));
      if (method === 'GET' || (found.about !== 'list' && found.about !== 'resource')) {
        throw new ScimError(405, 'A bulk operation is POST, PUT, PATCH or DELETE');
      }
      const body = isJsonObject(data) ? data : {};
      const { status, stored } = await write({ path, log: call.log }, method, found, body, version);
      if (!stored) return { status, location: locationOf(call.base, path) };
      const whole = new WholeResources(store, schemas, call.base);
      const [resource] = await whole.of(found.type, [stored], false);
      const meta = (resource as { meta: { version: string; location: string } }).meta;
      return { status, location: meta.location, version: meta.version, id: stored.id };
    } catch (error) {
      const refusal = refusalOf(error, call.log);
      return { status: refusal.status, response: refusal.toJSON(), location: locationOf(call.base, path) };
    }
  }

  async function handle(request: Request): Promise<Response> {
    const startedAt = clock.now();
    const url = new URL(request.url);
    const isInside = url.pathname === basePath || url.pathname.startsWith(`${basePath}/`);
    const entry: Partial<ScimLogEntry> = {};
    const path = isInside ? url.pathname.slice(basePath.length) : url.pathname;
    const call = { request, path, search: url.search, base: publicUrl ?? url.origin + basePath, log: entry };
    let made: Answer;
    try {
      if (!isInside) throw new ScimError(404, `There is nothing at this path; the API is at ${basePath}`);
      made = await answer(call);
    } catch (error) {
      const refusal = refusalOf(error, entry);
      made = { status: refusal.status, body: refusal, headers: { ...refusal.headers } };
    }
    log?.({
      ...{ at: new Date(startedAt).toISOString(), method: request.method, path: shownPath(path) },
      ...{ status: made.status, durationMs: Math.max(clock.now() - startedAt, 0), ...entry },
    });
    return responseOf(made);
  }

  return {
    async fetch(request) {
      const done = handle(request);
      running.add(done);
      try {
        return await done;
      } finally {
        running.delete(done);
      }
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(running);
      await store.close();
    },
  };
}

/** What Okta's admin sees; the cause of a failure of this server is for its log. */
function refusalOf(error: unknown, log: Partial<ScimLogEntry>): ScimError {
  if (error instanceof ScimError) {
    if (error.scimType) log.scimType = error.scimType;
    return error;
  }
  log.error = shownError(error);
  if (isOktaError(error) && error.retryable) {
    return new ScimError(503, 'The server cannot use its storage now; nothing was changed', {
      headers: { 'Retry-After': '30' },
    });
  }
  return new ScimError(500, 'The server failed; its log says why. Nothing may have been changed: try again');
}

function responseOf({ status, body, headers }: Answer): Response {
  if (body === undefined) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/scim+json; charset=utf-8', ...headers },
  });
}

const isUnchanged = (header: string | null, version: string): boolean =>
  header?.split(',').some((tag) => ['*', version].includes(tag.trim())) ?? false;

/** The location of what an operation was about; none for one that created nothing. */
const locationOf = (base: string, path: string): string | undefined =>
  /^\/\w+\/[^/]+$/.test(path) ? base + path : undefined;

/** Filters of discovery documents are forbidden. @see https://datatracker.ietf.org/doc/html/rfc7644#section-4 */
function assertUnfiltered({ filter }: Record<string, unknown>): void {
  if (filter !== undefined) throw new ScimError(403, 'Discovery documents cannot be filtered');
}

function basePathOf(path = '/scim/v2'): string {
  const clean = path.replace(/\/+$/, '');
  if (/^(\/[\w.~-]+)*$/.test(clean)) return clean;
  throw new InputError(`The base path ${path} cannot be used`, { hint: 'Give one like /scim/v2.' });
}

/** The base URL of the API behind a public URL, which may have the base path already. @throws InputError for what is none. */
export function scimBaseUrl(given: string, basePath: string): string {
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new InputError('The public URL cannot be used', { hint: 'Give one like https://scim.acme.test.' });
  }
  const clean = given.replace(/\/+$/, '');
  return clean.endsWith(basePath) ? clean : clean + basePath;
}
