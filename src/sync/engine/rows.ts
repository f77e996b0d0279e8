import { isDeepStrictEqual } from 'node:util';
import type { Change, ChangeKind, Row } from '../change.ts';
import type { Assignment, OktaGroup, RowError, UserRow } from '../mapping/mapping.ts';
import type { DueGroup, DueMember, DueUser } from '../store/store.ts';
import type { Engine } from './engine.ts';
import { parseGroup, parseUser } from './raw.ts';

/** A change that has no id yet. */
export type ChangeDraft = Omit<Change, 'id'>;

/** What looking at a user or group again resulted in. */
export interface Outcome {
  /** In the order in which they are told; none if the target has it already. */
  drafts: ChangeDraft[];
  /** The row that the target then has, as text; undefined if it has none. */
  told: string | undefined;
  active?: boolean;
  /** Of the row told before. */
  wasActive?: boolean;
  /** `leaves`: somebody who was active no longer is; `gone`: Okta no longer has it. Both are told last. */
  stage: 'stays' | 'leaves' | 'gone';
  error?: RowError;
  /** A default is held back: look again a little later. */
  isUnsettled?: boolean;
}

/** Group rules run within this time after a user is created, milliseconds. */
export const SETTLED_MS = 5 * 60_000;

export function outcomeOfUser(engine: Engine, due: DueUser, groups: ReadonlyMap<string, OktaGroup>): Outcome {
  const { mapping, scope, okta } = engine;
  const told = due.told === undefined ? undefined : (JSON.parse(due.told) as UserRow);
  const wasActive = told?.active;
  if (due.raw === undefined)
    return { drafts: told ? deleted(due.id, told) : [], told: undefined, wasActive, stage: 'gone' };
  const user = parseUser(due.raw);
  const inScope = scope === undefined || due.groupIds.some((id) => scope.includes(id));
  const nothing = { drafts: [], told: due.told, active: wasActive, wasActive, stage: 'stays' as const };
  const created = Date.parse(user.created ?? '');
  const mapped = mapping.userRow(user, {
    groups: due.groupIds.flatMap((id) => groups.get(id) ?? []),
    inScope,
    told,
    isSettled: !(created > okta.now() - SETTLED_MS),
  });
  if ('error' in mapped) return { ...nothing, error: mapped.error };
  const { unsettled: isUnsettled, outside: isOutside, ...row } = mapped;
  if (!told && isOutside) return { ...nothing, isUnsettled };
  const before = told ? userRowOf(due.id, told) : null;
  const drafts = [
    ...changeOf({ userId: due.id }, kindOf(told, row), before, userRowOf(due.id, row)),
    ...assignments(due.id, told?.assignments ?? [], row.assignments),
  ];
  const stage = wasActive && !row.active ? 'leaves' : 'stays';
  return { drafts, told: JSON.stringify(row), active: row.active, wasActive, stage, isUnsettled };
}

export function outcomeOfGroup({ mapping }: Engine, due: DueGroup): Outcome {
  const before = due.told === undefined ? null : (JSON.parse(due.told) as Row);
  const key = { groupId: due.id };
  if (due.raw === undefined) {
    return { drafts: changeOf(key, 'group.deleted', before, null), told: undefined, stage: 'gone' };
  }
  const row: Row = { ...mapping.groupRow(parseGroup(due.raw)), id: due.id };
  const kind = before ? 'group.updated' : 'group.created';
  return { drafts: changeOf(key, kind, before, row), told: JSON.stringify(row), stage: 'stays' };
}

export function membershipChange({ groupId, userId, isMember }: DueMember): ChangeDraft {
  const row = { groupId, userId };
  const [before, after] = isMember ? [null, row] : [row, null];
  const kind = isMember ? 'membership.added' : 'membership.removed';
  return { kind, key: row, before, after, changed: Object.keys(row) };
}

/** A user as changes tell it. */
export const userRowOf = (id: string, { fields, active, profile }: UserRow): Row => ({
  ...fields,
  id,
  ...(profile === undefined ? {} : { profile }),
  active,
});

function kindOf(told: UserRow | undefined, row: UserRow): ChangeKind {
  if (!told) return 'user.created';
  if (told.active === row.active) return 'user.updated';
  return row.active ? 'user.reactivated' : 'user.deactivated';
}

const deleted = (id: string, told: UserRow): ChangeDraft[] => [
  ...assignments(id, told.assignments, []),
  ...changeOf({ userId: id }, 'user.deleted', userRowOf(id, told), null),
];

/** Nothing if the rows are equal. */
function changeOf(
  key: Change['key'],
  kind: ChangeKind,
  before: Row | null,
  after: Row | null,
): ChangeDraft[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changed = [...names].filter((name) => !isDeepStrictEqual(before?.[name], after?.[name]));
  return changed.length === 0 ? [] : [{ kind, key, before, after, changed }];
}

/** What rules gave is taken away when they no longer give it; nothing else ever is. */
function assignments(
  userId: string,
  before: readonly Assignment[],
  after: readonly Assignment[],
): ChangeDraft[] {
  const missing = (from: readonly Assignment[], all: readonly Assignment[]) =>
    all.filter((one) => !from.some((other) => isDeepStrictEqual(one, other)));
  const changed = ['type', 'value'];
  return [
    ...missing(before, after).map((one) => ({
      ...{ kind: 'assignment.added' as const, key: { userId }, before: null, after: { ...one }, changed },
    })),
    ...missing(after, before).map((one) => ({
      ...{ kind: 'assignment.removed' as const, key: { userId }, before: { ...one }, after: null, changed },
    })),
  ];
}

/** The row of a user that the target has when it took only some of the changes between two rows. */
export function partlyTold(
  { before, after }: { before: string | undefined; after: string | undefined },
  taken: readonly Change[],
): { told: string | undefined; active: boolean | undefined } {
  const had = before === undefined ? undefined : (JSON.parse(before) as UserRow);
  const wanted = after === undefined ? undefined : (JSON.parse(after) as UserRow);
  const row = taken.some(({ kind }) => kind.startsWith('user.')) ? wanted : had;
  if (row === undefined) return { told: undefined, active: undefined };
  const given = (had?.assignments ?? []).filter(
    (one) =>
      !taken.some((change) => change.kind === 'assignment.removed' && isDeepStrictEqual(change.before, one)),
  );
  const added = taken.flatMap(({ kind, after: one }) =>
    kind === 'assignment.added' ? [one as Row & Assignment] : [],
  );
  return { told: JSON.stringify({ ...row, assignments: [...given, ...added] }), active: row.active };
}
