import type { DueMember, Store } from '../store.ts';
import { type Driver, listOf, numbers } from './driver.ts';
import { markGroups } from './rows.ts';

interface Found {
  n: number;
  groupId: string;
  userId: string;
}

const CALM = '(deferred IS NULL OR deferred <= $1)';

/** CROSS JOIN: SQLite begins with the groups that may differ, and goes on with the index of what was added or has left. */
const differing = (where: string): string =>
  `SELECT groups.n, groups.id AS "groupId", users.id AS "userId"
   FROM groups CROSS JOIN member CROSS JOIN users
   WHERE member.g = groups.n AND users.n = member.u AND ${CALM} AND ${where}
   ORDER BY groups.n LIMIT $2`;

const ADDED = differing(
  `groups.adds = 1 AND groups.mirrored = 1 AND groups.has = 1 AND groups.told = 1 AND users.told = 1
   AND member.has = 1 AND member.told = 0`,
);
const LEFT = differing('groups.removes = 1 AND member.has = 0 AND member.told = 1');
const UNMIRRORED = differing(
  'groups.removes = 1 AND groups.mirrored = 0 AND member.has = 1 AND member.told = 1',
);

/** Memberships that differ, and what the target was told. */
export const dueMemberMethods = (db: Driver) =>
  ({
    async dueMembers(now, isMember, limit) {
      const found: Found[] = [];
      for (const sql of isMember ? [ADDED] : [LEFT, UNMIRRORED]) {
        if (found.length < limit) found.push(...(await db.all<Found>(sql, now, limit - found.length)));
      }
      // Groups before the last one that was found, or all, have nothing else.
      const isAll = found.length < limit;
      const last = isAll ? 2 ** 31 - 1 : isMember ? (found.at(-1)?.n ?? 0) : 0;
      const flag = isMember ? 'adds' : 'removes';
      await db.run(
        `UPDATE groups SET ${flag} = 0 WHERE ${flag} = 1 AND ${CALM} AND n < $2
           AND n NOT IN (SELECT CAST(page.value->>0 AS INTEGER) FROM page($3))`,
        ...[now, last, numbers(found)],
      );
      return found.map(({ groupId, userId }): DueMember => ({ groupId, userId, isMember }));
    },
    async countLeaving(now) {
      const [found] = await db.all<{ count: number }>(
        `SELECT count(*) AS count FROM groups CROSS JOIN member
         WHERE member.g = groups.n AND ${CALM} AND groups.removes = 1 AND member.told = 1
           AND (member.has = 0 OR groups.mirrored = 0)`,
        now,
      );
      return found?.count ?? 0;
    },
    async tellMembers(rows) {
      const last = new Map(rows.map((row) => [`${row.groupId} ${row.userId}`, row]));
      const page = (isMember: boolean) =>
        JSON.stringify(
          [...last.values()].flatMap((row) => (row.isMember === isMember ? [[row.groupId, row.userId]] : [])),
        );
      await db.run(
        `INSERT INTO member (g, u, has, told, listed)
         SELECT groups.n, users.n, 0, 1, 0 FROM page($1)
           JOIN groups ON groups.id = page.value->>0 AND groups.told = 1
           JOIN users ON users.id = page.value->>1 AND users.told = 1
         WHERE true ON CONFLICT (g, u) DO UPDATE SET told = 1`,
        page(true),
      );
      const removed = page(false);
      const pairs = `(g, u) IN (SELECT groups.n, users.n FROM page($1)
        JOIN groups ON groups.id = page.value->>0 JOIN users ON users.id = page.value->>1)`;
      await db.run(`UPDATE member SET told = 0 WHERE told = 1 AND ${pairs}`, removed);
      await db.run(`DELETE FROM member WHERE has = 0 AND told = 0 AND listed = 0 AND ${pairs}`, removed);
      await db.run(
        markGroups(`SELECT n FROM groups WHERE id IN (SELECT page.value->>0 FROM page($1))`),
        listOf(rows.map(({ groupId }) => groupId)),
      );
    },
    async deferMembers(groupId, due) {
      await db.run('UPDATE groups SET deferred = $2 WHERE id = $1', groupId, due);
    },
  }) satisfies Partial<Store>;
