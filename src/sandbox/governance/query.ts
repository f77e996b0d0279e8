import { oktaError } from '../errors.ts';
import { compileFilter, type Predicate } from '../filter/compile.ts';
import { FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import type { Call } from '../http.ts';
import type { StoredObject } from '../kinds/object-store.ts';

type Read = (object: StoredObject, name: string) => unknown;

const equality = new Set(['eq'] as const);
const later = new Set(['gt'] as const);

/** The `filter` of a list of the governance API. @throws Refusal E0000031 */
export function filtered(
  query: URLSearchParams,
  isKnown: (name: string) => boolean,
  read: Read,
): Predicate<StoredObject> {
  const filter = query.get('filter');
  if (!filter) return () => true;
  try {
    return compileFilter<StoredObject>(parseFilter(filter), {
      ...{ negation: false, caseSensitive: true },
      attribute(name) {
        if (name === 'lastUpdated')
          return { read: ({ lastUpdated }) => lastUpdated, type: 'date', operators: later };
        return isKnown(name) ? { read: (object) => read(object, name), operators: equality } : undefined;
      },
    });
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000031', '', [error.message]);
    throw error;
  }
}

/** Sorts by `orderBy`, for example `created desc`; by the first of the names if it is not given. */
export function ordering(names: readonly string[], read: Read) {
  return (a: StoredObject, b: StoredObject, { query }: Call): number => {
    const [name = '', direction = 'asc'] = (query.get('orderBy') ?? `${names[0]}`).split(' ');
    if (!names.includes(name)) throw oktaError('E0000031', '', [`orderBy: ${name} is not supported`]);
    const [one, other] = [a, b].map((object) => read(object, name) ?? '') as [string, string];
    const compared = one < other ? -1 : Number(one > other);
    return direction === 'desc' ? -compared : compared;
  };
}
