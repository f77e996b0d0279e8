import type { ClientBase } from 'pg';
import { uniqueKey } from './postgres-rows.ts';
import { emailsOf, externalIdOf, NotUnique, nameOf, type ScimWrite, StaleWrite } from './store.ts';

/**
 * Makes one change within a transaction that no other commit runs beside.
 * @throws StaleWrite, NotUnique, and what the database says.
 */
export async function applyScimWrite(client: ClientBase, write: ScimWrite): Promise<void> {
  const run = async (sql: string, ...values: unknown[]) => {
    const { rows, rowCount } = await client.query(sql, values).catch((error) => {
      throw meaning(error);
    });
    return { rows, changes: rowCount ?? 0 };
  };
  const { type, id, expected, after, added = [], removed = [] } = write;
  const put = () => {
    if (!after) {
      return run(
        'SELECT n FROM resource WHERE id = $1 AND type = $2 AND version = $3',
        ...[id, type, expected],
      );
    }
    const { createdMs, modifiedMs, attributes } = after;
    const external = externalIdOf(attributes);
    const values = [
      ...[id, type, modifiedMs, uniqueKey('name', nameOf(type, attributes))],
      ...[external === undefined ? null : uniqueKey('externalId', external), JSON.stringify(attributes)],
      emailsOf(attributes).map((address) => uniqueKey('name', address)),
    ];
    return expected === 0
      ? run(
          `INSERT INTO resource (id, type, modified, name, external, body, emails, version, created)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8) RETURNING n`,
          ...[...values, createdMs],
        )
      : run(
          `UPDATE resource SET version = version + 1, modified = $3, name = $4, external = $5, body = $6,
             emails = $7
           WHERE id = $1 AND type = $2 AND version = $8 RETURNING n`,
          ...[...values, expected],
        );
  };
  const { rows } = await put();
  if (rows.length === 0) throw new StaleWrite();
  const { n } = rows[0];
  const wants = async (list: readonly string[], sql: string) => {
    if (list.length > 0 && (await run(sql, n, list)).changes !== list.length) throw new StaleWrite();
  };
  await wants(added, 'INSERT INTO member (g, m) SELECT $1::bigint, n FROM resource WHERE id = ANY ($2)');
  await wants(
    removed,
    'DELETE FROM member WHERE g = $1 AND m IN (SELECT n FROM resource WHERE id = ANY ($2))',
  );
  if (after) return;
  if ((await run('SELECT 1 FROM member WHERE m = $1 LIMIT 1', n)).changes > 0) throw new StaleWrite();
  await run('DELETE FROM member WHERE g = $1', n);
  await run('DELETE FROM resource WHERE n = $1', n);
}

/** The violation of a unique index. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE = '23505';

function meaning(error: { code?: string; constraint?: string }): unknown {
  if (error.code !== UNIQUE) return error;
  if (error.constraint === 'resource_name') return new NotUnique('name');
  return error.constraint === 'resource_external' ? new NotUnique('externalId') : new StaleWrite();
}

/** True for a failure of the database. */
export const notOurs = (error: unknown): boolean =>
  !(error instanceof StaleWrite || error instanceof NotUnique);
