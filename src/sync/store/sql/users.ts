import { lastById } from '../page.ts';
import type { Store } from '../store.ts';
import { type Driver, earliest, IDS, listOf, NUMBERS, numbers } from './driver.ts';
import { dropRaw, markGroups, missed, putRaw } from './rows.ts';

/** Of these, the ids that Okta has. */
export async function knownUsers(db: Driver, ids: readonly string[]): Promise<string[]> {
  const found = await db.all<{ id: string }>(
    `SELECT id FROM users WHERE has = 1 AND id IN (${IDS}) ORDER BY id`,
    listOf(ids),
  );
  return found.map(({ id }) => id);
}

/** Users as Okta has them. */
export const userMethods = (db: Driver) =>
  ({
    async putUsers(users, due, crawl) {
      const page = lastById(users);
      const changed = await putRaw(db, 'users', page);
      await db.run(
        `UPDATE users SET has = 1, due = ${earliest('$2')} WHERE n IN (${NUMBERS})`,
        ...[numbers(changed), due],
      );
      if (crawl !== undefined) {
        const ids = listOf(page.map(({ id }) => id));
        await db.run(`UPDATE users SET seen = $2 WHERE id IN (${IDS})`, ids, crawl);
      }
      return changed.length;
    },
    async dropUsers(ids, due) {
      await db.reverse();
      const list = listOf(ids);
      const own = `u IN (SELECT n FROM users WHERE id IN (${IDS}))`;
      await db.run(markGroups(`SELECT g FROM member WHERE has = 1 AND ${own}`), list);
      await db.run(`DELETE FROM member WHERE told = 0 AND ${own}`, list);
      await db.run(`UPDATE member SET has = 0, listed = 0 WHERE ${own}`, list);
      await dropRaw(db, 'users', ids, due);
      await db.run(`DELETE FROM users WHERE has = 0 AND told = 0 AND id IN (${IDS})`, list);
    },
    knownUsers: (ids) => knownUsers(db, ids),
    missedUsers: (crawl, limit, after) => missed(db, 'users', crawl, limit, after),
  }) satisfies Partial<Store>;
