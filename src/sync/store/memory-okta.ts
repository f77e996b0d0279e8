import {
  earlier,
  HAS,
  LISTED,
  type MemoryGroup,
  type MemoryRow,
  type MemoryRows,
  newGroup,
  type Sync,
  TOLD,
} from './memory-rows.ts';
import { lastById } from './page.ts';

/** What Okta has. */
export function memoryOkta(rows: MemoryRows) {
  const { users, groups } = rows;
  const missed = (crawl: number) => (row: MemoryRow) => row.raw !== undefined && (row.seen ?? -1) < crawl;
  const membersOf = (groupId: string) => [...(rows.members.get(groupId) ?? [])];

  /** The members of this group are no longer known. */
  const forget = (group: MemoryGroup, due: number) => {
    for (const [userId, bits] of membersOf(group.id)) {
      if (bits & HAS) rows.userDue(userId, due);
      rows.setBits(group.id, userId, bits & TOLD);
    }
    rows.edit(group, { listed: undefined, next: undefined, marked: false });
    rows.mark(group.id);
  };
  const read = (group: MemoryGroup) => ({
    ...{ id: group.id, raw: group.raw as string, mirrored: group.mirrored, members: group.members },
    ...{ moved: group.moved, listed: group.listed, size: rows.sizeOf(group.id) },
  });
  const isRead = (group: MemoryGroup | undefined): group is MemoryGroup =>
    group?.raw !== undefined && group.members;

  return {
    putUsers(put, due, crawl) {
      let count = 0;
      for (const { id, raw } of lastById(put)) {
        const row = users.get(id) ?? ({ id, attempts: 0 } as MemoryRow);
        if (!users.has(id)) rows.set(users, id, row);
        if (row.raw !== raw) {
          count++;
          rows.edit(row, { raw, due: earlier(row.due, due) });
        }
        if (crawl !== undefined) rows.edit(row, { seen: crawl });
      }
      return count;
    },
    dropUsers(ids, due) {
      for (const id of ids) {
        for (const groupId of rows.groupIdsOf(id, HAS | LISTED)) {
          rows.setBits(groupId, id, rows.bits(groupId, id) & TOLD);
          rows.mark(groupId);
        }
        const row = users.get(id);
        if (row?.raw !== undefined) rows.drop(users, row, due);
      }
    },
    knownUsers: (ids) => ids.filter((id) => users.get(id)?.raw !== undefined),
    missedUsers: (crawl, limit, after) => users.after(after, limit, missed(crawl)).map(({ id }) => id),
    missedGroups: (crawl, limit, after) => groups.after(after, limit, missed(crawl)).map(({ id }) => id),

    putGroups(put, due, crawl) {
      let count = 0;
      for (const { id, raw, mirrored, members, moved } of lastById(put)) {
        const found = groups.get(id);
        const row = found ?? newGroup(id);
        if (!found) rows.set(groups, id, row);
        const isOther = row.raw !== raw || row.mirrored !== mirrored;
        if (isOther || row.members !== members) count++;
        if (row.raw === undefined || row.mirrored !== mirrored) rows.mark(id);
        if (row.members && !members) forget(row, due);
        rows.edit(row, { raw, mirrored, members, moved });
        if (!mirrored && row.told === undefined)
          rows.edit(row, { due: undefined, attempts: 0, error: undefined });
        else if (isOther) rows.edit(row, { due: earlier(row.due, due) });
        if (crawl !== undefined) rows.edit(row, { seen: crawl });
      }
      return count;
    },
    dropGroups(ids, due) {
      for (const id of ids) {
        const row = groups.get(id);
        if (row?.raw === undefined) continue;
        forget(row, due);
        rows.drop(groups, row, due);
      }
    },
    groups: (limit, after) => groups.after(after, limit, ({ raw }) => raw !== undefined).map(read),
    groupsById: (ids) =>
      [...new Set(ids)].sort().flatMap((id) => {
        const group = groups.get(id);
        return group?.raw === undefined ? [] : [read(group)];
      }),
    toList: (limit, after) =>
      groups
        .after(after, limit, (group) => isRead(group) && (group.listed === undefined || group.marked))
        .map(({ id, next }) => ({ id, ...(next === undefined ? {} : { next }), size: rows.sizeOf(id) })),
    markToList(ids) {
      for (const id of ids) {
        const group = groups.get(id);
        if (group?.raw !== undefined) rows.edit(group, { marked: true, next: undefined });
      }
    },
    addListed(groupId, userIds, next) {
      const group = groups.get(groupId);
      if (!isRead(group)) return [];
      if (group.next === undefined) {
        for (const [userId, bits] of membersOf(groupId)) rows.setBits(groupId, userId, bits & ~LISTED);
      }
      for (const userId of userIds) rows.setBits(groupId, userId, rows.bits(groupId, userId) | LISTED);
      rows.edit(group, { next });
      return userIds.filter((id) => users.get(id)?.raw === undefined);
    },
    endList(groupId, listed, due, seenSince) {
      const group = groups.get(groupId);
      const result = { added: 0, removed: 0 };
      if (!isRead(group)) return result;
      const isHidden = (userId: string) => {
        const user = users.get(userId);
        return user?.raw !== undefined && seenSince !== undefined && (user.seen ?? -1) < seenSince;
      };
      for (const [userId, bits] of membersOf(groupId)) {
        const had = (bits & HAS) !== 0;
        const has = (bits & LISTED) !== 0 || (had && isHidden(userId));
        rows.setBits(groupId, userId, (bits & TOLD) | (has ? HAS : 0));
        if (had === has) continue;
        result[has ? 'added' : 'removed']++;
        rows.userDue(userId, due);
      }
      rows.edit(group, { listed, next: undefined, marked: false });
      if (result.added + result.removed > 0) rows.mark(groupId);
      return result;
    },
    setMember(groupId, userId, isMember, due) {
      const group = groups.get(groupId);
      const bits = rows.bits(groupId, userId);
      const user = users.get(userId);
      if (isMember && user !== undefined && user.raw === undefined) return false;
      if (!isRead(group) || group.listed === undefined || ((bits & HAS) !== 0) === isMember) return false;
      rows.setBits(groupId, userId, bits ^ HAS);
      rows.userDue(userId, due);
      rows.mark(groupId);
      return true;
    },
  } satisfies Partial<Sync>;
}
