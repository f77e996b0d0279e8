/** Every kind of change, in the order in which the changes of one run are told. */
export const CHANGE_KINDS = [
  'user.created',
  'user.updated',
  'user.reactivated',
  'group.created',
  'group.updated',
  'membership.added',
  'assignment.added',
  'membership.removed',
  'assignment.removed',
  'user.deactivated',
  'group.deleted',
  'user.deleted',
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Ids of Okta. */
export type ChangeKey = { userId: string } | { groupId: string } | { groupId: string; userId: string };

/**
 * One row of the mirror: what a change was told with. A user has the mapped fields, `id`, `active`, and `profile` if the
 * mapping has several; a group the mapped fields and `id`; a membership its two ids; an assignment `type` and `value`.
 */
export type Row = Record<string, unknown>;

/**
 * One change. Applying all changes in order to an empty mirror gives the directory. A change that is told again, for example
 * after a kill, keeps its id.
 */
export interface Change {
  id: string;
  kind: ChangeKind;
  key: ChangeKey;
  /** The row before; null if there was none. */
  before: Row | null;
  /** The row afterwards; null if there is none. */
  after: Row | null;
  /** Names of the members that differ. */
  changed: string[];
}
