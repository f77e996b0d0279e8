import { z } from 'zod';
import type { ResourceDefinition } from '../define.ts';
import { OktaError } from '../errors/errors.ts';
import { field } from '../schema/fields.ts';

/** What a field carries beside its type: the resource that its value names, or whose attributes its members are. */
export interface Carried {
  /** The value (or each of several) names an object of this resource. */
  names?: ResourceDefinition;
  /** The members are the attributes that the org defines for this resource. */
  attributesOf?: ResourceDefinition;
  /** Dotted name of the input that says which attributes these are: `type.id`, `appId`. */
  attributesBy?: string;
  /** It counts only where the trigger is instant, or only where it is not: forms hide it elsewhere. */
  only?: Mode;
}

/** How a trigger is used: Okta calls, or is asked. */
export type Mode = 'instant' | 'polling';

// Typed loosely: zod rewrites the types of what a registry holds, and those of functions do not survive it.
const carried = z.registry<Record<string, unknown>>();

/** Lets a field carry something. */
function carrying<T extends z.ZodType>(schema: T, what: Carried): T {
  carried.add(schema, { ...carriedBy(schema), ...what });
  return schema;
}

/** What people see of a field, where it is not what the resource says. */
interface Words {
  title?: string;
  description?: string;
  example?: string;
}

const text = z.string().min(1).max(300);

/** A field that names one object: `ref(user)` is an id, login or short name. */
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

/** A field that names several objects. */
export function refs<T extends z.ZodType>(resource: ResourceDefinition, schema: T): T {
  return carrying(schema, { names: resource });
}

/**
 * An object whose members are the attributes that the org defines for a resource; hosts offer those.
 * @param by name of the input that says which ones: a user type (`type.id`), an app (`appId`).
 */
export function attributes<T extends z.ZodType>(resource: ResourceDefinition, schema: T, by?: string): T {
  return carrying(schema, { attributesOf: resource, attributesBy: by });
}

/** An input of a trigger that counts for one use of it only. */
export function only<T extends z.ZodType>(mode: Mode, schema: T): T {
  return carrying(schema, { only: mode });
}

/** What an input field carries, whether it may be left out or not. */
export function carriedBy(schema: z.ZodType | undefined): Carried {
  for (let at = schema; at !== undefined; at = innerOf(at)) {
    const found = carried.get(at) as Carried | undefined;
    if (found) return found;
  }
  return {};
}

/** The type within `optional`, `nullable`, `default` and the like. */
const innerOf = (schema: z.ZodType): z.ZodType | undefined =>
  (schema.def as { innerType?: z.ZodType }).innerType;

/** The fields of an input that carry something, by name. */
export function carriedIn(input: z.ZodType): Record<string, Carried> {
  const { shape = {} } = input as { shape?: Record<string, z.ZodType> };
  const all = Object.entries(shape).map(([name, schema]) => [name, carriedBy(schema)] as const);
  return Object.fromEntries(all.filter(([, one]) => one.names ?? one.attributesOf ?? one.only));
}

/** The error for a name that no object has. */
export function noSuch(what: string, by: string, pathTemplate: string): OktaError {
  return new OktaError(`No ${what} has this ${by}`, {
    code: 'not_found',
    actor: 'caller',
    hint: `Check the ${by}, or give the id; it may also be hidden from this admin role.`,
    request: { method: 'GET', pathTemplate },
  });
}
