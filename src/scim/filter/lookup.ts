import { pathOf, type ScimSchemas } from '../schema/schemas.ts';
import type { ScimStore, ScimType, StoredResource } from '../store/store.ts';
import type { ScimFilter } from './parse.ts';

/** An equality that an index answers. */
interface Lookup {
  by: 'id' | 'name' | 'externalId' | 'emails' | 'members';
  value: string;
}

const INDEXED: Readonly<Record<ScimType, Readonly<Record<string, Lookup['by']>>>> = {
  User: {
    ...{ id: 'id', userName: 'name', externalId: 'externalId' },
    ...{ emails: 'emails', 'emails.value': 'emails' },
  },
  Group: {
    ...{ id: 'id', displayName: 'name', externalId: 'externalId' },
    ...{ members: 'members', 'members.value': 'members' },
  },
};

/**
 * All resources that a filter may select, and maybe some more, in the order of lists.
 * @returns undefined when no index answers: then everything has to be read.
 */
export async function candidates(
  store: ScimStore,
  schemas: ScimSchemas,
  type: ScimType,
  filter: ScimFilter,
): Promise<StoredResource[] | undefined> {
  const lookups = lookupsOf(schemas, type, filter);
  if (!lookups) return undefined;
  const found = (await Promise.all(lookups.map((lookup) => resolve(store, type, lookup)))).flat();
  if (found.length < 2) return found;
  return [...new Map(found.map((one) => [one.n, one])).values()].sort((one, other) => one.n - other.n);
}

function lookupsOf(schemas: ScimSchemas, type: ScimType, filter: ScimFilter): Lookup[] | undefined {
  if (filter.op === 'and') {
    for (const one of filter.filters) {
      const found = lookupsOf(schemas, type, one);
      if (found) return found;
    }
    return undefined;
  }
  if (filter.op === 'or') {
    const found = filter.filters.map((one) => lookupsOf(schemas, type, one));
    return found.every((one) => one !== undefined) ? found.flat() : undefined;
  }
  if (filter.op === '[]') {
    const inner = filter.filter;
    for (const one of inner.op === 'and' ? inner.filters : [inner]) {
      const found =
        one.op === 'eq' && lookupsOf(schemas, type, { ...one, path: `${filter.path}.${one.path}` });
      if (found) return found;
    }
    return undefined;
  }
  if (filter.op !== 'eq' || typeof filter.value !== 'string') return undefined;
  const place = schemas.place(type, filter.path);
  const by = place && INDEXED[type][pathOf(place)];
  return by && [{ by, value: filter.value }];
}

async function resolve(store: ScimStore, type: ScimType, { by, value }: Lookup): Promise<StoredResource[]> {
  if (by === 'id') return store.get(type, [value]);
  if (by === 'emails') return store.withEmail(value);
  if (by === 'members') {
    const groups = await store.groupsOf([value]);
    return store.get(
      type,
      groups.map(({ groupId }) => groupId),
    );
  }
  const found = await store.find(type, by, value);
  return found ? [found] : [];
}

/** True when a filter asks about this attribute. */
export function isAskedFor(schemas: ScimSchemas, type: ScimType, filter: ScimFilter, name: string): boolean {
  if ('filters' in filter) {
    return filter.filters.some((one) => isAskedFor(schemas, type, one, name));
  }
  if (filter.op === 'not') return isAskedFor(schemas, type, filter.filter, name);
  return schemas.place(type, filter.path)?.attribute?.name === name;
}
