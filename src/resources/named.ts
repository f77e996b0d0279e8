import { z } from 'zod';
import { defineResource, type ResourceDefinition } from '../define.ts';
import type { QueryValue } from '../http/path.ts';
import { idByName } from './by-name.ts';
import { choicesPage } from './choices.ts';

/** A kind of object that has one list, in which people find it by a name. */
interface Named
  extends Pick<ResourceDefinition, 'key' | 'title' | 'job' | 'scopes' | 'schema' | 'one' | 'table'> {
  /** Path of the list: `/api/v1/zones`. */
  list: `/${string}`;
  /** Members that may contain the list, if Okta wraps it in an object. */
  listIn?: readonly string[];
  /** Plural, for the drop-down: key `zones`, title `Zones`. */
  plural: { key: string; title: string };
  /** First letters of the ids: `nzo`. */
  prefix: string;
  /** Member with the name; `name` by default. */
  label?: string;
  /** The name, where it is not a member of the object itself. */
  nameOf?(item: Record<string, unknown>): unknown;
  /** Narrows the list to a name or its beginning, if Okta can; otherwise all pages are read. */
  narrow?(name: string): Record<string, QueryValue>;
  /** Query that every reading of the list needs. */
  query?: Record<string, QueryValue>;
  example: string;
  /** Example of a name: `Head office`. */
  handle: string;
}

/** A resource with its reference and its drop-down derived from its list. */
export function namedResource(given: Named): ResourceDefinition {
  const {
    list: path,
    listIn,
    plural,
    prefix,
    label = 'name',
    nameOf = (item) => item[label],
    narrow,
    query = {},
    example,
    handle,
    ...rest
  } = given;
  const what = rest.title.toLowerCase();
  const answer: z.ZodType<Record<string, unknown> & { id: string }> = z.looseObject({ id: z.string() });
  return defineResource({
    ...rest,
    names: {
      ...{ words: `Id or exact ${label}`, example, handle, calls: [`GET ${path}`] },
      resolve: (context, reference) =>
        idByName(context, reference, {
          ...{ what, by: `exact ${label}`, path, listIn, prefix },
          queries: (name) => [{ ...query, ...narrow?.(name) }],
          nameOf,
        }),
    },
    choices: {
      ...plural,
      load(context, { search, cursor }) {
        const call = { path, listIn, answer, query: { ...query, ...(search ? narrow?.(search) : {}) } };
        return choicesPage(
          context,
          call,
          cursor,
          (item) => String(nameOf(item) ?? item.id),
          narrow ? undefined : search,
        );
      },
    },
  });
}
