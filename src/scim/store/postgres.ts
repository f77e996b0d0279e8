import { randomUUID } from 'node:crypto';
import { enterSchema, pgDriver, postgresPlace, prepareSchema } from '../../state/postgres.ts';
import { KeyedLock } from '../write/lock.ts';
import { applyScimWrite, notOurs } from './postgres-commit.ts';
import { PostgresConsumers } from './postgres-consumers.ts';
import { POSTGRES_TABLES, uniqueKey } from './postgres-rows.ts';
import { FORGOTTEN_DAYS, readRow, type ScimRow } from './rows.ts';
import type { ScimEvent, ScimStore } from './store.ts';

/** The tables are in a schema of their own: another with `?schema=`. */
const SCHEMA = 'okta_scim';
const KIND = {
  version: 1,
  tables: POSTGRES_TABLES,
  mark: 'resource',
  startOver: 'Okta has to provision everybody again',
};
/** Readers at a time; commits go one after the other. */
const CONNECTIONS = 10;
/** How long a statement may take, and a transaction of a server that is suspended may keep the others waiting. */
const LIMITS = "SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '10s'";
/** A connection whose other end is gone without a word ends after this, in milliseconds. */
const SILENCE_MS = 25_000;

/**
 * A store in Postgres, for servers on several machines. Their commits go one after the other, so that events are read in the order
 * in which they were made; one of them at a time delivers to a consumer.
 * @param url `postgres://user:password@host/database`; `?schema=` names the schema, for several stores in one database.
 * @throws InputError when the package `pg` is missing, the URL cannot be used, or the schema has something else; OktaError
 * `state_locked` when the database cannot be used. Methods throw that as well: with `retryable`, while it is away.
 */
export async function postgresScimStore(url: string): Promise<ScimStore> {
  const place = await postgresPlace(url, SCHEMA);
  const { Client, Pool } = await pgDriver();
  const config = { ...place.config, query_timeout: SILENCE_MS };
  const pool = new Pool({
    ...{ ...config, max: CONNECTIONS },
    async onConnect(client) {
      await enterSchema(client, place.schema);
      await client.query(LIMITS);
    },
  });
  // An unheard error of an idle connection would end the process; the pool opens another one.
  pool.on('error', () => {});
  const own = randomUUID();
  const channel = `${place.schema}_events`.slice(0, 63);
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const call of listeners) call();
  };
  const consumers = new PostgresConsumers({ connect: () => new Client(config), channel, own, tell });
  const inTurn = new KeyedLock();
  let isOpen = true;

  /** @throws as the store does, for what the database says; what is ours stays. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw notOurs(error) ? place.failure(error) : error;
    }
  };
  const all = <T>(sql: string, ...values: unknown[]): Promise<T[]> =>
    guarded(async () => (await pool.query(sql, values)).rows as T[]);

  const COLUMNS = 'n, type, id, version, created, modified, body';
  const store: ScimStore = {
    get: async (type, ids) =>
      (
        await all<ScimRow>(
          `SELECT ${COLUMNS} FROM resource WHERE type = $1 AND id = ANY ($2)`,
          ...[type, storable(ids)],
        )
      ).map(readRow),
    async find(type, attribute, value) {
      const column = attribute === 'name' ? 'name' : 'external';
      const [found] = await all<ScimRow>(
        `SELECT ${COLUMNS} FROM resource WHERE type = $1 AND ${column} = $2`,
        ...[type, uniqueKey(attribute, value)],
      );
      return found && readRow(found);
    },
    withEmail: async (address) =>
      (
        await all<ScimRow>(
          `SELECT ${COLUMNS} FROM resource WHERE emails @> ARRAY[$1]`,
          uniqueKey('name', address),
        )
      ).map(readRow),
    async count(type) {
      const [row] = await all<{ count: number }>('SELECT count(*) FROM resource WHERE type = $1', type);
      return row?.count ?? 0;
    },
    page: async (type, { after = 0, offset = 0, limit }) =>
      (
        await all<ScimRow>(
          `SELECT ${COLUMNS} FROM resource WHERE type = $1 AND n > $2 ORDER BY n LIMIT $3 OFFSET $4`,
          ...[type, after, limit, offset],
        )
      ).map(readRow),
    members: async (groupId, { after = 0, limit }) =>
      (
        await all<ScimRow>(
          `SELECT resource.n, type, id, body FROM member JOIN resource ON resource.n = m
           WHERE g = (SELECT n FROM resource WHERE id = $1 AND type = 'Group') AND m > $2 ORDER BY m LIMIT $3`,
          ...[groupId, after, limit],
        )
      ).map(({ n, type, id, body }) => ({ n, type, id, attributes: JSON.parse(body) })),
    async membersAmong(groupId, ids) {
      const found = await all<{ id: string }>(
        `SELECT id FROM resource JOIN member ON m = n
         WHERE id = ANY ($2) AND g = (SELECT n FROM resource WHERE id = $1 AND type = 'Group')`,
        ...[groupId, storable(ids)],
      );
      return new Set(found.map(({ id }) => id));
    },
    async groupsOf(memberIds) {
      const found = await all<{ memberId: string; groupId: string; body: string }>(
        `SELECT person.id AS "memberId", grp.id AS "groupId", grp.body
         FROM resource AS person JOIN member ON m = person.n JOIN resource AS grp ON grp.n = g
         WHERE person.id = ANY ($1) ORDER BY grp.n`,
        storable(memberIds),
      );
      return found.map(({ body, ...rest }) => ({ ...rest, displayName: JSON.parse(body).displayName }));
    },
    async commit(writes, events) {
      await guarded(() =>
        inTurn.run('commit', async () => {
          const client = await pool.connect();
          try {
            await client.query(
              `BEGIN; SELECT pg_advisory_xact_lock(hashtext('okta-connector commit'), hashtext('${place.schema}'))`,
            );
            for (const each of writes) await applyScimWrite(client, each);
            if (events.length > 0) {
              await client.query(
                `INSERT INTO event (value) SELECT value FROM unnest($1::text[]) WITH ORDINALITY AS made (value, place)
                 ORDER BY place`,
                [events.map((event) => JSON.stringify(event))],
              );
              await client.query('SELECT pg_notify($1, $2)', [channel, own]);
            }
            await client.query('COMMIT');
            client.release();
          } catch (error) {
            // A connection that failed may be anywhere in its transaction: the server rolls back when it ends.
            const isOver = !notOurs(error) && (await client.query('ROLLBACK').catch(() => undefined));
            client.release(!isOver);
            throw error;
          }
        }),
      );
      if (events.length > 0) tell();
    },
    events: async (after, limit) =>
      (
        await all<{ seq: number; value: string }>(
          'SELECT seq, value FROM event WHERE seq > $1 ORDER BY seq LIMIT $2',
          ...[after, limit],
        )
      ).map(({ seq, value }) => ({ seq, ...(JSON.parse(value) as Omit<ScimEvent, 'seq'>) })),
    async acknowledge(consumer, seq) {
      await all(
        `INSERT INTO consumer (name, seq, seen) VALUES ($1, $2, now())
         ON CONFLICT (name) DO UPDATE SET seq = greatest(consumer.seq, excluded.seq), seen = excluded.seen
         WHERE consumer.seq < excluded.seq OR consumer.seen < excluded.seen - interval '1 day'`,
        ...[consumer, seq],
      );
      await all(
        `DELETE FROM event WHERE seq <=
           (SELECT min(seq) FROM consumer WHERE seen > now() - interval '${FORGOTTEN_DAYS} days')`,
      );
    },
    claim: (consumer) => guarded(() => consumers.claim(consumer)),
    async position(consumer) {
      const [row] = await all<{ seq: number }>('SELECT seq FROM consumer WHERE name = $1', consumer);
      return row?.seq ?? 0;
    },
    onEvents(call) {
      listeners.add(call);
      return () => listeners.delete(call);
    },
    async getValue(name) {
      const [row] = await all<{ value: string }>('SELECT value FROM value WHERE name = $1', name);
      return row?.value;
    },
    async setValue(name, value) {
      await all(
        'INSERT INTO value VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        ...[name, value],
      );
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      listeners.clear();
      await consumers.close();
      await pool.end();
    },
  };
  try {
    const client = await pool.connect();
    try {
      await prepareSchema(client, place.schema, KIND);
    } finally {
      client.release();
    }
    return store;
  } catch (error) {
    await pool.end();
    throw place.failure(error);
  }
}

/** Postgres has no text with a NUL, and no id has one. */
const storable = (ids: readonly string[]) => [...new Set(ids)].filter((id) => !id.includes('\0'));
