import { systemClock } from '../http/clock.ts';
import type { Clock } from '../http/types.ts';
import { isTestOfOkta } from './about.ts';
import { ScimError } from './error.ts';
import { SCIM_LIMITS, type ScimLimits } from './limits.ts';
import { refusalOf, responseOf, type ScimAnswer } from './protocol/answer.ts';
import { readScimBody } from './protocol/body.ts';
import { runScimBulk } from './protocol/bulk.ts';
import { type ScimLogEntry, shownPath, shownQuery } from './protocol/log.ts';
import { resourceRequests, type ScimCall } from './protocol/resources.ts';
import { route } from './protocol/routes.ts';
import { type ScimToken, tokenCheck } from './protocol/token.ts';
import { scimBasePath, scimBaseUrl } from './protocol/urls.ts';
import { resourceTypes, schemaDocuments, serviceProviderConfig } from './read/discovery.ts';
import { list } from './read/list.ts';
import { listQuery, urlParameters } from './read/query.ts';
import { WholeResources } from './resource/whole.ts';
import { ScimSchemas } from './schema/schemas.ts';
import type { ScimStore, ScimType } from './store/store.ts';
import type { Decide } from './write/decide.ts';
import { ScimWriter, type TakePassword } from './write/writer.ts';

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
   * is answered with 503, and a retry in Okta sends it again.
   */
  password?: TakePassword;
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

/**
 * A SCIM 2.0 server to which Okta, or another client, provisions. What a request changes is stored, with the events that tell of
 * it, before it is answered.
 * @throws InputError for a token, a base path, a public URL or a schema that cannot be used.
 * @see https://datatracker.ietf.org/doc/html/rfc7644
 */
export function scimServer(options: ScimServerOptions): ScimService {
  const { store, clock = systemClock, log, decide, password } = options;
  const authorize = tokenCheck(options.token);
  const basePath = scimBasePath(options.basePath);
  const publicUrl = options.publicUrl === undefined ? undefined : scimBaseUrl(options.publicUrl, basePath);
  const limits = { ...SCIM_LIMITS, ...options.limits };
  const schemas = new ScimSchemas(options.schemas);
  const writer = new ScimWriter({ store, schemas, clock, decide, password, limits });
  const { one, performed } = resourceRequests({ store, schemas, writer, limits });
  const discovery = {
    schemas,
    changesPasswords: password !== undefined,
    maxOperations: limits.operations,
    maxPayloadSize: limits.bytes,
  };
  const running = new Set<Promise<Response>>();
  let isClosed = false;

  async function answer(call: ScimCall): Promise<ScimAnswer> {
    authorize(call.request.headers.get('authorization'));
    if (isClosed) throw new ScimError(503, 'The server is stopping', { headers: { 'Retry-After': '5' } });
    const found = route(call.request.method, call.path);
    const parameters = urlParameters(call.search);
    if (log) call.log.query = shownQuery(parameters);
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
        if (log) call.log.query = shownQuery(body);
        return lists(call, found.about === 'search' ? ['User', 'Group'] : [found.type], body);
      }
      case 'bulk': {
        const body = await readScimBody(call.request, limits);
        const { operations: maxOperations, bulkMs: limitMs } = limits;
        return {
          status: 200,
          body: await runScimBulk(body, {
            maxOperations,
            limitMs,
            clock,
            perform: (operation) => performed(call, operation),
          }),
        };
      }
      default:
        if (call.request.method === 'GET' && found.about === 'list') {
          if (found.type === 'User' && isTestOfOkta(parameters)) {
            await store.setValue('testedAt', new Date(clock.now()).toISOString());
          }
          return lists(call, [found.type], parameters);
        }
        return one(call, found, parameters);
    }
  }

  async function lists(
    call: ScimCall,
    types: ScimType[],
    parameters: Record<string, unknown>,
  ): Promise<ScimAnswer> {
    const whole = new WholeResources(store, schemas, call.base);
    return { status: 200, body: await list({ store, schemas, whole }, types, listQuery(parameters)) };
  }

  async function handle(request: Request): Promise<Response> {
    const startedAt = clock.now();
    const url = new URL(request.url);
    const isInside = url.pathname === basePath || url.pathname.startsWith(`${basePath}/`);
    const entry: Partial<ScimLogEntry> = {};
    const path = isInside ? url.pathname.slice(basePath.length) : url.pathname;
    const call = { request, path, search: url.search, base: publicUrl ?? url.origin + basePath, log: entry };
    let made: ScimAnswer;
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

/** Filters of discovery documents are forbidden. @see https://datatracker.ietf.org/doc/html/rfc7644#section-4 */
function assertUnfiltered({ filter }: Record<string, unknown>): void {
  if (filter !== undefined) throw new ScimError(403, 'Discovery documents cannot be filtered');
}
