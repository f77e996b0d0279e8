import type { Row } from '../change.ts';
import type { Fields } from './fields.ts';
import type { Mapping, Miss, OktaGroup, OktaUser, RowError, UserFacts, UserRow } from './mapping.ts';
import { USER_STATUSES } from './preset.ts';
import type { Rules } from './rules.ts';

/** One kind of users, compiled. */
export interface UserKind {
  name: string | undefined;
  /** Whether members of a group are of this kind; undefined if everybody is. */
  fits: ((group: OktaGroup) => boolean) | undefined;
  /** All fields that a row can have, those that rules set among them. */
  names: readonly string[];
  fields: Fields;
  required: readonly string[];
  rules: Rules;
  needs(group: OktaGroup): boolean;
}

/**
 * The kind of a user.
 * @param isLeaving the row will be inactive: who leaves stays of the kind that the target knows.
 */
function choose(kinds: readonly UserKind[], { groups, told, isSettled }: UserFacts, isLeaving: boolean) {
  const at = kinds.findIndex(({ fits }) => fits === undefined || groups.some(fits));
  const [first, before] = [kinds[at], told && kinds.find(({ name }) => name === told.profile)];
  // A group that is missing may come: a later kind is not taken because of it.
  const isWaiting = !isSettled && at !== 0;
  const kind = ((isWaiting || isLeaving) && before) || first || before || (kinds[0] as UserKind);
  return { kind, isWaiting, isOutside: isWaiting ? before === undefined : first === undefined };
}

/**
 * The row of a user; see {@link Mapping.userRow}.
 * @param kinds in the order in which they are tried.
 * @param active statuses that count as active.
 */
export function rowOf(
  kinds: readonly UserKind[],
  active: ReadonlySet<string>,
  user: OktaUser,
  facts: UserFacts,
  onMiss: ((miss: Miss) => void) | undefined,
): ReturnType<Mapping['userRow']> {
  const { inScope, isSettled, told } = facts;
  // A status that Okta does not have yet says nothing: who was active stays so.
  const isKnown = (USER_STATUSES as readonly string[]).includes(user.status);
  const mayBeActive = inScope && (isKnown ? active.has(user.status) : told?.active === true);
  const { kind, ...chosen } = choose(kinds, facts, !mayBeActive);
  const given = kind.rules.given(facts.groups, isSettled);
  const isOutside = !inScope || chosen.isOutside || given.isLeftOut;
  const isUnsettled = chosen.isWaiting || given.isWaiting || (given.isLeftOut && !isSettled);
  const notes = {
    ...(isUnsettled ? { unsettled: true as const } : {}),
    ...(isOutside ? { outside: true as const } : {}),
  };
  const row: UserRow = {
    ...(kind.name === undefined ? {} : { profile: kind.name }),
    fields: {},
    active: mayBeActive && !given.isInactive && !isOutside,
    assignments: isOutside ? [] : given.assignments,
  };
  const isSameKind = told?.profile === kind.name;
  const error =
    kind.fields.fill(user, row.fields, isSameKind ? told?.fields : undefined, onMiss) ??
    lacking(kind, Object.assign(row.fields, given.set));
  // What is wrong with a row must not keep a leaver active.
  if (told && !row.active && (error || !isSameKind)) {
    return { ...told, active: false, assignments: row.assignments, ...notes };
  }
  if (error === undefined) return { ...row, ...notes };
  return isOutside ? { ...row, fields: {}, ...notes } : { error };
}

function lacking({ required }: UserKind, row: Row): RowError | undefined {
  const field = required.find((name) => row[name] === undefined || row[name] === null || row[name] === '');
  return field === undefined
    ? undefined
    : { field, rule: 'required', message: `${field} is required, but has no value` };
}
