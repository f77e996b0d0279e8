import { nearest } from '../../errors/did-you-mean.ts';
import type { Mapping, Miss, OktaGroup, OktaUser, RowError, UserRow } from './mapping.ts';

/** What a mapping makes of some users. */
export interface MappingPreview {
  /** The mapped users, in the order given; those whom the mapping leaves out are not among them. */
  rows: (UserRow & { id: string })[];
  /** Ids of users whom the mapping leaves out. */
  leftOut: string[];
  /** Users without a row, and why. */
  errors: (RowError & { id: string })[];
  /** Names that a table lacks: how many of these users have each, and what may be meant. The most frequent first. */
  misses: { field: string; lookup: string; name: string; users: number; nearest?: string }[];
  /** Fields that none of these users has a value for: often a mistyped attribute. */
  empty: string[];
}

/**
 * Maps some users as if they were new and settled. Nothing is sent or kept.
 * @param users each with the groups that count.
 */
export function previewMapping(
  mapping: Mapping,
  users: readonly { user: OktaUser; groups: readonly OktaGroup[] }[],
): MappingPreview {
  const preview: MappingPreview = { rows: [], leftOut: [], errors: [], misses: [], empty: [] };
  const missed = new Map<string, Miss & { users: number }>();
  const onMiss = (miss: Miss) => {
    const key = JSON.stringify([miss.field, miss.lookup, miss.name]);
    const known = missed.get(key);
    if (known) known.users += 1;
    else missed.set(key, { ...miss, users: 1 });
  };
  for (const { user, groups } of users) {
    const facts = { groups, inScope: true, told: undefined, isSettled: true };
    const mapped = mapping.userRow(user, facts, onMiss);
    if ('error' in mapped) preview.errors.push({ id: user.id, ...mapped.error });
    else if (mapped.outside) preview.leftOut.push(user.id);
    else preview.rows.push({ id: user.id, ...mapped });
  }
  preview.misses = [...missed.values()]
    .sort((one, other) => other.users - one.users)
    .map(({ known, ...miss }) => {
      const meant = nearest(miss.name, known);
      return meant === undefined ? miss : { ...miss, nearest: meant };
    });
  const isEmpty = (field: string) =>
    preview.rows.every(({ fields }) => fields[field] === undefined || fields[field] === null);
  preview.empty = preview.rows.length === 0 ? [] : mapping.fields.filter(isEmpty);
  return preview;
}
