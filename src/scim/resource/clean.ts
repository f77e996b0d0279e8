import { badRequest, shownText } from '../error.ts';
import type { ScimAttribute } from '../schema/attribute.ts';
import { named, type ScimSchemas } from '../schema/schemas.ts';
import { nameOf, type ScimType } from '../store/store.ts';
import { isJsonObject } from '../value.ts';

/** A resource as a client sent it, in order. */
export interface SentResource {
  /** Null: it was sent without a value. */
  attributes: Record<string, unknown>;
  password: string | undefined;
  /** Ids of members; undefined when it says nothing of members. */
  members: string[] | undefined;
  /** What no schema knows. */
  ignored: string[];
}

/**
 * Brings a resource into order: names in their canonical case, extensions under their URN, values of their types. What only the
 * server writes is left out, what no schema knows is told as `ignored`.
 * @throws ScimError `invalidValue` for a value of another type.
 */
export function sentResource(
  schemas: ScimSchemas,
  type: ScimType,
  body: Readonly<Record<string, unknown>>,
): SentResource {
  const result: SentResource = { attributes: {}, password: undefined, members: undefined, ignored: [] };
  for (const [key, value] of Object.entries(body)) take(schemas, type, result, key, value);
  return result;
}

function take(schemas: ScimSchemas, type: ScimType, result: SentResource, key: string, value: unknown): void {
  const place = schemas.place(type, key);
  if (!place || place.sub) {
    result.ignored.push(key);
    return;
  }
  const { extension, attribute } = place;
  if (extension !== undefined) {
    const { attributes = [] } = schemas.kind(type).extensions.find(({ id }) => id === extension) ?? {};
    // A client may also name an attribute of an extension by its whole path.
    const own = attribute ? { [attribute.name]: value } : (value ?? {});
    const cleaned = cleanObject(attributes, own, extension, result.ignored);
    if (cleaned) result.attributes[extension] = { ...(result.attributes[extension] as object), ...cleaned };
    return;
  }
  if (!attribute || attribute.mutability === 'readOnly') return;
  if (attribute.name === 'password') {
    result.password = passwordOf(value);
    return;
  }
  if (type === 'Group' && attribute.name === 'members') {
    result.members = memberIds(value);
    return;
  }
  result.attributes[attribute.name] = clean(attribute, value, attribute.name, result.ignored) ?? null;
}

/** @throws ScimError `invalidValue` when it is none. */
export function passwordOf(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw badRequest('invalidValue', 'password must be a text');
}

/**
 * Ids of a list of members, each once: objects with `value`, or ids.
 * @throws ScimError `invalidValue` for one without an id.
 */
export function memberIds(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  const ids = [value].flat().map((one) => {
    const id = isJsonObject(one) ? (entryOf(one, 'value') ?? lastSegment(entryOf(one, '$ref'))) : one;
    if (typeof id === 'string' && id !== '') return id;
    throw badRequest('invalidValue', 'Each of members must have the id of a user or group as its value');
  });
  return [...new Set(ids)];
}

const lastSegment = (url: unknown) => (typeof url === 'string' ? url.split('/').at(-1) : undefined);

/** A member whatever the case of its name. */
export function entryOf(of: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(of, name)) return of[name];
  const key = Object.keys(of).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : of[key];
}

/**
 * A value of an attribute; undefined for none: null, an empty list, an object without values.
 * @param path how errors name it. @throws ScimError `invalidValue` for a value of another type.
 */
export function clean(attribute: ScimAttribute, value: unknown, path: string, ignored: string[]): unknown {
  if (value === null || value === undefined) return undefined;
  if (!attribute.multiValued) {
    if (Array.isArray(value))
      throw wrong(path, attribute.type === 'complex' ? 'one object, not a list' : 'one value, not a list');
    return one(attribute, value, path, ignored);
  }
  const given = [value].flat();
  assertFew(given, path);
  const list = given.map((each) => (each === null ? undefined : one(attribute, each, path, ignored)));
  const kept = list.filter((each) => each !== undefined);
  return kept.length > 0 ? kept : undefined;
}

/** How many values an attribute has at most. Members are none: they are kept apart. */
const MAX_VALUES = 1_000;

/** @throws ScimError `tooMany` */
export function assertFew(list: readonly unknown[], path: string): void {
  if (list.length <= MAX_VALUES) return;
  throw badRequest('tooMany', `${shownText(path).slice(1, -1)} can have at most ${MAX_VALUES} values`);
}

function one(attribute: ScimAttribute, value: unknown, path: string, ignored: string[]): unknown {
  const { type, subAttributes = [] } = attribute;
  if (type === 'complex') {
    // A bare value is the one that counts: Entra sends the id of a manager so.
    const isBare = !isJsonObject(value) && named(subAttributes, 'value') !== undefined;
    return cleanObject(subAttributes, isBare ? { value } : value, path, ignored);
  }
  if (isJsonObject(value) || Array.isArray(value)) throw wrong(path, `a value of type ${type}`);
  switch (type) {
    case 'boolean':
      return truth(value, path);
    case 'integer':
    case 'decimal': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(path, 'a number');
      if (type === 'integer' && !Number.isSafeInteger(number)) throw wrong(path, 'a whole number');
      return number;
    }
    case 'dateTime':
      if (typeof value !== 'string' || !INSTANT.test(value) || Number.isNaN(Date.parse(value))) {
        throw wrong(path, 'a time like 2026-11-28T09:00:00Z');
      }
      return value;
    default:
      if (typeof value === 'boolean') throw wrong(path, 'a text');
      return String(value);
  }
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** Okta and Entra also send booleans as texts. */
function truth(value: unknown, path: string): boolean {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  if (text === true || text === 'true') return true;
  if (text === false || text === 'false') return false;
  throw wrong(path, 'true or false');
}

function cleanObject(
  attributes: readonly ScimAttribute[],
  value: unknown,
  path: string,
  ignored: string[],
): Record<string, unknown> | undefined {
  if (!isJsonObject(value)) throw wrong(path, 'an object');
  const result: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    const attribute = named(attributes, key);
    const at = `${path}.${key}`;
    if (!attribute) ignored.push(at);
    else if (attribute.mutability !== 'readOnly') {
      const cleaned = clean(attribute, each, at, ignored);
      if (cleaned !== undefined) result[attribute.name] = cleaned;
    }
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

const wrong = (path: string, what: string) =>
  badRequest('invalidValue', `${shownText(path).slice(1, -1)} must be ${what}`);

/** @throws ScimError `invalidValue` when the attribute is missing without which there is no such resource. */
export function assertRequired(type: ScimType, attributes: Readonly<Record<string, unknown>>): void {
  if (nameOf(type, attributes).trim() !== '') return;
  throw badRequest('invalidValue', `${type === 'User' ? 'userName' : 'displayName'} is required`);
}
