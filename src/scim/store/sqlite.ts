import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { openDatabase } from '../../state/sqlite.ts';
import { FORGOTTEN_DAYS, readRow, type ScimRow } from './rows.ts';
import {
  emailsOf,
  externalIdOf,
  foldCase,
  NotUnique,
  nameOf,
  type ScimEvent,
  type ScimStore,
  type ScimType,
  type ScimWrite,
  StaleWrite,
  type StoredMembership,
} from './store.ts';

/** "okts" in ASCII. */
const APPLICATION = 0x6f6b7473;
const VERSION = 1;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** `AUTOINCREMENT`: numbers are not used again, so that nothing new appears on a page that was read. */
const TABLES = [
  `CREATE TABLE resource (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    name TEXT NOT NULL,
    external TEXT,
    emails TEXT NOT NULL,
    body TEXT NOT NULL
  )`,
  'CREATE INDEX resource_type ON resource (type)',
  'CREATE UNIQUE INDEX resource_name ON resource (type, name)',
  'CREATE UNIQUE INDEX resource_external ON resource (type, external) WHERE external IS NOT NULL',
  'CREATE TABLE email (address TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (address, n)) WITHOUT ROWID',
  'CREATE TABLE member (g INTEGER NOT NULL, m INTEGER NOT NULL, PRIMARY KEY (g, m)) WITHOUT ROWID',
  'CREATE INDEX member_reverse ON member (m, g)',
  'CREATE TABLE event (seq INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL)',
  'CREATE TABLE consumer (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, seen INTEGER NOT NULL)',
  'CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
];

/** A commit that waits for the next transaction. */
interface Waiting {
  run(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * A store in a SQLite file, which only its owner can read. A commit that resolved survives a kill and a power cut; those that come
 * at the same time share one transaction and one wait for the disk.
 * @param use `alone` for a server; `beside` for what looks into its file, and writes to it, while it runs.
 * @throws as `openDatabase`.
 */
export async function sqliteScimStore(file: string, use: 'alone' | 'beside' = 'alone'): Promise<ScimStore> {
  const kind = {
    name: 'state of the SCIM server',
    application: APPLICATION,
    version: VERSION,
    tables: TABLES,
    startOver: 'Okta has to provision everybody again',
  };
  const { database, guarded, assertInPlace, close } = await openDatabase(file, kind, use);
  database.exec('PRAGMA synchronous = FULL');
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const found = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, found);
    return found;
  };
  const all = <T>(sql: string, ...parameters: SQLInputValue[]) =>
    guarded(() => statement(sql).all(...parameters) as T[]);
  const one = <T>(sql: string, ...parameters: SQLInputValue[]) =>
    guarded(() => statement(sql).get(...parameters) as T | undefined);
  const run = (sql: string, ...parameters: SQLInputValue[]) =>
    Number(statement(sql).run(...parameters).changes);

  const listeners = new Set<() => void>();
  /** How many there are of a type, and where the last page of a list ended: until one is created or deleted. */
  const counts = new Map<ScimType, number>();
  const ends = new Map<ScimType, { offset: number; n: number }>();
  let dataVersion: unknown;
  let waiting: Waiting[] = [];
  let isOpen = true;

  /** Forgets what was counted before somebody beside this store wrote. */
  function lookAround(): void {
    const now = one<{ data_version: number }>('PRAGMA data_version')?.data_version;
    if (now === dataVersion) return;
    dataVersion = now;
    counts.clear();
    ends.clear();
  }

  /** Runs work in the next transaction. */
  const inTransaction = (work: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ run: work, resolve, reject });
    });

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const failed = new Map<Waiting, unknown>();
    try {
      guarded(() => {
        assertInPlace();
        database.exec('BEGIN IMMEDIATE');
        for (const item of batch) {
          database.exec('SAVEPOINT one');
          try {
            item.run();
          } catch (error) {
            // A failure of the database itself, such as a full disk, is one of the whole batch.
            if (!(error instanceof StaleWrite || error instanceof NotUnique)) throw error;
            failed.set(item, error);
            database.exec('ROLLBACK TO one');
          }
          database.exec('RELEASE one');
        }
        database.exec('COMMIT');
      });
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      for (const item of batch) item.reject(error);
      return;
    }
    for (const item of batch) {
      if (failed.has(item)) item.reject(failed.get(item));
      else item.resolve();
    }
  }

  function write({ type, id, expected, after, added = [], removed = [] }: ScimWrite): void {
    if (expected === 0 || !after) counts.delete(type);
    if (!after) ends.delete(type);
    const before = expected === 0 ? undefined : current(type, id, expected);
    const n = after ? put(before?.n, after) : (before?.n as number);
    changeEmails(n, before?.emails ?? '[]', after ? JSON.stringify(emailsOf(after.attributes)) : '[]');
    const wants = (changes: number, list: readonly string[]) => {
      if (changes !== list.length) throw new StaleWrite();
    };
    if (added.length > 0) {
      wants(
        unique(() =>
          run(
            `INSERT INTO member (g, m) SELECT ?1, resource.n FROM json_each(?2) AS wanted
             JOIN resource ON resource.id = wanted.value`,
            ...[n, JSON.stringify(added)],
          ),
        ),
        added,
      );
    }
    if (removed.length > 0) {
      wants(
        run(
          `DELETE FROM member WHERE g = ?1 AND m IN
           (SELECT n FROM resource WHERE id IN (SELECT value FROM json_each(?2)))`,
          ...[n, JSON.stringify(removed)],
        ),
        removed,
      );
    }
    if (after) return;
    if (one('SELECT 1 FROM member WHERE m = ?', n)) throw new StaleWrite();
    run('DELETE FROM member WHERE g = ?', n);
    run('DELETE FROM resource WHERE n = ?', n);
  }

  /** @returns its number. */
  function put(n: number | undefined, after: NonNullable<ScimWrite['after']>): number {
    const { type, id, createdMs, modifiedMs, attributes } = after;
    const values = [
      ...[modifiedMs, foldCase(nameOf(type, attributes)), externalIdOf(attributes) ?? null],
      ...[JSON.stringify(emailsOf(attributes)), JSON.stringify(attributes)],
    ];
    return unique(() => {
      if (n === undefined) {
        const sql = `INSERT INTO resource (modified, name, external, emails, body, type, id, version, created)
          VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)`;
        return Number(statement(sql).run(...values, type, id, createdMs).lastInsertRowid);
      }
      run(
        `UPDATE resource SET version = version + 1, modified = ?, name = ?, external = ?, emails = ?, body = ?
         WHERE n = ?`,
        ...[...values, n],
      );
      return n;
    });
  }

  function current(type: ScimType, id: string, version: number): { n: number; emails: string } {
    const found = one<{ n: number; emails: string }>(
      'SELECT n, emails FROM resource WHERE id = ? AND type = ? AND version = ?',
      ...[id, type, version],
    );
    if (!found) throw new StaleWrite();
    return found;
  }

  function changeEmails(n: number, before: string, after: string): void {
    if (before === after) return;
    run('DELETE FROM email WHERE n = ?1 AND address IN (SELECT value FROM json_each(?2))', n, before);
    run('INSERT INTO email (address, n) SELECT value, ?1 FROM json_each(?2)', n, after);
  }

  const COLUMNS = 'n, type, id, version, created, modified, body';
  const GROUPS_OF = `SELECT person.id AS memberId, grp.id AS groupId, grp.body ->> 'displayName' AS displayName
    FROM resource AS person JOIN member ON m = person.n JOIN resource AS grp ON grp.n = g`;
  return {
    get: async (type, ids) =>
      ids.length === 1
        ? all<ScimRow>(
            `SELECT ${COLUMNS} FROM resource WHERE id = ? AND type = ?`,
            ids[0] as string,
            type,
          ).map(readRow)
        : all<ScimRow>(
            `SELECT ${COLUMNS} FROM resource WHERE type = ?1 AND id IN (SELECT value FROM json_each(?2))`,
            ...[type, JSON.stringify(ids)],
          ).map(readRow),
    async find(type, attribute, value) {
      const [column, key] = attribute === 'name' ? ['name', foldCase(value)] : ['external', value];
      const found = one<ScimRow>(
        `SELECT ${COLUMNS} FROM resource WHERE type = ? AND ${column} = ?`,
        type,
        key,
      );
      return found && readRow(found);
    },
    withEmail: async (address) =>
      all<ScimRow>(
        `SELECT ${COLUMNS} FROM resource WHERE n IN (SELECT n FROM email WHERE address = ?)`,
        foldCase(address),
      ).map(readRow),
    async count(type) {
      lookAround();
      const known = counts.get(type);
      if (known !== undefined) return known;
      const sql = 'SELECT count(*) AS count FROM resource WHERE type = ?';
      const { count } = one<{ count: number }>(sql, type) as { count: number };
      counts.set(type, count);
      return count;
    },
    async page(type, { after = 0, offset = 0, limit }) {
      lookAround();
      const end = ends.get(type);
      // Whoever reads page after page need not skip all those before.
      const goesOn = after === 0 && offset > 0 && end?.offset === offset;
      const rows = all<ScimRow>(
        `SELECT ${COLUMNS} FROM resource WHERE type = ? AND n > ? ORDER BY n LIMIT ? OFFSET ?`,
        ...[type, goesOn ? end.n : after, limit, goesOn ? 0 : offset],
      );
      const last = rows.at(-1);
      if (after === 0 && last) ends.set(type, { offset: offset + rows.length, n: last.n });
      return rows.map(readRow);
    },
    members: async (groupId, { after = 0, limit }) =>
      all<ScimRow>(
        `SELECT resource.n, type, id, body FROM member JOIN resource ON resource.n = member.m
         WHERE g = (SELECT n FROM resource WHERE id = ? AND type = 'Group') AND m > ? ORDER BY m LIMIT ?`,
        ...[groupId, after, limit],
      ).map(({ n, type, id, body }) => ({ n, type, id, attributes: JSON.parse(body) })),
    membersAmong: async (groupId, ids) =>
      new Set(
        all<{ id: string }>(
          `SELECT resource.id FROM json_each(?2) AS wanted JOIN resource ON resource.id = wanted.value
           JOIN member ON m = resource.n AND g = (SELECT n FROM resource WHERE id = ?1 AND type = 'Group')`,
          ...[groupId, JSON.stringify(ids)],
        ).map(({ id }) => id),
      ),
    groupsOf: async (memberIds) =>
      memberIds.length === 1
        ? all<StoredMembership>(`${GROUPS_OF} WHERE person.id = ? ORDER BY grp.n`, memberIds[0] as string)
        : all<StoredMembership>(
            `${GROUPS_OF} WHERE person.id IN (SELECT value FROM json_each(?)) ORDER BY grp.n`,
            JSON.stringify(memberIds),
          ),
    async commit(writes, events) {
      await inTransaction(() => {
        for (const each of writes) write(each);
        for (const event of events) run('INSERT INTO event (value) VALUES (?)', JSON.stringify(event));
      });
      if (events.length > 0) for (const call of listeners) call();
    },
    events: async (after, limit) =>
      all<{ seq: number; value: string }>(
        'SELECT seq, value FROM event WHERE seq > ? ORDER BY seq LIMIT ?',
        ...[after, limit],
      ).map(({ seq, value }) => ({ seq, ...(JSON.parse(value) as Omit<ScimEvent, 'seq'>) })),
    acknowledge: (consumer, seq) =>
      inTransaction(() => {
        run(
          `INSERT INTO consumer (name, seq, seen) VALUES (?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET seq = max(seq, excluded.seq), seen = excluded.seen
           WHERE seq < excluded.seq OR seen < excluded.seen - ${DAY_MS}`,
          ...[consumer, seq, Date.now()],
        );
        run(
          'DELETE FROM event WHERE seq <= (SELECT min(seq) FROM consumer WHERE seen > ?)',
          Date.now() - FORGOTTEN_DAYS * DAY_MS,
        );
      }),
    claim: async () => true,
    position: async (consumer) =>
      one<{ seq: number }>('SELECT seq FROM consumer WHERE name = ?', consumer)?.seq ?? 0,
    onEvents(call) {
      listeners.add(call);
      return () => listeners.delete(call);
    },
    getValue: async (name) => one<{ value: string }>('SELECT value FROM value WHERE name = ?', name)?.value,
    setValue: (name, value) =>
      inTransaction(() => {
        run(
          'INSERT INTO value VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
          name,
          value,
        );
      }),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      listeners.clear();
      if (waiting.length > 0) flush();
      close();
    },
  };
}

/** Turns the failure of an index into what it means. */
function unique<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { message = '' } = error as { message?: string };
    if (!message.startsWith('UNIQUE constraint failed')) throw error;
    if (message.includes('resource.name')) throw new NotUnique('name');
    if (message.includes('resource.external')) throw new NotUnique('externalId');
    throw new StaleWrite();
  }
}
