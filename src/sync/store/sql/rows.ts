import type { Told } from '../store.ts';
import { type Driver, earliest, IDS, listOf, NUMBERS, numbers } from './driver.ts';

export type Table = 'users' | 'groups';

interface Numbered {
  n: number;
}

/** Gives a number to each id of the list that has none. */
export const number = (db: Driver, table: Table, ids: readonly string[]): Promise<number> =>
  db.run(
    `INSERT INTO ${table} (id) SELECT page.value->>0 FROM page($1)
     WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE id = page.value->>0)`,
    listOf(ids),
  );

/** Saves the texts of Okta. @returns the numbers of those that differ. */
export async function putRaw(
  db: Driver,
  table: Table,
  rows: readonly { id: string; raw: string }[],
): Promise<Numbered[]> {
  await number(
    db,
    table,
    rows.map(({ id }) => id),
  );
  return db.all(
    `INSERT INTO ${table}_raw (n, text)
     SELECT n, page.value->>1 FROM page($1) JOIN ${table} ON id = page.value->>0 WHERE true
     ON CONFLICT (n) DO UPDATE SET text = excluded.text WHERE ${table}_raw.text <> excluded.text RETURNING n`,
    JSON.stringify(rows.map(({ id, raw }) => [id, raw])),
  );
}

/** Okta no longer has these. @returns their numbers. */
export async function dropRaw(
  db: Driver,
  table: Table,
  ids: readonly string[],
  due: number,
): Promise<string> {
  const dropped = await db.all<Numbered>(
    `UPDATE ${table} SET has = 0, due = ${earliest('$2')} WHERE has = 1 AND id IN (${IDS}) RETURNING n`,
    ...[listOf(ids), due],
  );
  await db.run(`DELETE FROM ${table}_raw WHERE n IN (${NUMBERS})`, numbers(dropped));
  return numbers(dropped);
}

export async function missed(
  db: Driver,
  table: Table,
  crawl: number,
  limit: number,
  after = '',
): Promise<string[]> {
  const rows = await db.all<{ id: string }>(
    `SELECT id FROM ${table} WHERE has = 1 AND (seen IS NULL OR seen < $1) AND id > $2 ORDER BY id LIMIT $3`,
    ...[crawl, after, limit],
  );
  return rows.map(({ id }) => id);
}

/** What telling does to the rows of both tables. @returns numbers of those that the target now has, or no longer has. */
export async function tell(
  db: Driver,
  table: Table,
  rows: readonly Told[],
): Promise<{ begun: string; ended: string }> {
  const page = JSON.stringify(
    rows.map(({ id, told, active, due, error }) => [
      ...[id, told ?? null, told !== undefined && active ? 1 : 0, due ?? null],
      error ? JSON.stringify(error) : null,
    ]),
  );
  await number(
    db,
    table,
    rows.flatMap(({ id, told }) => (told === undefined ? [] : [id])),
  );
  const turned = await db.all<Numbered & { told: number }>(
    `SELECT n, told FROM page($1) JOIN ${table} ON id = page.value->>0
     WHERE told <> CASE WHEN page.value->>1 IS NULL THEN 0 ELSE 1 END`,
    page,
  );
  await db.run(
    `INSERT INTO ${table}_told (n, text)
     SELECT n, page.value->>1 FROM page($1) JOIN ${table} ON id = page.value->>0 WHERE page.value->>1 IS NOT NULL
     ON CONFLICT (n) DO UPDATE SET text = excluded.text WHERE ${table}_told.text <> excluded.text`,
    page,
  );
  const ended = numbers(turned.filter(({ told }) => told === 1));
  await db.run(`DELETE FROM ${table}_told WHERE n IN (${NUMBERS})`, ended);
  // Telling without an error is no success yet: the target may refuse it, and the row comes back.
  await db.run(
    `UPDATE ${table} SET
       told = CASE WHEN page.value->>1 IS NULL THEN 0 ELSE 1 END,
       active = CAST(page.value->>2 AS INTEGER),
       due = CAST(page.value->>3 AS BIGINT),
       attempts = CASE WHEN page.value->>4 IS NOT NULL THEN attempts + 1 WHEN error IS NULL THEN 0 ELSE attempts END,
       error = page.value->>4
     FROM page($1) WHERE id = page.value->>0`,
    page,
  );
  return { begun: numbers(turned.filter(({ told }) => told === 0)), ended };
}

/** Deletes those that neither Okta nor the target has; a number that memberships refer to stays. */
export async function forgetGone(db: Driver, table: Table, ids: readonly string[]): Promise<void> {
  const gone = `has = 0 AND told = 0 AND id IN (${IDS})`;
  const key = table === 'users' ? 'u' : 'g';
  await db.run(
    `DELETE FROM ${table} WHERE ${gone} AND NOT EXISTS (SELECT 1 FROM member WHERE member.${key} = ${table}.n)`,
    listOf(ids),
  );
  await db.run(
    `UPDATE ${table} SET seen = NULL, due = NULL, attempts = 0, error = NULL WHERE ${gone}`,
    listOf(ids),
  );
}

/** Users of a subquery of numbers are due; those that are only known as members are not. */
export const dueUsersIn = (select: string): string =>
  `UPDATE users SET due = ${earliest('$2')} WHERE (has = 1 OR told = 1) AND n IN (${select})`;

/** Memberships of these groups may differ. */
export const markGroups = (select: string): string =>
  `UPDATE groups SET adds = 1, removes = 1 WHERE (adds = 0 OR removes = 0) AND n IN (${select})`;
