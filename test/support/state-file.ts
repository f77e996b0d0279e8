import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

interface Row {
  n: number;
  key: string;
  text: string;
  lists: string | null;
}

/**
 * What a state file has, as it is now: the texts by key, lists included. Read by SQLite: this process may have the file open.
 * @returns nothing while there is no file.
 */
export function entriesOf(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const database = new DatabaseSync(`${pathToFileURL(file).href}?mode=rw`, { timeout: 5_000 });
  try {
    database.exec('BEGIN');
    const rows = database
      .prepare('SELECT n, key, text, lists FROM entry ORDER BY n')
      .all() as unknown as Row[];
    return Object.fromEntries(rows.map((row) => [row.key, wholeOf(database, row)]));
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== 26) throw error;
    const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { text: string }>;
    return Object.fromEntries(Object.entries(content).map(([key, { text }]) => [key, text]));
  } finally {
    database.close();
  }
}

function wholeOf(database: DatabaseSync, { n, text, lists }: Row): string {
  if (lists === null) return text;
  const record = JSON.parse(text);
  for (const name of JSON.parse(lists) as string[]) record.value[name] = [];
  const pieces = database.prepare('SELECT list, element FROM piece WHERE entry = ? ORDER BY n').all(n);
  for (const { list, element } of pieces) record.value[String(list)].push(JSON.parse(String(element)));
  return JSON.stringify(record);
}

/** The records in a state file: what holds a value. */
export const recordsOf = (file: string): { lease?: { until: number }; value: Record<string, unknown> }[] =>
  Object.values(entriesOf(file))
    .map((text) => JSON.parse(text))
    // The other entry says which credential ran last.
    .filter(({ value }) => value !== undefined);
