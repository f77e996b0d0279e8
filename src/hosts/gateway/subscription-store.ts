import type { OpenDatabase } from '../../state/sqlite.ts';

/** A subscription as it is stored. Times are milliseconds since the epoch. */
export interface StoredSubscription {
  id: string;
  key_id: string;
  trigger: string;
  /** JSON. */
  input: string;
  url: string;
  secret: string;
  /** Seconds between two looks. */
  interval: number;
  cursor: string;
  created: number;
  parked: 0 | 1;
  /** Tries of the oldest item that failed in a row, and since when. */
  failures: number;
  failing_since: number | null;
  next_try: number;
  /** What is wrong with the receiver, and with reading from Okta. */
  problem: string | null;
  pull_problem: string | null;
  delivered: number;
  last_delivered: number | null;
}

/** An item on its way. */
export interface JournalItem {
  seq: number;
  id: string;
  body: string;
}

export const SUBSCRIPTION_TABLES = [
  `CREATE TABLE subscription (
    id TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    trigger TEXT NOT NULL,
    input TEXT NOT NULL,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    interval INTEGER NOT NULL,
    cursor TEXT NOT NULL,
    created INTEGER NOT NULL,
    parked INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    next_try INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    pull_problem TEXT,
    delivered INTEGER NOT NULL DEFAULT 0,
    last_delivered INTEGER
  ) WITHOUT ROWID`,
  `CREATE TABLE subscription_item (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL REFERENCES subscription (id),
    id TEXT NOT NULL,
    body TEXT NOT NULL
  )`,
  'CREATE INDEX subscription_item_of ON subscription_item (subscription, seq)',
];

/** The subscriptions in a state, and the items that they have not delivered yet. Each method is one transaction. */
export function subscriptionStore({ database, guarded }: OpenDatabase) {
  const sql = (text: string) => database.prepare(text);
  const one = sql('SELECT * FROM subscription WHERE id = ?');
  const all = sql('SELECT * FROM subscription ORDER BY created, id');
  const insert = sql(
    'INSERT INTO subscription (id, key_id, trigger, input, url, secret, interval, cursor, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = sql('DELETE FROM subscription WHERE id = ?');
  const removeItems = sql('DELETE FROM subscription_item WHERE subscription = ?');
  const removeItem = sql('DELETE FROM subscription_item WHERE seq = ?');
  const insertItem = sql('INSERT INTO subscription_item (subscription, id, body) VALUES (?, ?, ?)');
  const firstItem = sql(
    'SELECT seq, id, body FROM subscription_item WHERE subscription = ? ORDER BY seq LIMIT 1',
  );
  const count = sql('SELECT count(*) AS count FROM subscription_item WHERE subscription = ?');
  const moveOn = sql('UPDATE subscription SET cursor = ?, pull_problem = NULL WHERE id = ?');
  const pullProblem = sql('UPDATE subscription SET pull_problem = ? WHERE id = ?');
  const accepted = sql(
    'UPDATE subscription SET failures = 0, failing_since = NULL, next_try = 0, problem = NULL, delivered = delivered + 1, last_delivered = ? WHERE id = ?',
  );
  const refused = sql(
    'UPDATE subscription SET failures = failures + 1, failing_since = coalesce(failing_since, ?), next_try = ?, problem = ?, parked = ? WHERE id = ?',
  );
  const resume = sql(
    'UPDATE subscription SET parked = 0, failures = 0, failing_since = NULL, next_try = 0 WHERE id = ?',
  );

  const transaction = <T>(work: () => T): T =>
    guarded(() => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  const get = (id: string) => guarded(() => one.get(id) as unknown as StoredSubscription | undefined);

  return {
    get,
    all: () => guarded(() => all.all() as unknown as StoredSubscription[]),
    add(
      made: Pick<
        StoredSubscription,
        'id' | 'key_id' | 'trigger' | 'input' | 'url' | 'secret' | 'interval' | 'cursor' | 'created'
      >,
    ) {
      const { id, key_id, trigger, input, url, secret, interval, cursor, created } = made;
      guarded(() => insert.run(id, key_id, trigger, input, url, secret, interval, cursor, created));
    },
    /** @returns whether there was one. */
    remove: (id: string): boolean =>
      transaction(() => {
        removeItems.run(id);
        return remove.run(id).changes > 0;
      }),
    /** Stores items and the cursor behind them, both or neither; nothing when the subscription is gone. */
    journal(id: string, items: readonly Omit<JournalItem, 'seq'>[], cursor: string): void {
      transaction(() => {
        if (moveOn.run(cursor, id).changes === 0) return;
        for (const item of items) insertItem.run(id, item.id, item.body);
      });
    },
    first: (id: string) => guarded(() => firstItem.get(id) as unknown as JournalItem | undefined),
    waiting: (id: string) => guarded(() => Number(count.get(id)?.count ?? 0)),
    pullFailed: (id: string, problem: string) => void guarded(() => pullProblem.run(problem, id)),
    accepted: (id: string, seq: number, now: number): void =>
      transaction(() => {
        removeItem.run(seq);
        accepted.run(now, id);
      }),
    refused(id: string, how: { now: number; nextTry: number; problem: string; parked: boolean }): void {
      const { now, nextTry, problem, parked } = how;
      guarded(() => refused.run(now, nextTry, problem, parked ? 1 : 0, id));
    },
    resume: (id: string) => void guarded(() => resume.run(id)),
  };
}

export type SubscriptionStore = ReturnType<typeof subscriptionStore>;

/** The loops of all subscriptions in a state. */
export interface Subscriber {
  store: SubscriptionStore;
  /** Runs a subscription that was added, or wakes it. */
  run(id: string): void;
  remove(id: string): boolean;
  /** Ends the loops; a post under way is given up, and repeated after the next start. */
  close(): Promise<void>;
}
