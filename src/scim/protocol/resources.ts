import { noResource, ScimError } from '../error.ts';
import { selectionOf } from '../read/query.ts';
import { WholeResources } from '../resource/whole.ts';
import type { ScimSchemas } from '../schema/schemas.ts';
import type { ScimStore, StoredResource } from '../store/store.ts';
import { isJsonObject } from '../value.ts';
import type { ScimWriter, WriteCall } from '../write/writer.ts';
import { isUnchanged, refusalOf, type ScimAnswer } from './answer.ts';
import { type BodyLimits, readScimBody } from './body.ts';
import { type BulkOperation, type BulkOutcome, bulkPath } from './bulk.ts';
import { type ScimLogEntry, shownPath } from './log.ts';
import { type ResourceRoute, route } from './routes.ts';

/** A request on its way. */
export interface ScimCall {
  request: Request;
  path: string;
  search: string;
  /** Base URL of the API. */
  base: string;
  log: Partial<ScimLogEntry>;
}

/** Answers requests about one resource, and operations of bulk requests. */
export function resourceRequests(options: {
  store: ScimStore;
  schemas: ScimSchemas;
  writer: ScimWriter;
  limits: BodyLimits;
}) {
  const { store, schemas, writer, limits } = options;

  /** A request about one resource. */
  async function one(
    call: ScimCall,
    found: ResourceRoute,
    parameters: Record<string, unknown>,
  ): Promise<ScimAnswer> {
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
    call: Pick<ScimCall, 'path' | 'log'>,
    method: string,
    found: ResourceRoute,
    body: Record<string, unknown>,
    ifMatch: string | undefined,
  ): Promise<{ status: number; stored: StoredResource | undefined }> {
    const { type } = found;
    const own: WriteCall = { request: { method, path: call.path }, ifMatch, ignored: [] };
    const ignored = () => {
      if (own.ignored.length > 0)
        call.log.ignored = [...(call.log.ignored ?? []), ...own.ignored.map(shownPath)].slice(0, 20);
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
        if (!stored) throw noResource(type, id);
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
  async function performed(call: ScimCall, operation: BulkOperation): Promise<BulkOutcome> {
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

  return { one, performed };
}

/** The location of what an operation was about; none for one that created nothing. */
const locationOf = (base: string, path: string): string | undefined =>
  /^\/\w+\/[^/]+$/.test(path) ? base + path : undefined;
