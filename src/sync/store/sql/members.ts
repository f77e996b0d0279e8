import type { Store } from '../store.ts';
import { type Driver, listOf } from './driver.ts';
import { dueUsersIn, markGroups, number } from './rows.ts';
import { NO_REVERSE } from './schema.ts';
import { knownUsers } from './users.ts';

interface Listing {
  n: number;
  next: string | null;
  listed: number | null;
}

/** Memberships as Okta has them. */
export function memberMethods(db: Driver) {
  /** A group whose members are read. */
  const listing = async (groupId: string): Promise<Listing | undefined> => {
    const [found] = await db.all<Listing>(
      'SELECT n, next, listed FROM groups WHERE id = $1 AND has = 1 AND members = 1',
      groupId,
    );
    return found;
  };
  const mark = (n: number) => db.run(markGroups('SELECT CAST($1 AS INTEGER)'), n);

  return {
    async addListed(groupId, userIds, next) {
      const group = await listing(groupId);
      if (!group) return [];
      if (group.next === null) {
        // The index slows a first load down by far.
        const [any] = await db.all('SELECT 1 AS one FROM member LIMIT 1');
        if (!any) await db.run(NO_REVERSE);
        await db.run('DELETE FROM member WHERE g = $1 AND listed = 1 AND has = 0 AND told = 0', group.n);
        await db.run('UPDATE member SET listed = 0 WHERE g = $1 AND listed = 1', group.n);
      }
      const ids = [...new Set(userIds)];
      const add = (least: number) =>
        db.run(
          `INSERT INTO member (g, u, has, told, listed)
           SELECT CAST($2 AS INTEGER), n, 0, 0, 1 FROM page($1) JOIN users ON id = page.value->>0
           WHERE users.has >= ${least} ORDER BY n
           ON CONFLICT (g, u) DO UPDATE SET listed = 1`,
          ...[listOf(ids), group.n],
        );
      let unknown: string[] = [];
      if ((await add(1)) < ids.length) {
        const known = new Set(await knownUsers(db, ids));
        unknown = ids.filter((id) => !known.has(id));
        await number(db, 'users', unknown);
        await add(0);
      }
      await db.run('UPDATE groups SET next = $2 WHERE n = $1', group.n, next ?? null);
      return unknown;
    },
    async endList(groupId, listed, due, seenSince) {
      const group = await listing(groupId);
      if (!group) return { added: 0, removed: 0 };
      if (seenSince !== undefined) {
        await db.run(
          `UPDATE member SET listed = 1 WHERE g = $1 AND has = 1 AND listed = 0 AND EXISTS
             (SELECT 1 FROM users WHERE n = u AND has = 1 AND (seen IS NULL OR seen < $2))`,
          ...[group.n, seenSince],
        );
      }
      const [result = { added: 0, removed: 0 }] = await db.all<{ added: number; removed: number }>(
        `SELECT count(*) FILTER (WHERE listed > has) AS added, count(*) FILTER (WHERE has > listed) AS removed
         FROM member WHERE g = $1`,
        group.n,
      );
      if (result.added + result.removed > 0) {
        if (due !== undefined) {
          await db.run(dueUsersIn('SELECT u FROM member WHERE g = $1 AND has <> listed'), group.n, due);
        }
        await mark(group.n);
      }
      await db.run('DELETE FROM member WHERE g = $1 AND listed = 0 AND told = 0', group.n);
      await db.run(
        'UPDATE member SET has = listed, listed = 0 WHERE g = $1 AND (listed = 1 OR has = 1)',
        group.n,
      );
      await db.run(
        'UPDATE groups SET listed = $2, next = NULL, marked = 0 WHERE n = $1',
        ...[group.n, listed],
      );
      return { ...result };
    },
    async setMember(groupId, userId, isMember, due) {
      const group = await listing(groupId);
      if (!group || group.listed === null) return false;
      if (isMember) await number(db, 'users', [userId]);
      const [user] = await db.all<{ n: number; isGone: number }>(
        'SELECT n, CASE WHEN told = 1 AND has = 0 THEN 1 ELSE 0 END AS "isGone" FROM users WHERE id = $1',
        userId,
      );
      if (!user || (isMember && user.isGone)) return false;
      const count = isMember
        ? await db.run(
            `INSERT INTO member (g, u, has, told, listed) VALUES ($1, $2, 1, 0, 0)
             ON CONFLICT (g, u) DO UPDATE SET has = 1 WHERE member.has = 0`,
            ...[group.n, user.n],
          )
        : await db.run('UPDATE member SET has = 0 WHERE g = $1 AND u = $2 AND has = 1', group.n, user.n);
      if (count === 0) return false;
      await db.run(
        'DELETE FROM member WHERE g = $1 AND u = $2 AND has = 0 AND told = 0 AND listed = 0',
        ...[group.n, user.n],
      );
      if (due !== undefined) await db.run(dueUsersIn('SELECT CAST($1 AS INTEGER)'), user.n, due);
      await mark(group.n);
      return true;
    },
    async dueMembersOf(groupIds, due) {
      const own = 'SELECT u FROM member JOIN groups ON n = g WHERE member.has = 1 AND id IN';
      await db.run(dueUsersIn(`${own} (SELECT page.value->>0 FROM page($1))`), listOf(groupIds), due);
    },
  } satisfies Partial<Store>;
}
