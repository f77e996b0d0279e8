import { lastById } from '../page.ts';
import type { Store, Told } from '../store.ts';
import { type Driver, earliest, NUMBERS, numbers } from './driver.ts';
import { forgetGone, markGroups, tell } from './rows.ts';

/** Users and groups that are due, and what they were told. */
export const targetMethods = (db: Driver) =>
  ({
    async dueAll(due) {
      await db.run(`UPDATE users SET due = ${earliest('$1')} WHERE has = 1 OR told = 1`, due);
      await db.run(
        `UPDATE groups SET due = ${earliest('$1')} WHERE told = 1 OR (has = 1 AND mirrored = 1)`,
        due,
      );
    },
    async dueUsers(now, limit, after = '', withGroups = true) {
      if (withGroups) await db.reverse();
      const groups = `(SELECT string_agg(groups.id, ' ') FROM member JOIN groups ON groups.n = member.g
        WHERE member.u = users.n AND member.has = 1)`;
      const rows = await db.all<DueRow & { groups: string | null }>(
        `${due('users', 'users_raw.text')}, ${withGroups ? groups : 'NULL'} AS groups ${dueFrom('users')}`,
        ...[now, after, limit],
      );
      return rows.map(({ groups, ...row }) => ({ ...read(row), groupIds: groups?.split(' ').sort() ?? [] }));
    },
    async dueGroups(now, limit, after = '') {
      const raw = 'CASE WHEN mirrored = 1 THEN groups_raw.text END';
      const rows = await db.all<DueRow>(`${due('groups', raw)} ${dueFrom('groups')}`, now, after, limit);
      return rows.map(read);
    },
    async tellUsers(rows) {
      const page = lastById(rows);
      const { begun, ended } = await tell(db, 'users', page);
      const [unmarked] = await db.all('SELECT 1 FROM groups WHERE adds = 0 OR removes = 0 LIMIT 1');
      if (unmarked) {
        await db.reverse();
        await db.run(markGroups(`SELECT g FROM member WHERE has = 1 AND u IN (${NUMBERS})`), begun);
      }
      await untell(db, 'u', ended);
      await forgetGone(db, 'users', idsWithout(page));
    },
    async tellGroups(rows) {
      const page = lastById(rows);
      const { begun, ended } = await tell(db, 'groups', page);
      await db.run(markGroups(NUMBERS), begun);
      await untell(db, 'g', ended);
      await forgetGone(db, 'groups', idsWithout(page));
    },
    toldUsers: (limit, after = '') => db.all(toldOf('users'), after, limit),
    toldGroups: (limit, after = '') => db.all(toldOf('groups'), after, limit),
    async toldMembers(groupId, limit, after = '') {
      const rows = await db.all<{ id: string }>(
        `SELECT users.id FROM member JOIN users ON users.n = member.u JOIN groups ON groups.n = member.g
         WHERE groups.id = $1 AND member.told = 1 AND users.id > $2 ORDER BY users.id LIMIT $3`,
        ...[groupId, after, limit],
      );
      return rows.map(({ id }) => id);
    },
    async errors(limit) {
      const of = (table: string) => `SELECT id, attempts, error FROM ${table} WHERE error IS NOT NULL`;
      const rows = await db.all<{ id: string; attempts: number; error: string }>(
        `${of('users')} UNION ALL ${of('groups')} ORDER BY id LIMIT $1`,
        limit,
      );
      return rows.map(({ id, attempts, error }) => ({ id, attempts, ...JSON.parse(error) }));
    },
    async counts() {
      const of = (table: string) =>
        db.all<Record<'has' | 'told' | 'active' | 'errors', number>>(
          `SELECT count(*) FILTER (WHERE has = 1) AS has, count(*) FILTER (WHERE told = 1) AS told,
             count(*) FILTER (WHERE active = 1) AS active, count(error) AS errors FROM ${table}`,
        );
      const [users] = await of('users');
      const [groups] = await of('groups');
      const [members] = await db.all<Record<'has' | 'told', number>>(
        'SELECT count(*) FILTER (WHERE has = 1) AS has, count(*) FILTER (WHERE told = 1) AS told FROM member',
      );
      return {
        ...{ users: users?.has ?? 0, groups: groups?.has ?? 0, memberships: members?.has ?? 0 },
        ...{ toldUsers: users?.told ?? 0, toldActive: users?.active ?? 0, toldGroups: groups?.told ?? 0 },
        ...{ toldMemberships: members?.told ?? 0, errors: (users?.errors ?? 0) + (groups?.errors ?? 0) },
      };
    },
  }) satisfies Partial<Store>;

interface DueRow {
  id: string;
  raw: string | null;
  told: string | null;
  attempts: number;
}

const due = (table: string, raw: string): string =>
  `SELECT ${table}.id, ${raw} AS raw, ${table}_told.text AS told,
     CASE WHEN error IS NULL THEN 0 ELSE attempts END AS attempts`;

/** The few that are due first: Postgres would join whole tables. */
const dueFrom = (table: string): string =>
  `FROM (SELECT * FROM ${table} WHERE due IS NOT NULL AND due <= $1 AND id > $2 ORDER BY id LIMIT $3) AS ${table}
     LEFT JOIN ${table}_raw ON ${table}_raw.n = ${table}.n
     LEFT JOIN ${table}_told ON ${table}_told.n = ${table}.n
   ORDER BY ${table}.id`;

const toldOf = (table: string): string =>
  `SELECT ${table}.id, ${table}_told.text AS told FROM ${table} JOIN ${table}_told ON ${table}_told.n = ${table}.n
   WHERE ${table}.told = 1 AND ${table}.id > $1 ORDER BY ${table}.id LIMIT $2`;

const read = ({ id, raw, told, attempts }: DueRow) => ({
  ...{ id, raw: raw ?? undefined, told: told ?? undefined, attempts },
});

const NOBODY = numbers([]);

const idsWithout = (rows: readonly Told[]): string[] =>
  rows.flatMap(({ id, told }) => (told === undefined ? [id] : []));

/** The target no longer has these users (`u`) or groups (`g`), and so none of their memberships. */
async function untell(db: Driver, key: 'u' | 'g', list: string): Promise<void> {
  if (list === NOBODY) return;
  if (key === 'u') await db.reverse();
  const own = `told = 1 AND ${key} IN (${NUMBERS})`;
  await db.run(`DELETE FROM member WHERE has = 0 AND listed = 0 AND ${own}`, list);
  await db.run(`UPDATE member SET told = 0 WHERE ${own}`, list);
}
