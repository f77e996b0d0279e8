import { z } from 'zod';
import type { ActionContext } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import type { QueryValue } from '../http/path.ts';
import { noSuch } from './reference.ts';

/** How objects of one kind are found by their name. */
export interface ByName {
  /** Singular, in a sentence: `app`. */
  what: string;
  /** What the name is: `exact label`. */
  by: string;
  /** Path of the list, and the ids of what it belongs to. */
  path: string;
  params?: Record<string, string>;
  listIn?: readonly string[];
  /** First letters of the ids, as a pattern: `0oa`. */
  prefix: string;
  /** Queries to try in turn, the first one that finds the name decides. */
  queries(name: string): readonly (Record<string, QueryValue> & { limit?: number })[];
  nameOf(item: Record<string, unknown>): unknown;
}

const listed = z.looseObject({ id: z.string() });

/**
 * True for the format of an id: the prefix, then letters and digits. A name like `0oath` has neither digit nor capital
 * after the prefix.
 */
export const looksLikeId = (prefix: string, reference: string): boolean =>
  new RegExp(`^${prefix}(?=[a-z]*[0-9A-Z])[A-Za-z0-9]+$`).test(reference);

/**
 * The id of an object, looked up by its exact name unless the reference is an id. A bulk run remembers it.
 * @throws OktaError `not_found` when no object has the name; InputError when several have it.
 */
export async function idByName(context: ActionContext, reference: string, how: ByName): Promise<string> {
  if (looksLikeId(how.prefix, reference)) return reference;
  const key = [how.what, ...Object.values(how.params ?? {}), reference].join(' ');
  return remembered(context, key, () => lookUp(context, reference, how));
}

/** Looks an id up, once for all rows of a bulk run. */
export function remembered(
  context: ActionContext,
  key: string,
  look: () => Promise<string>,
): Promise<string> {
  const known = context.lookups?.get(key);
  if (known) return known;
  const found = look();
  context.lookups?.set(key, found);
  // Do not cache failures: the object may be created, or Okta be back, a moment later.
  found.catch(() => context.lookups?.delete(key));
  return found;
}

async function lookUp(context: ActionContext, reference: string, how: ByName): Promise<string> {
  const { what, by, path, params, listIn, queries, nameOf } = how;
  for (const query of queries(reference)) {
    const ids: string[] = [];
    const items = context.list({ method: 'GET', path, params, query, listIn, answer: listed });
    for await (const item of items) if (nameOf(item) === reference) ids.push(item.id);
    if (ids.length > 1) {
      throw new InputError(
        `${ids.length} ${what}s have this ${by.replace('exact ', '')}: ${ids.join(', ')}`,
        {
          hint: `Use the id of the one you mean as ${what}Id.`,
        },
      );
    }
    if (ids[0] !== undefined) return ids[0];
  }
  throw noSuch(what, by, path, reference);
}

/** The ids behind several references, looked up one after the other; each id once. */
export async function idsOf(
  references: readonly string[],
  idOf: (reference: string) => Promise<string>,
): Promise<string[]> {
  const ids = new Set<string>();
  for (const reference of references) ids.add(await idOf(reference));
  return [...ids];
}
