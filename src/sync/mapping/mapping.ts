import type { Row } from '../change.ts';

/** A user as the snapshot keeps it: Okta's own members, without links, credentials and what changes with each sign-in. */
export interface OktaUser {
  id: string;
  status: string;
  created?: string | null;
  lastUpdated?: string | null;
  type?: { id?: string };
  profile: Record<string, unknown>;
  [name: string]: unknown;
}

/** A group as the snapshot keeps it. */
export interface OktaGroup {
  id: string;
  type?: string;
  profile: { name?: string; description?: string | null; [name: string]: unknown };
  [name: string]: unknown;
}

/** What a group rule gave to a user: type `role`, value `Agent`. */
export interface Assignment {
  type: string;
  value: unknown;
}

/** A mapped user. */
export interface UserRow {
  /** Name of the mapping profile; undefined if the mapping has only one. */
  profile?: string;
  /** The mapped fields; a field whose value is undefined is left out. */
  fields: Row;
  active: boolean;
  /** Only what rules and defaults gave; nothing else is ever taken away. Sorted, no repeats. */
  assignments: Assignment[];
}

/** Why a user has no row. It is told by name and tried again when the user or the mapping changes. */
export interface RowError {
  /** Mapped field, or undefined if the error is about the whole row. */
  field?: string;
  /** What was expected: `required`, `onMiss: error`. */
  rule: string;
  message: string;
}

/** A name that a table lacks. */
export interface Miss {
  field: string;
  lookup: string;
  name: string;
  /** The names that it has. */
  known: readonly string[];
}

/** What a row depends on beside the user. */
export interface UserFacts {
  /** The groups that the user is a member of, as far as their members are read; sorted by id. */
  groups: readonly OktaGroup[];
  /** False once the user has left the scope: the row is then inactive. */
  inScope: boolean;
  /** The row told before, for `onMiss: keep`. */
  told: UserRow | undefined;
  /**
   * Group rules run some time after a user is created. Until this is true, no default is given because of a group that is
   * missing; the row then says `unsettled`.
   */
  isSettled: boolean;
}

/** A mapping, ready to use. It has no state and sends nothing. */
export interface Mapping {
  /** Changes when any row could. */
  fingerprint: string;
  /** Whom to mirror: everybody, the members of these groups, or the users of this app; by id or name. */
  scope: { groups: readonly string[] } | { app: string } | 'all';
  /** What a group is for: `mirrored` if changes of it are told; `members` if its members are needed, also by a rule. */
  useOf(group: OktaGroup): { mirrored: boolean; members: boolean };
  /** Names of all fields that a user may have, sorted. */
  fields: readonly string[];
  /** Whether rows of users depend on their groups. */
  usesGroups: boolean;
  /** How a target finds records that it already has: fields to compare, in order; `externalId` is Okta's id. */
  match: readonly string[];
  /**
   * The row of a user, or why it has none. `unsettled`: something is held back, so evaluate again later. `outside`: the user
   * is not in the scope, or the mapping leaves the user out; nothing is told unless the target has the user.
   */
  userRow(
    user: OktaUser,
    facts: UserFacts,
    onMiss?: (miss: Miss) => void,
  ): (UserRow & { unsettled?: true; outside?: true }) | { error: RowError };
  /** The mapped fields of a group. */
  groupRow(group: OktaGroup): Row;
}
