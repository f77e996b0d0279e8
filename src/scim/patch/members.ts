import { badRequest } from '../error.ts';
import type { Matches } from '../filter/match.ts';
import type { ScimFilter } from '../filter/parse.ts';
import { memberIds } from '../resource/clean.ts';
import type { PatchOperation } from './operations.ts';
import type { PatchTarget } from './path.ts';

/** How the members of a group are to change, without reading those it has. */
export interface MemberChange {
  /** True: it has none but `added`. */
  replaces: boolean;
  added: Set<string>;
  removed: Set<string>;
  /** Removals by another filter than for ids: then the members have to be read. */
  matching: Matches[];
}

/** A change that does nothing. */
export const noMemberChange = (): MemberChange => ({
  ...{ replaces: false, added: new Set(), removed: new Set(), matching: [] },
});

/** Adds one operation on the members of a group to a change. */
export function changeMembers(
  change: MemberChange,
  { op, value }: PatchOperation,
  target: PatchTarget,
): void {
  if (target.sub)
    throw badRequest('mutability', 'What a member is cannot be changed: remove it and add another');
  if (op === 'remove') remove(change, target, value);
  else if (target.filter) {
    throw badRequest('invalidPath', `To ${op} members, name them in the value, without a filter`);
  } else {
    if (op === 'replace') replaceAll(change);
    for (const id of memberIds(value)) {
      change.removed.delete(id);
      change.added.add(id);
    }
  }
}

function remove(change: MemberChange, { filter, matches }: PatchTarget, value: unknown): void {
  if (!filter) {
    // Entra names the members in the value.
    if (value === undefined || value === null) replaceAll(change);
    else for (const id of memberIds(value)) removeOne(change, id);
    return;
  }
  const ids = idsOf(filter);
  if (ids) for (const id of ids) removeOne(change, id);
  else if (change.added.size > 0 || change.replaces) {
    throw badRequest(
      'invalidPath',
      'After other changes of members, remove them by members[value eq "…"] only',
    );
  } else change.matching.push(matches as Matches);
}

function replaceAll(change: MemberChange): void {
  Object.assign(change, { ...noMemberChange(), replaces: true });
}

function removeOne(change: MemberChange, id: string): void {
  change.added.delete(id);
  change.removed.add(id);
}

/** Ids of `value eq "…"`, also several with `or`. */
function idsOf(filter: ScimFilter): string[] | undefined {
  if (filter.op === 'eq' && filter.path.toLowerCase() === 'value' && typeof filter.value === 'string') {
    return [filter.value];
  }
  if (filter.op !== 'or') return undefined;
  const all = filter.filters.map(idsOf);
  return all.every((one) => one !== undefined) ? all.flat() : undefined;
}
