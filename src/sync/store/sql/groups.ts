import { lastById } from '../page.ts';
import type { RawGroup, Store } from '../store.ts';
import { type Driver, earliest, IDS, listOf, NUMBERS, numbers } from './driver.ts';
import { dropRaw, dueUsersIn, markGroups, missed, putRaw } from './rows.ts';

interface GroupRecord {
  id: string;
  raw: string;
  mirrored: number;
  members: number;
  moved: number | null;
  listed: number | null;
  size: number;
}

const SIZE = '(SELECT count(*) FROM member WHERE member.g = groups.n AND member.has = 1) AS size';
const SELECT = `SELECT id, text AS raw, mirrored, members, moved, listed, ${SIZE}
  FROM groups JOIN groups_raw ON groups_raw.n = groups.n`;

const read = (row: GroupRecord): RawGroup & { size: number; listed?: number } => ({
  ...{ id: row.id, raw: row.raw, mirrored: row.mirrored === 1, members: row.members === 1 },
  ...(row.moved === null ? {} : { moved: row.moved }),
  ...(row.listed === null ? {} : { listed: row.listed }),
  size: row.size,
});

/** The members of these groups are no longer known. */
async function forgetMembers(db: Driver, groups: string, due: number): Promise<void> {
  const own = `g IN (${NUMBERS})`;
  await db.run(dueUsersIn(`SELECT u FROM member WHERE has = 1 AND ${own}`), groups, due);
  await db.run(`DELETE FROM member WHERE told = 0 AND ${own}`, groups);
  await db.run(`UPDATE member SET has = 0, listed = 0 WHERE ${own}`, groups);
  await db.run(`UPDATE groups SET listed = NULL, next = NULL, marked = 0 WHERE n IN (${NUMBERS})`, groups);
  await db.run(markGroups(NUMBERS), groups);
}

/** Groups as Okta has them. */
export const groupMethods = (db: Driver) =>
  ({
    async putGroups(groups, due, crawl) {
      const page = lastById(groups);
      const rows = JSON.stringify(
        page.map(({ id, mirrored, members, moved }) => [id, +mirrored, +members, moved ?? null]),
      );
      const changed = await putRaw(db, 'groups', page);
      const used = await db.all<{ n: number; mirrored: number; members: number; loses: number }>(
        `SELECT n, mirrored <> CAST(page.value->>1 AS INTEGER) AS mirrored,
           members <> CAST(page.value->>2 AS INTEGER) AS members,
           members > CAST(page.value->>2 AS INTEGER) AS loses
         FROM page($1) JOIN groups ON id = page.value->>0
         WHERE mirrored <> CAST(page.value->>1 AS INTEGER) OR members <> CAST(page.value->>2 AS INTEGER)`,
        rows,
      );
      const losing = used.filter(({ loses }) => loses);
      if (losing.length > 0) await forgetMembers(db, numbers(losing), due);
      const turned = used.filter(({ mirrored }) => mirrored);
      await db.run(markGroups(`SELECT n FROM groups WHERE has = 0 AND n IN (${NUMBERS})`), numbers(changed));
      await db.run(markGroups(NUMBERS), numbers(turned));
      await db.run(
        `UPDATE groups SET has = 1, mirrored = CAST(page.value->>1 AS INTEGER),
           members = CAST(page.value->>2 AS INTEGER), moved = CAST(page.value->>3 AS BIGINT),
           seen = coalesce($2, seen)
         FROM page($1) WHERE id = page.value->>0`,
        ...[rows, crawl ?? null],
      );
      const other = numbers([...changed, ...turned]);
      await db.run(`UPDATE groups SET due = ${earliest('$2')} WHERE n IN (${NUMBERS})`, other, due);
      await db.run(
        `UPDATE groups SET due = NULL, attempts = 0, error = NULL
         WHERE mirrored = 0 AND told = 0 AND (due IS NOT NULL OR error IS NOT NULL) AND id IN (${IDS})`,
        listOf(page.map(({ id }) => id)),
      );
      return new Set([...changed, ...used].map(({ n }) => n)).size;
    },
    async dropGroups(ids, due) {
      const dropped = await dropRaw(db, 'groups', ids, due);
      await forgetMembers(db, dropped, due);
      await db.run(`DELETE FROM groups WHERE told = 0 AND n IN (${NUMBERS})`, dropped);
    },
    missedGroups: (crawl, limit, after) => missed(db, 'groups', crawl, limit, after),
    async groups(limit, after = '') {
      const rows = await db.all<GroupRecord>(`${SELECT} WHERE id > $1 ORDER BY id LIMIT $2`, after, limit);
      return rows.map(read);
    },
    async groupsById(ids) {
      const rows = await db.all<GroupRecord>(`${SELECT} WHERE id IN (${IDS}) ORDER BY id`, listOf(ids));
      return rows.map(read);
    },
    async toList(limit, after = '') {
      const rows = await db.all<{ id: string; next: string | null; size: number }>(
        `SELECT id, next, ${SIZE} FROM groups
         WHERE has = 1 AND members = 1 AND (listed IS NULL OR marked = 1) AND id > $1 ORDER BY id LIMIT $2`,
        ...[after, limit],
      );
      return rows.map(({ id, next, size }) => ({ id, ...(next === null ? {} : { next }), size }));
    },
    async markToList(ids) {
      await db.run(`UPDATE groups SET marked = 1, next = NULL WHERE has = 1 AND id IN (${IDS})`, listOf(ids));
    },
  }) satisfies Partial<Store>;
