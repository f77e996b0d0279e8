import { Readable } from 'node:stream';
import { writeCell } from './cell.ts';

/** The value at a dotted path; `target.0.id` indexes into lists. A member whose own name has dots goes first. */
export function valueAt(item: unknown, path: string): unknown {
  if (isObject(item) && Object.hasOwn(item, path)) return item[path];
  let value = item;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** NDJSON: whole objects, or only some fields under their dotted names. */
export async function* ndjsonText(
  items: AsyncIterable<unknown>,
  fields: readonly string[] | undefined,
): AsyncGenerator<string> {
  for await (const item of items) {
    const picked = fields ? Object.fromEntries(fields.map((path) => [path, valueAt(item, path)])) : item;
    yield `${JSON.stringify(picked)}\n`;
  }
}

/**
 * CSV with a header (RFC 4180, UTF-8). Cells that a spreadsheet would treat as a formula get a leading apostrophe, unless
 * `raw`. List items are separated by `;`, objects are JSON; null and missing values are empty.
 */
export async function csvText(
  items: AsyncIterable<unknown>,
  columns: readonly string[],
  { raw = false }: { raw?: boolean },
): Promise<AsyncIterable<string>> {
  const { stringify } = await import('csv-stringify');
  const lines = stringify({
    header: true,
    columns: [...columns],
    escape_formulas: !raw,
    cast: { boolean: String },
    encoding: 'utf8',
  });
  async function* cells() {
    for await (const item of items) yield columns.map((path) => writeCell(valueAt(item, path)));
  }
  // Composed when read: an error before that would reach nobody, and end the process.
  async function* text() {
    yield* Readable.from(cells()).compose(lines) as AsyncIterable<string>;
  }
  return text();
}
