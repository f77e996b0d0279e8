import { Readable } from 'node:stream';
import { writeCell } from '../bulk/cell.ts';

/** The member that a dotted path leads to; `target.0.id` goes into lists. */
export function valueAt(item: unknown, path: string): unknown {
  let value = item;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** NDJSON: the objects whole, or only some fields of them under their dotted names. */
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
 * CSV with a header (RFC 4180, UTF-8). Cells that a spreadsheet would take for a formula get a leading apostrophe, unless
 * `raw`. Lists stand with `;` between their items, objects as JSON; null and what is missing is empty.
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
