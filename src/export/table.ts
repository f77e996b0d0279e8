import { Readable } from 'node:stream';
import { writeCell } from '../bulk/cell.ts';

/** The value at a dotted path; `target.0.id` indexes into lists. */
export function valueAt(item: unknown, path: string): unknown {
  let value = item;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

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
  return Readable.from(cells()).compose(lines) as AsyncIterable<string>;
}
