import { isRecord } from '../../schema/record.ts';

/**
 * Dotted paths of the wanted members that an object has otherwise, or not at all. Further members of the object do not
 * count, nor does the order of members; lists must have the same items in the same order.
 */
export function driftOf(known: unknown, wanted: unknown, path = ''): string[] {
  if (wanted === undefined) return [];
  if (isRecord(wanted) && isRecord(known)) {
    return Object.entries(wanted).flatMap(([name, value]) =>
      driftOf(known[name], value, path ? `${path}.${name}` : name),
    );
  }
  if (Array.isArray(wanted) && Array.isArray(known) && wanted.length === known.length) {
    return wanted.some((value, at) => driftOf(known[at], value).length > 0) ? [path] : [];
  }
  return Object.is(known, wanted) || (known ?? null) === wanted ? [] : [path || '.'];
}
