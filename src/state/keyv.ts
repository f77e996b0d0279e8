import { InputError, OktaError } from '../errors/errors.ts';
import type { StateStore } from './store.ts';

/** The part of `KeyvRedis` (@keyv/redis 5) in use: its client for a single server, a cluster or sentinels. */
export interface RedisAdapter {
  opts: { dialect?: string | undefined };
  namespace?: string | undefined;
  getClient(): Promise<unknown>;
  createKeyPrefix(key: string, namespace?: string): string;
}

/** The part of `KeyvPostgres` (@keyv/postgres 2) and `KeyvSqlite` (@keyv/sqlite 4) in use. */
export interface SqlAdapter {
  opts: { dialect?: string | undefined; schema?: string | undefined; table?: string | undefined };
  // biome-ignore lint/suspicious/noExplicitAny: one takes a list of values, the other takes them one by one.
  query(sql: string, ...values: any[]): Promise<unknown>;
}

/** A Keyv storage adapter that supports an atomic compare-and-set. */
export type KeyvAdapter = RedisAdapter | SqlAdapter;

/**
 * State in a database, through a Keyv storage adapter created by the host: `KeyvRedis`, `KeyvPostgres` or `KeyvSqlite`.
 * The database does the comparison, so that processes on any number of machines can share it safely. Keys start with
 * `okta-connector:`.
 * @throws InputError for another adapter. The store's methods throw OktaError `state_locked` when the database fails.
 */
export function keyvStateStore(adapter: KeyvAdapter, now: () => number = Date.now): StateStore {
  const store = storeOf(adapter, now);
  return {
    get: (key) => reached(store.get(`okta-connector:${key}`)),
    compareAndSet: (key, ...rest) => reached(store.compareAndSet(`okta-connector:${key}`, ...rest)),
  };
}

function storeOf(adapter: KeyvAdapter, now: () => number): StateStore {
  const { dialect } = adapter?.opts ?? {};
  if (dialect === 'redis' && 'getClient' in adapter) return redisStore(adapter);
  if ((dialect === 'postgres' || dialect === 'sqlite') && 'query' in adapter) return sqlStore(adapter, now);
  throw new InputError('This is not a Keyv adapter that can store state', {
    hint: 'Supported are KeyvRedis (@keyv/redis), KeyvPostgres (@keyv/postgres) and KeyvSqlite (@keyv/sqlite): pass the adapter itself, not a Keyv instance that wraps it.',
  });
}

interface RedisClient {
  get(key: string): Promise<string | null>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** Runs atomically. ARGV: the new text, its TTL in milliseconds (empty: none), the expected text (absent: no key). */
const COMPARE_AND_SET = `
if redis.call('GET', KEYS[1]) ~= (ARGV[3] or false) then return 0 end
if ARGV[2] == '' then redis.call('SET', KEYS[1], ARGV[1])
else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1`;

/**
 * Stores the plain text; Redis expires it. Uses the client directly, because the adapter's `get` returns undefined when
 * Redis fails.
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
function redisStore(adapter: RedisAdapter): StateStore {
  const client = async () => (await adapter.getClient()) as RedisClient;
  const keyOf = (key: string) => adapter.createKeyPrefix(key, adapter.namespace);
  return {
    get: async (key) => (await (await client()).get(keyOf(key))) ?? undefined,
    async compareAndSet(key, expected, next, ttlMs) {
      const keep = ttlMs === undefined ? '' : String(Math.max(1, Math.ceil(ttlMs)));
      const values = expected === undefined ? [next, keep] : [next, keep, expected];
      return (await (await client()).eval(COMPARE_AND_SET, { keys: [keyOf(key)], arguments: values })) === 1;
    },
  };
}

/**
 * Stores the text in Keyv's own record format. A write replaces exactly the record that was compared, or inserts the first
 * one; of concurrent writes the database accepts one.
 * @see https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 * @see https://www.sqlite.org/lang_upsert.html
 */
function sqlStore(adapter: SqlAdapter, now: () => number): StateStore {
  const { dialect, schema, table } = adapter.opts;
  const name = dialect === 'postgres' ? `${schema}.${table}` : table;
  const rows = async (sql: string, ...values: string[]) =>
    (await (dialect === 'postgres'
      ? adapter.query(sql, values)
      : adapter.query(sql.replace(/\$\d/g, '?'), ...values))) as { value: string }[];
  const read = async (key: string) => {
    const [row] = await rows(`SELECT value FROM ${name} WHERE key = $1`, key);
    if (!row) return {};
    const { value, expires } = JSON.parse(row.value) as { value: string; expires?: number };
    return { record: row.value, text: expires === undefined || expires > now() ? value : undefined };
  };
  return {
    get: async (key) => (await read(key)).text,
    async compareAndSet(key, expected, next, ttlMs) {
      const { record, text } = await read(key);
      if (text !== expected) return false;
      const value = JSON.stringify({ value: next, expires: ttlMs === undefined ? undefined : now() + ttlMs });
      const written =
        record === undefined
          ? rows(
              `INSERT INTO ${name} (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING key`,
              key,
              value,
            )
          : rows(
              `UPDATE ${name} SET value = $1 WHERE key = $2 AND value = $3 RETURNING key`,
              value,
              key,
              record,
            );
      return (await written).length > 0;
    },
  };
}

/** Triggers retry only an OktaError. A driver's own error is not kept: it may contain more than its message. */
function reached<T>(result: Promise<T>): Promise<T> {
  return result.catch((error: NodeJS.ErrnoException) => {
    throw new OktaError(`The database of the state failed (${error.code ?? error.name})`, {
      code: 'state_locked',
      actor: 'caller',
      retryable: true,
      hint: 'Check that the database is reachable and writable.',
      causes: error.message ? [error.message] : [],
    });
  });
}
