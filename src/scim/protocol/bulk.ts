import type { Clock } from '../../http/types.ts';
import { badRequest, ScimError, shownText } from '../error.ts';
import { entryOf } from '../resource/clean.ts';
import { isJsonObject } from '../value.ts';

const RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** One operation of a bulk request. */
export interface BulkOperation {
  method: string;
  path: string;
  bulkId: string | undefined;
  version: string | undefined;
  data: unknown;
}

/** What an operation comes to. */
export interface BulkOutcome {
  status: number;
  location?: string;
  version?: string;
  /** Id of the resource. */
  id?: string;
  /** The body of an error. */
  response?: unknown;
}

export interface ScimBulkOptions {
  maxOperations: number;
  /** What is not begun within this time is refused: Okta closes the socket after 60 s. */
  limitMs: number;
  clock: Clock;
  perform(operation: BulkOperation): Promise<BulkOutcome>;
}

/**
 * Does the operations of a bulk request, each as a request of its own. One that refers to another by `bulkId:…` goes after it.
 * @throws ScimError for a body that is none, and 413 for too many operations: then nothing is done.
 * @see https://datatracker.ietf.org/doc/html/rfc7644#section-3.7
 */
export async function runScimBulk(
  body: Readonly<Record<string, unknown>>,
  options: ScimBulkOptions,
): Promise<object> {
  const { maxOperations, limitMs, clock, perform } = options;
  const given = entryOf(body, 'Operations');
  if (!Array.isArray(given)) throw badRequest('invalidSyntax', 'A bulk request has a list of Operations');
  if (given.length > maxOperations) {
    throw new ScimError(413, `A bulk request has at most ${maxOperations} Operations`);
  }
  const failLimit = failLimitOf(entryOf(body, 'failOnErrors'));
  const operations = given.map(operationOf);
  const until = clock.now() + limitMs;
  const ids = new Map<string, string>();
  const results: (object | undefined)[] = operations.map(() => undefined);
  let failures = 0;
  let waiting = operations.map((operation, i) => ({ operation, needs: idsIn(operation), i }));
  const finish = (i: number, operation: BulkOperation, outcome: BulkOutcome) => {
    if (outcome.status >= 400) failures += 1;
    if (operation.bulkId !== undefined && outcome.id !== undefined) ids.set(operation.bulkId, outcome.id);
    results[i] = resultOf(operation, outcome);
  };
  while (waiting.length > 0 && failures < failLimit) {
    const [ready, rest] = [waiting.find(({ needs }) => needs.every((id) => ids.has(id))), waiting];
    const next = ready ?? (rest[0] as (typeof rest)[number]);
    waiting = rest.filter((one) => one !== next);
    const { operation, needs, i } = next;
    if (!ready) {
      const missing = needs.find((id) => !ids.has(id));
      const error = new ScimError(
        409,
        `${shownText(`bulkId:${missing}`)} belongs to no operation that succeeded before this one`,
        {
          scimType: 'invalidValue',
        },
      );
      finish(i, operation, { status: error.status, response: error });
    } else if (clock.now() > until) {
      const error = new ScimError(503, `Not done: the request took longer than ${limitMs / 1000} seconds`);
      finish(i, operation, { status: error.status, response: error });
    } else finish(i, operation, await perform(resolved(operation, ids)));
  }
  return { schemas: [RESPONSE], Operations: results.filter((one) => one !== undefined) };
}

function failLimitOf(value: unknown): number {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw badRequest('invalidValue', 'failOnErrors must be a whole number above 0');
}

function operationOf(one: unknown, i: number): BulkOperation {
  const at = `Operations[${i}]`;
  if (!isJsonObject(one)) throw badRequest('invalidSyntax', `${at} must be an object`);
  const [method, path, bulkId, version] = ['method', 'path', 'bulkId', 'version'].map((name) => {
    const value = entryOf(one, name) ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw badRequest('invalidSyntax', `${at}.${name} must be a text`);
  });
  if (method === undefined || path === undefined) {
    throw badRequest('invalidSyntax', `${at} must have a method and a path`);
  }
  if (method.toUpperCase() === 'POST' && bulkId === undefined) {
    throw badRequest('invalidSyntax', `${at} creates something, so it must have a bulkId`);
  }
  return { method: method.toUpperCase(), path, bulkId, version, data: entryOf(one, 'data') };
}

const REFERENCE = /^bulkId:(.+)$/;
const IN_PATH = /(?<=\/)bulkId:([^/]+)/;

/** The `bulkId`s that an operation refers to. */
function idsIn({ path, data }: BulkOperation): string[] {
  const found = new Set<string>();
  mapTexts({ path: IN_PATH.exec(path)?.[0], data }, (text) => {
    const [, id] = REFERENCE.exec(text) ?? [];
    if (id !== undefined) found.add(id);
    return text;
  });
  return [...found];
}

function resolved(operation: BulkOperation, ids: ReadonlyMap<string, string>): BulkOperation {
  const idOf = (text: string) => ids.get(REFERENCE.exec(text)?.[1] ?? '') ?? text;
  return { ...operation, path: operation.path.replace(IN_PATH, idOf), data: mapTexts(operation.data, idOf) };
}

/** A copy of a JSON value with each text replaced. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapTexts(one, change)]));
}

const resultOf = (
  { method, bulkId }: BulkOperation,
  { status, location, version, response }: BulkOutcome,
) => ({
  method,
  ...(bulkId === undefined ? {} : { bulkId }),
  ...(version === undefined ? {} : { version }),
  ...(location === undefined ? {} : { location }),
  status: String(status),
  ...(response === undefined ? {} : { response }),
});

/** The path of an operation as a request has it. @throws ScimError `invalidSyntax` */
export function bulkPath(path: string): string {
  if (/^\/(Users|Groups)(\/[^/?#]+)?$/i.test(path)) return path;
  throw badRequest(
    'invalidSyntax',
    `${shownText(path)} is no path of a bulk operation; /Users, or /Groups with an id, is`,
  );
}
