import type { Change, ChangeKind, Row } from '../../../src/sync/change.ts';

let count = 0;

const change = (kind: ChangeKind, key: Change['key'], before: Row | null, after: Row | null): Change => ({
  id: `chg${++count}`,
  kind,
  key,
  before,
  after,
  changed: [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  ),
});

/** A change of a user with these mapped fields; `active` and `before` as its kind has it. */
export function userChange(
  kind: Extract<ChangeKind, `user.${string}`>,
  userId: string,
  fields: Row,
  before: Row = {},
): Change {
  const row = { id: userId, active: kind !== 'user.deactivated', ...fields };
  const isGone = kind === 'user.deleted';
  const was = kind === 'user.created' ? null : { ...row, active: kind !== 'user.reactivated', ...before };
  return change(kind, { userId }, was, isGone ? null : row);
}

/** A change of a group. */
export function groupChange(
  kind: Extract<ChangeKind, `group.${string}`>,
  groupId: string,
  fields: Row,
): Change {
  const row = { id: groupId, ...fields };
  return change(
    kind,
    { groupId },
    kind === 'group.created' ? null : row,
    kind === 'group.deleted' ? null : row,
  );
}

/** A change of a membership. */
export function memberChange(isAdded: boolean, groupId: string, userId: string): Change {
  const row = { groupId, userId };
  return isAdded ? change('membership.added', row, null, row) : change('membership.removed', row, row, null);
}

/** A change of an assignment. */
export function assignmentChange(isAdded: boolean, userId: string, type: string, value: unknown): Change {
  const row = { type, value };
  return isAdded
    ? change('assignment.added', { userId }, null, row)
    : change('assignment.removed', { userId }, row, null);
}
