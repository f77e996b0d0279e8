import { randomUUID } from 'node:crypto';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { Content } from './json-file.ts';
import type { DatabaseKind, OpenDatabase } from './sqlite.ts';
import type { Pieces } from './store.ts';
import { wholeText } from './stored.ts';

/** `until`: milliseconds since the epoch. A record in pieces has a `mark`, the names of its `lists`, and a row for each element. */
export const STATE_FILE: DatabaseKind = {
  name: 'state file',
  /** "oktj" in ASCII. */
  application: 0x6f6b746a,
  version: 1,
  tables: [
    `CREATE TABLE entry (
      n INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      text TEXT NOT NULL,
      until REAL,
      mark TEXT,
      lists TEXT
    )`,
    'CREATE INDEX entry_until ON entry (until) WHERE until IS NOT NULL',
    'CREATE TABLE piece (n INTEGER PRIMARY KEY, entry INTEGER NOT NULL, list TEXT NOT NULL, element TEXT NOT NULL)',
    'CREATE INDEX piece_entry ON piece (entry)',
  ],
  startOver: 'pass since to re-read from that time',
};

/** A list as it is in the file: its elements, and the number of the row of each. */
interface KeptList {
  items: readonly unknown[];
  rows: readonly number[];
}

/** The lists of a version of a record. */
interface Kept {
  mark: string;
  lists: Map<string, KeptList>;
}

/** What is known of the lists of each key, so that only what is new is written. */
export type Known = Map<string, Kept>;

interface Row {
  n: number;
  text: string;
  until: number | null;
  mark: string | null;
  lists: string | null;
}

const SELECT = 'SELECT n, text, until, mark, lists FROM entry WHERE key = ?';

/** The entries of an open state file. */
export class StateEntries {
  readonly #file: OpenDatabase;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: OpenDatabase) {
    this.#file = file;
  }

  /** False for short-lived data alone (a budget), where a deleted file loses nothing. */
  keepsAnything(): boolean {
    return this.#get('SELECT 1 FROM entry WHERE until IS NULL LIMIT 1') !== undefined;
  }

  /** Moves the log into the file, as far as there is room, so that it begins at its start again. */
  emptyLog(): void {
    try {
      this.#file.database.exec('PRAGMA wal_checkpoint(RESTART)');
    } catch {
      // Room for the file itself is missing, too.
    }
  }

  text(key: string, now: number): string | undefined {
    return this.#inTransaction('DEFERRED', () => {
      const row = this.#row(key, now);
      return row && this.#whole(row);
    });
  }

  pieces(key: string, now: number, known: Known): (Pieces & { mark: string }) | undefined {
    return this.#inTransaction('DEFERRED', () => {
      const row = this.#row(key, now);
      if (!row) return undefined;
      const kept = this.#kept(row, known.get(key));
      known.set(key, kept);
      const lists = Object.fromEntries([...kept.lists].map(([name, { items }]) => [name, items]));
      return { text: row.text, lists, mark: kept.mark };
    });
  }

  /** As `compareAndSet` of a store. */
  swapText(key: string, expected: string | undefined, next: string, now: number, ttlMs?: number): boolean {
    return this.#inTransaction('IMMEDIATE', () => {
      const row = this.#row(key, now);
      if ((row && this.#whole(row)) !== expected) return false;
      // A file that many keys pass through would only ever grow.
      this.#run('DELETE FROM entry WHERE until <= ?', now);
      const n = this.#put(key, next, ttlMs === undefined ? null : now + ttlMs, null, null);
      if (row?.lists) this.#run('DELETE FROM piece WHERE entry = ?', n);
      return true;
    });
  }

  /** As `write` of a store in pieces. */
  swapPieces(
    key: string,
    expected: string | undefined,
    next: Pieces,
    now: number,
    known: Known,
  ): string | undefined {
    const mark = randomUUID();
    const lists = new Map<string, KeptList>();
    const isWritten = this.#inTransaction('IMMEDIATE', () => {
      const row = this.#row(key, now);
      if ((row && markOf(row)) !== expected) return false;
      const kept = row && this.#kept(row, known.get(key));
      const n = this.#put(key, next.text, null, mark, JSON.stringify(Object.keys(next.lists)));
      for (const [name, items] of Object.entries(next.lists)) {
        lists.set(name, this.#change(n, name, kept?.lists.get(name), items));
      }
      for (const name of kept?.lists.keys() ?? []) if (!lists.has(name)) this.#remove(n, name, 0);
      return true;
    });
    if (!isWritten) return undefined;
    known.set(key, { mark, lists });
    return mark;
  }

  /** Takes over the entries of a JSON file. */
  addAll(content: Content): void {
    this.#inTransaction('IMMEDIATE', () => {
      for (const [key, { text, until = null }] of Object.entries(content)) {
        this.#put(key, text, until, null, null);
      }
    });
  }

  /** Makes a list what it is to be: elements go from either end, and come at the end. Anything else writes the rest of it again. */
  #change(entry: number, list: string, before: KeptList | undefined, items: readonly unknown[]): KeptList {
    const { items: old, rows } = before ?? { items: [], rows: [] };
    const there = old.indexOf(items[0]);
    const first = there === -1 ? old.findIndex((one) => isSame(one, items[0])) : there;
    const from = items.length === 0 || first === -1 ? old.length : first;
    let same = 0;
    while (same < items.length && from + same < old.length && isSame(old[from + same], items[same]))
      same += 1;
    if (from > 0) this.#remove(entry, list, 0, rows[from - 1]);
    if (from + same < old.length) this.#remove(entry, list, rows[from + same] as number);
    const kept = rows.slice(from, from + same);
    for (const item of items.slice(same)) {
      const sql = 'INSERT INTO piece (entry, list, element) VALUES (?, ?, ?)';
      kept.push(Number(this.#statement(sql).run(entry, list, JSON.stringify(item)).lastInsertRowid));
    }
    return { items, rows: kept };
  }

  #remove(entry: number, list: string, from: number, to = Number.MAX_SAFE_INTEGER): void {
    this.#run('DELETE FROM piece WHERE entry = ? AND list = ? AND n BETWEEN ? AND ?', entry, list, from, to);
  }

  #row(key: string, now: number): Row | undefined {
    const row = this.#get(SELECT, key) as Row | undefined;
    return row && (row.until === null || row.until > now) ? row : undefined;
  }

  #whole(row: Row): string {
    if (row.lists === null) return row.text;
    const { lists } = this.#kept(row, undefined);
    const all = [...lists].map(([name, { items }]) => [name, items]);
    return wholeText({ text: row.text, lists: Object.fromEntries(all) });
  }

  #kept(row: Row, known: Kept | undefined): Kept {
    const mark = markOf(row);
    if (known?.mark === mark) return known;
    const names = JSON.parse(row.lists ?? '[]') as string[];
    const lists = new Map(names.map((name) => [name, { items: [] as unknown[], rows: [] as number[] }]));
    if (names.length > 0) {
      const sql = 'SELECT n, list, element FROM piece WHERE entry = ? ORDER BY n';
      const pieces = this.#statement(sql).all(row.n) as { n: number; list: string; element: string }[];
      for (const { n, list, element } of pieces) {
        lists.get(list)?.items.push(JSON.parse(element));
        lists.get(list)?.rows.push(n);
      }
    }
    return { mark, lists };
  }

  /** @returns the number of the entry. */
  #put(key: string, text: string, until: number | null, mark: string | null, lists: string | null): number {
    const sql = `INSERT INTO entry (key, text, until, mark, lists) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET text = excluded.text, until = excluded.until, mark = excluded.mark, lists = excluded.lists
      RETURNING n`;
    return (this.#get(sql, key, text, until, mark, lists) as { n: number }).n;
  }

  #inTransaction<T>(kind: 'DEFERRED' | 'IMMEDIATE', work: () => T): T {
    const { database } = this.#file;
    database.exec(`BEGIN ${kind}`);
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  #get(sql: string, ...parameters: SQLInputValue[]): unknown {
    return this.#statement(sql).get(...parameters);
  }

  #run(sql: string, ...parameters: SQLInputValue[]): void {
    this.#statement(sql).run(...parameters);
  }

  #statement(sql: string): StatementSync {
    const found = this.#statements.get(sql) ?? this.#file.database.prepare(sql);
    this.#statements.set(sql, found);
    return found;
  }
}

/** An element may become a text only when it is written. */
const written = (element: unknown): unknown =>
  (element as { toJSON?: () => unknown } | null)?.toJSON?.() ?? element;

const isSame = (one: unknown, other: unknown): boolean => one === other || written(one) === written(other);

/** A text without pieces is its own mark. */
const markOf = ({ mark, text }: Row): string => mark ?? text;
