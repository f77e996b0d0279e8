import { badRequest, shownText } from '../error.ts';
import { elementPredicate, type Matches } from '../filter/match.ts';
import { parseScimFilter, type ScimFilter } from '../filter/parse.ts';
import type { ScimAttribute } from '../schema/attribute.ts';
import { named, type ScimSchemas } from '../schema/schemas.ts';
import type { ScimType } from '../store/store.ts';

/** What a path of a PATCH leads to. */
export interface PatchTarget {
  extension: string | undefined;
  /** Undefined: all of the extension. */
  attribute: ScimAttribute | undefined;
  /** Which values of a list. */
  filter: ScimFilter | undefined;
  matches: Matches | undefined;
  sub: ScimAttribute | undefined;
}

const WITH_FILTER = /^([^[\]]+)\[([\s\S]*)\](?:\.([\w$-]+))?$/;

/**
 * Reads a path: `active`, `name.givenName`, `emails[type eq "work"].value`, a URN with or without an attribute.
 * @returns undefined for a path that no schema knows. @throws ScimError `invalidPath` for one that cannot be read.
 */
export function patchTarget(schemas: ScimSchemas, type: ScimType, path: string): PatchTarget | undefined {
  const [, list, filterText, subName] = WITH_FILTER.exec(path) ?? [];
  const place = schemas.place(type, list ?? path);
  if (!place) return undefined;
  const { extension, attribute } = place;
  if (filterText === undefined) {
    return { extension, attribute, filter: undefined, matches: undefined, sub: place.sub };
  }
  if (!attribute?.multiValued || !attribute.subAttributes || place.sub) {
    throw badRequest(
      'invalidPath',
      `${shownText(path)} has a filter, but ${shownText(list as string)} is no list of objects`,
    );
  }
  const sub = subName === undefined ? undefined : named(attribute.subAttributes, subName);
  if (subName !== undefined && !sub) return undefined;
  const filter = parseScimFilter(filterText, 'invalidPath');
  return { extension, attribute, filter, matches: elementPredicate(attribute, filter), sub };
}

/**
 * What a value must have to be selected by a filter, if that is a matter of equalities alone: `type eq "work" and primary eq true`.
 * @returns undefined if it is not.
 */
export function equalities(filter: ScimFilter): Record<string, unknown> | undefined {
  if (filter.op === 'eq') return { [filter.path]: filter.value };
  if (filter.op !== 'and') return undefined;
  const all = filter.filters.map(equalities);
  return all.every((one) => one !== undefined) ? Object.assign({}, ...all) : undefined;
}
