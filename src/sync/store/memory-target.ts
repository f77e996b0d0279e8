import {
  earlier,
  HAS,
  type MemoryGroup,
  type MemoryRow,
  type MemoryRows,
  newGroup,
  type Sync,
  TOLD,
} from './memory-rows.ts';
import { lastById } from './page.ts';
import type { DueMember, Told } from './store.ts';

/** What the target was told, and what is due. */
export function memoryTarget(rows: MemoryRows) {
  const { users, groups } = rows;
  const isMirrored = (group: MemoryGroup) => group.mirrored && group.raw !== undefined;
  const isTold = ({ told }: MemoryRow) => told !== undefined;
  const toldOf = ({ id, told }: MemoryRow) => ({ id, told: told as string });
  const isDue = (now: number) => (row: MemoryRow) => row.due !== undefined && row.due <= now;
  const read = ({ id, raw, told, attempts, error }: MemoryRow) => ({
    ...{ id, raw, told, attempts: error ? attempts : 0 },
  });

  /** @returns what the target had before. */
  const tell = <T extends MemoryRow>(map: Map<string, T>, row: T, told: Told): string | undefined => {
    const before = row.told;
    if (row.raw === undefined && told.told === undefined) rows.set(map, row.id, undefined);
    else {
      // Telling without an error is no success yet: the target may refuse it, and the row comes back.
      const attempts = told.error ? row.attempts + 1 : row.error ? row.attempts : 0;
      const active = told.told !== undefined && told.active === true;
      const { due, error } = told;
      rows.edit(row, { told: told.told, active, due, attempts, error } as Partial<T>);
    }
    return before;
  };
  const untell = (groupId: string, userId: string) =>
    rows.setBits(groupId, userId, rows.bits(groupId, userId) & ~TOLD);

  const differing = function* (group: MemoryGroup, isMember: boolean): Generator<DueMember> {
    if (isMember && !(isMirrored(group) && group.told !== undefined)) return;
    for (const [userId, bits] of rows.members.get(group.id) ?? []) {
      const isTold = (bits & TOLD) !== 0;
      const isWanted = (bits & HAS) !== 0 && isMirrored(group);
      if (isWanted !== isMember || isTold === isMember) continue;
      if (isMember && users.get(userId)?.told === undefined) continue;
      yield { groupId: group.id, userId, isMember };
    }
  };

  return {
    dueAll(due) {
      for (const row of users.values()) rows.edit(row, { due: earlier(row.due, due) });
      for (const row of groups.values()) {
        if (row.told !== undefined || row.mirrored) rows.edit(row, { due: earlier(row.due, due) });
      }
    },
    dueMembersOf(groupIds, due) {
      for (const groupId of groupIds) {
        for (const [userId, bits] of rows.members.get(groupId) ?? []) {
          if (bits & HAS) rows.userDue(userId, due);
        }
      }
    },
    dueUsers: (now, limit, after, withGroups = true) =>
      users
        .after(after, limit, isDue(now))
        .map((row) => ({ ...read(row), groupIds: withGroups ? rows.groupIdsOf(row.id, HAS).sort() : [] })),
    dueGroups: (now, limit, after) =>
      groups
        .after(after, limit, isDue(now))
        .map((row) => ({ ...read(row), raw: row.mirrored ? row.raw : undefined })),
    dueMembers(now, isMember, limit) {
      const flag = isMember ? 'adds' : 'removes';
      const found: DueMember[] = [];
      for (const group of groups.values()) {
        if (!group[flag] || (group.deferred ?? now) > now) continue;
        const before = found.length;
        for (const one of differing(group, isMember)) {
          if (found.length >= limit) return found;
          found.push(one);
        }
        if (found.length === before) rows.edit(group, { [flag]: false });
      }
      return found;
    },
    countLeaving(now) {
      let count = 0;
      for (const group of groups.values()) {
        if (group.removes && (group.deferred ?? now) <= now) count += [...differing(group, false)].length;
      }
      return count;
    },
    tellUsers(tells) {
      for (const told of lastById(tells)) {
        const { id } = told;
        const row = users.get(id) ?? ({ id, attempts: 0 } as MemoryRow);
        if (!users.has(id)) {
          if (told.told === undefined) continue;
          rows.set(users, id, row);
        }
        const before = tell(users, row, told);
        if (told.told === undefined) for (const groupId of rows.groupIdsOf(id, TOLD)) untell(groupId, id);
        else if (before === undefined) for (const groupId of rows.groupIdsOf(id, HAS)) rows.mark(groupId);
      }
    },
    tellGroups(tells) {
      for (const told of lastById(tells)) {
        const { id } = told;
        const row = groups.get(id) ?? newGroup(id);
        if (!groups.has(id)) {
          if (told.told === undefined) continue;
          rows.set(groups, id, row);
        }
        const before = tell(groups, row, told);
        if (told.told === undefined) {
          for (const [userId] of [...(rows.members.get(id) ?? [])]) untell(id, userId);
        } else if (before === undefined) rows.mark(id);
      }
    },
    tellMembers(tells) {
      for (const { groupId, userId, isMember } of tells) {
        if (!isMember) untell(groupId, userId);
        else if (users.get(userId)?.told !== undefined && groups.get(groupId)?.told !== undefined) {
          rows.setBits(groupId, userId, rows.bits(groupId, userId) | TOLD);
        }
        rows.mark(groupId);
      }
    },
    toldUsers: (limit, after) => users.after(after, limit, isTold).map(toldOf),
    toldGroups: (limit, after) => groups.after(after, limit, isTold).map(toldOf),
    toldMembers: (groupId, limit, after = '') =>
      [...(rows.members.get(groupId) ?? [])]
        .flatMap(([userId, bits]) => (bits & TOLD && userId > after ? [userId] : []))
        .sort()
        .slice(0, limit),
    deferMembers(groupId, due) {
      const group = groups.get(groupId);
      if (group) rows.edit(group, { deferred: due });
    },
    errors: (limit) =>
      [users, groups]
        .flatMap((map) => [...map.values()])
        .flatMap(({ id, attempts, error }) => (error ? [{ id, attempts, ...error }] : []))
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit),
    counts() {
      const count = (map: Map<string, MemoryRow>, isCounted: (row: MemoryRow) => boolean) =>
        [...map.values()].filter(isCounted).length;
      const isOkta = ({ raw }: MemoryRow) => raw !== undefined;
      const isFailed = ({ error }: MemoryRow) => error !== undefined;
      const memberships = (bit: number) =>
        [...rows.members.keys()].reduce((sum, groupId) => sum + rows.sizeOf(groupId, bit), 0);
      return {
        ...{ users: count(users, isOkta), groups: count(groups, isOkta), memberships: memberships(HAS) },
        ...{ toldUsers: count(users, isTold), toldGroups: count(groups, isTold) },
        toldActive: count(users, ({ active }) => active === true),
        toldMemberships: memberships(TOLD),
        errors: count(users, isFailed) + count(groups, isFailed),
      };
    },
  } satisfies Partial<Sync>;
}
