import { z } from 'zod';
import type { ActionContext, ResourceDefinition } from '../define.ts';
import { OktaError } from '../errors/errors.ts';
import { field } from '../schema/fields.ts';

/** Metadata of a field besides its type: the resource its value refers to, or whose attributes its members are. */
export interface Carried {
  /** The value (or each of several) refers to an object of this resource. */
  names?: ResourceDefinition;
  /** The members are the attributes that the org defines for this resource. */
  attributesOf?: ResourceDefinition;
  /** Dotted name of the input that selects the attributes: `type.id`, `appId`. */
  attributesBy?: string;
  /** It is a mapping whose sources are attributes of this resource, and the action that shows what it makes of some objects. */
  maps?: { resource: ResourceDefinition; previewBy: string };
  /** It counts only where the trigger is instant, or only where it is not: forms hide it elsewhere. */
  only?: Mode;
  /** It names a file or a state of the machine that the connector runs on: hosts elsewhere do without it. */
  local?: true;
}

/** How a trigger is used: Okta calls, or is asked. */
export type Mode = 'instant' | 'polling';

// Typed loosely: zod rewrites the types of registry metadata, and function types do not survive that.
const carried = z.registry<Record<string, unknown>>();

/** Attaches metadata to a field. */
function carrying<T extends z.ZodType>(schema: T, what: Carried): T {
  carried.add(schema, { ...carriedBy(schema), ...what });
  return schema;
}

/** Title, description and example of a field, where they differ from the resource's. */
interface Words {
  title?: string;
  description?: string;
  example?: string;
}

const text = z.string().min(1).max(300);

/** A field that refers to one object: `ref(user)` is an id, login or short name. */
export function ref(resource: ResourceDefinition, words: Words = {}) {
  const { title, names } = resource;
  const schema = field(
    text,
    words.title ?? title,
    words.description ?? `${names?.words ?? 'Id'} of the ${title.toLowerCase()}.`,
    words.example ?? names?.example,
  );
  return carrying(schema, { names: resource });
}

/** A field that refers to several objects. */
export function refs<T extends z.ZodType>(resource: ResourceDefinition, schema: T): T {
  return carrying(schema, { names: resource });
}

/**
 * An object whose members are the attributes that the org defines for a resource; hosts offer those.
 * @param by name of the input that selects them: a user type (`type.id`), an app (`appId`).
 */
export function attributes<T extends z.ZodType>(resource: ResourceDefinition, schema: T, by?: string): T {
  return carrying(schema, { attributesOf: resource, attributesBy: by });
}

/** A mapping of attributes to fields: one value for hosts, which may have a form for it. */
export function mapping<T extends z.ZodType>(resource: ResourceDefinition, previewBy: string, schema: T): T {
  return carrying(schema, { maps: { resource, previewBy } });
}

/** An input of a trigger that counts for one use of it only. */
export function only<T extends z.ZodType>(mode: Mode, schema: T): T {
  return carrying(schema, { only: mode });
}

/** An input that names a file or a state of the machine that the connector runs on, or counts only beside one that does. */
export function local<T extends z.ZodType>(schema: T): T {
  return carrying(schema, { local: true });
}

/** The metadata of an input field, optional or not. */
export function carriedBy(schema: z.ZodType | undefined): Carried {
  for (let at = schema; at !== undefined; at = innerOf(at)) {
    const found = carried.get(at) as Carried | undefined;
    if (found) return found;
  }
  return {};
}

/** Unwraps `optional`, `nullable`, `default` and the like. */
const innerOf = (schema: z.ZodType): z.ZodType | undefined =>
  (schema.def as { innerType?: z.ZodType }).innerType;

/** The fields of an input with metadata, by name. */
export function carriedIn(input: z.ZodType): Record<string, Carried> {
  const { shape = {} } = input as { shape?: Record<string, z.ZodType> };
  const all = Object.entries(shape).map(([name, schema]) => [name, carriedBy(schema)] as const);
  return Object.fromEntries(
    all.filter(([, one]) => one.names ?? one.attributesOf ?? one.maps ?? one.only ?? one.local),
  );
}

/**
 * The id of an object that an input refers to, for actions with more than one request.
 * @param within the ids of what it belongs to.
 */
export async function resolvedId(
  context: ActionContext,
  { names }: ResourceDefinition,
  reference: string,
  within?: Record<string, string>,
): Promise<string> {
  return (await names?.resolve(context, reference, within)) ?? reference;
}

/** The error for a name without an object. */
export function noSuch(what: string, by: string, pathTemplate: string, name?: string): OktaError {
  return new OktaError(`No ${what} has this ${by}${name === undefined ? '' : `: ${name}`}`, {
    code: 'not_found',
    actor: 'caller',
    hint: `Check the ${by}, or use the id; the object may also be hidden from this admin role.`,
    request: { method: 'GET', pathTemplate },
  });
}
