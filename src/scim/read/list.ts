import { badRequest, ScimError, shownText } from '../error.ts';
import { candidates, isAskedFor } from '../filter/lookup.ts';
import { type Matches, operandOf, resourcePredicate } from '../filter/match.ts';
import type { WholeResources } from '../resource/whole.ts';
import type { ScimSchemas } from '../schema/schemas.ts';
import { foldCase, type ScimStore, type ScimType, type StoredResource } from '../store/store.ts';
import type { ListQuery } from './query.ts';

const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** A page of a list; its numbers are numbers in JSON, because Okta reads no others. */
export const listResponse = (resources: readonly unknown[], totalResults: number, startIndex: number) => ({
  schemas: [LIST_SCHEMA],
  totalResults,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});

interface Reading {
  store: ScimStore;
  schemas: ScimSchemas;
  whole: WholeResources;
}

/** How many rows are read at once. Others get their turn in between. */
const BATCH = 250;

/** Lists resources of some types: those that the filter selects, sorted, one page of them. */
export async function list(reading: Reading, types: readonly ScimType[], query: ListQuery): Promise<object> {
  const { schemas, whole } = reading;
  const sources = sourcesOf(reading, types, query);
  const { total, page } = query.sortBy
    ? await sortedPage(reading, sources, query)
    : await plainPage(reading, sources, query);
  const shown = new Map<string, unknown>();
  for (const type of types) {
    const own = page.filter((one) => one.type === type);
    const made = await whole.of(type, own, query.selection.has(schemas, type, 'members'));
    own.forEach(({ id }, i) => {
      shown.set(id, query.selection.of(schemas, type, made[i] as Record<string, unknown>));
    });
  }
  const resources = page.map(({ id }) => shown.get(id));
  return listResponse(resources, total, query.startIndex);
}

interface Source {
  type: ScimType;
  matches: Matches | undefined;
}

/** An attribute that one of several types does not have selects none of that type. */
function sourcesOf({ schemas }: Reading, types: readonly ScimType[], { filter }: ListQuery): Source[] {
  if (!filter) return types.map((type) => ({ type, matches: undefined }));
  let failure: unknown;
  const found = types.flatMap((type) => {
    try {
      return [{ type, matches: resourcePredicate(schemas, type, filter) }];
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      failure = error;
      return [];
    }
  });
  if (found.length === 0) throw failure;
  return found;
}

async function plainPage(reading: Reading, sources: readonly Source[], query: ListQuery) {
  let skip = query.startIndex - 1;
  let total = 0;
  const page: StoredResource[] = [];
  for (const source of sources) {
    const room = query.count - page.length;
    if (!source.matches) {
      const count = await reading.store.count(source.type);
      if (room > 0 && skip < count) {
        page.push(...(await reading.store.page(source.type, { offset: skip, limit: room })));
      }
      total += count;
      skip = Math.max(skip - count, 0);
      continue;
    }
    const take = (one: StoredResource) => {
      total += 1;
      if (skip > 0) skip -= 1;
      else if (page.length < query.count) page.push(one);
    };
    const found = await indexed(reading, source, query);
    if (found) for (const one of found) take(one);
    else for await (const one of matching(reading, source, query)) take(one);
  }
  return { total, page };
}

/** Only the keys of all are kept, then the page is read again. */
async function sortedPage(reading: Reading, sources: readonly Source[], query: ListQuery) {
  const keys: { key: Key; type: ScimType; id: string }[] = [];
  const path = query.sortBy as string;
  const keysOf = sources.map(({ type }) => sortKey(reading.schemas, type, path));
  if (keysOf.every((one) => one === undefined)) {
    throw badRequest('invalidPath', `There is no attribute ${shownText(path)} to sort by`);
  }
  for (const [i, source] of sources.entries()) {
    const keyOf = keysOf[i] ?? (() => undefined);
    const all = (await indexed(reading, source, query)) ?? matching(reading, source, query);
    for await (const { type, id, ...rest } of all) {
      keys.push({ key: keyOf({ id, ...rest.attributes, meta: timesOf(rest) }), type, id });
    }
  }
  const sign = query.isDescending ? -1 : 1;
  keys.sort((one, other) => sign * compareKeys(one.key, other.key));
  const wanted = keys.slice(query.startIndex - 1, query.startIndex - 1 + query.count);
  const page = new Map<string, StoredResource>();
  for (const { type } of sources) {
    const ids = wanted.filter((one) => one.type === type).map(({ id }) => id);
    for (const one of await reading.store.get(type, ids)) page.set(one.id, one);
  }
  return { total: keys.length, page: wanted.flatMap(({ id }) => page.get(id) ?? []) };
}

type Key = string | number | undefined;

/** What has no value comes last, in descending order first. */
function compareKeys(one: Key, other: Key): number {
  if (one === other) return 0;
  if (one === undefined) return 1;
  if (other === undefined) return -1;
  return one < other ? -1 : 1;
}

/** Undefined when the type has no such attribute, or one that has no order. */
function sortKey(
  schemas: ScimSchemas,
  type: ScimType,
  path: string,
): ((resource: Record<string, unknown>) => Key) | undefined {
  const operand = operandOf(schemas, type, path);
  if (!operand || operand.attribute.type === 'complex') return undefined;
  const { attribute, values } = operand;
  const fold = attribute.caseExact ? (text: string) => text : foldCase;
  return (resource) => {
    const value = values(resource, true)[0];
    if (value === undefined || typeof value === 'number') return value;
    return attribute.type === 'dateTime' ? Date.parse(String(value)) : fold(String(value));
  };
}

/** What a filter may ask of a resource outside its attributes. */
const timesOf = ({ createdMs, modifiedMs }: Pick<StoredResource, 'createdMs' | 'modifiedMs'>) => ({
  created: new Date(createdMs).toISOString(),
  lastModified: new Date(modifiedMs).toISOString(),
});

/** What an index answers; undefined when everything has to be read. */
async function indexed(
  reading: Reading,
  { type, matches }: Source,
  { filter }: ListQuery,
): Promise<StoredResource[] | undefined> {
  const found = filter && (await candidates(reading.store, reading.schemas, type, filter));
  return found && selected(reading, type, found, { filter, matches });
}

async function* matching(
  reading: Reading,
  { type, matches }: Source,
  { filter }: ListQuery,
): AsyncGenerator<StoredResource> {
  const { store } = reading;
  for (let after = 0; ; ) {
    const batch = await store.page(type, { after, limit: BATCH });
    yield* await selected(reading, type, batch, { filter, matches });
    if (batch.length < BATCH) return;
    after = batch.at(-1)?.n as number;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

async function selected(
  { schemas, whole }: Reading,
  type: ScimType,
  batch: readonly StoredResource[],
  { filter, matches }: { filter: ListQuery['filter']; matches: Matches | undefined },
): Promise<StoredResource[]> {
  if (!filter || !matches) return [...batch];
  const asksFor = (name: string) => isAskedFor(schemas, type, filter, name);
  if (asksFor('groups') || asksFor('members') || asksFor('schemas') || asksFor('meta')) {
    const resources = await whole.of(type, batch, asksFor('members'));
    return batch.filter((_, i) => matches(resources[i] as Record<string, unknown>));
  }
  return batch.filter(({ id, attributes }) => matches({ id, ...attributes }));
}
