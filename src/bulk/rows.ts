import { InputError, isInputError } from '../errors/errors.ts';
import { readCsv } from './csv.ts';
import { type MapperOptions, type Mapping, mapperOf } from './mapping.ts';
import { readNdjson } from './ndjson.ts';
import { decode } from './source.ts';

export type RowFormat = 'csv' | 'ndjson';

/**
 * The inputs of an action in a CSV or NDJSON text, one a row; an InputError in the place of a row that is none.
 * @throws InputError where nothing can be read at all: a header that does not fit, a quote that is not closed.
 */
export function readRows(
  bytes: AsyncIterable<Uint8Array>,
  format: RowFormat,
  options: MapperOptions,
): AsyncGenerator<unknown> {
  const text = decode(bytes);
  return format === 'csv' ? csvRows(text, options) : ndjsonRows(text, options);
}

async function* csvRows(text: AsyncIterable<string>, options: MapperOptions): AsyncGenerator<unknown> {
  const records = readCsv(text);
  const header = await records.next();
  if (header.done)
    throw new InputError('The input is empty', { hint: 'CSV begins with a line of column names.' });
  const cells = header.value.map((name) => name.trim());
  // A table that was cut in a spreadsheet ends with columns that have neither name nor cells.
  const columns = cells.slice(0, cells.findLastIndex((name) => name !== '') + 1);
  const mapping = options.mapping && trimmed(options.mapping);
  const mapper = mapperOf(columns, { ...options, mapping });
  const places = new Map(columns.map((name, at) => [name, at]));
  for await (const record of records) {
    const rest = record.slice(columns.length);
    if (!options.mapping && rest.length === cells.length - columns.length && rest.some(Boolean)) {
      yield new InputError(`The row has more fields than the ${columns.length} that the header names`, {
        hint: 'Name the further columns, or empty them.',
      });
    } else if (record.length === cells.length) {
      yield inputOrError(() => mapper((column) => record[places.get(column) as number]));
    } else {
      yield new InputError(`The row has ${record.length} fields, the header ${cells.length}`, {
        hint: 'A field that holds a delimiter stands in quotes.',
      });
    }
  }
}

/** A map finds columns by the names of the header, which are trimmed. */
const trimmed = (mapping: Mapping): Mapping =>
  Object.fromEntries(
    Object.entries(mapping).map(([name, source]) => [
      name,
      typeof source === 'string' ? source.trim() : source,
    ]),
  );

async function* ndjsonRows(text: AsyncIterable<string>, options: MapperOptions): AsyncGenerator<unknown> {
  const mapper = options.mapping && mapperOf(undefined, options);
  for await (const row of readNdjson(text)) {
    if (isInputError(row) || !mapper) yield row;
    else yield inputOrError(() => mapper((column) => memberAt(row, column)));
  }
}

/** The member of this name, or of the member that a dotted name leads to. */
function memberAt(row: Record<string, unknown>, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column];
  let value: unknown = row;
  for (const name of column.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function inputOrError(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (isInputError(error)) return error;
    throw error;
  }
}
