import { InputError, isInputError } from '../errors/errors.ts';
import { readCsv } from '../text/csv.ts';
import { decode } from '../text/decode.ts';
import { type ColumnMap, type MapperOptions, mapperOf, place } from './mapping.ts';
import { readNdjson } from './ndjson.ts';

export type RowFormat = 'csv' | 'ndjson';

/**
 * The inputs of an action in a CSV or NDJSON text, one per row; an InputError for each invalid row.
 * @param onText told the text of each row right before its input is yielded, by its number; 0 is the header of CSV.
 * @throws InputError when the text cannot be read at all: a header that does not fit, an unclosed quote.
 */
export function readRows(
  bytes: AsyncIterable<Uint8Array>,
  format: RowFormat,
  options: MapperOptions,
  onText?: (row: number, text: string) => void,
): AsyncGenerator<unknown> {
  const text = decode(bytes);
  let row = format === 'csv' ? 0 : 1;
  const counted = onText && ((one: string) => onText(row++, one));
  return format === 'csv' ? csvRows(text, options, counted) : ndjsonRows(text, options, counted);
}

type OnText = ((text: string) => void) | undefined;

async function* csvRows(
  text: AsyncIterable<string>,
  options: MapperOptions,
  onText: OnText,
): AsyncGenerator<unknown> {
  const records = readCsv(text, onText);
  const header = await records.next();
  if (header.done)
    throw new InputError('The input is empty', { hint: 'CSV starts with a line of column names.' });
  const cells = header.value.map((name) => name.trim());
  // Spreadsheets leave trailing columns without name and cells.
  const columns = cells.slice(0, cells.findLastIndex((name) => name !== '') + 1);
  const mapping = options.mapping && trimmed(options.mapping);
  const mapper = mapperOf(columns, { ...options, mapping });
  const places = new Map(columns.map((name, at) => [name, at]));
  for await (const record of records) {
    const rest = record.slice(columns.length);
    if (!options.mapping && rest.length === cells.length - columns.length && rest.some(Boolean)) {
      yield new InputError(`The row has more fields than the ${columns.length} columns of the header`, {
        hint: 'Name the extra columns, or clear them.',
      });
    } else if (record.length === cells.length) {
      yield inputOrError(() => mapper((column) => record[places.get(column) as number]));
    } else {
      yield new InputError(`The row has ${record.length} fields, the header ${cells.length}`, {
        hint: 'Quote fields that contain a delimiter.',
      });
    }
  }
}

/** Trimmed, because a map refers to trimmed header names. */
const trimmed = (mapping: ColumnMap): ColumnMap =>
  Object.fromEntries(
    Object.entries(mapping).map(([name, source]) => [
      name,
      typeof source === 'string' ? source.trim() : source,
    ]),
  );

async function* ndjsonRows(
  text: AsyncIterable<string>,
  options: MapperOptions,
  onText: OnText,
): AsyncGenerator<unknown> {
  const mapper = options.mapping && mapperOf(undefined, options);
  for await (const row of readNdjson(text, onText)) {
    if (isInputError(row)) yield row;
    else if (!mapper) yield options.constants ? inputOrError(() => withConstants(row, options)) : row;
    else yield inputOrError(() => mapper((column) => memberAt(row, column)));
  }
}

/** The row with the values that all rows have. @throws InputError where it has one of its own. */
function withConstants(row: Record<string, unknown>, { key, constants = [] }: MapperOptions) {
  for (const { path, value } of constants) {
    const name = path.join('.');
    if (memberAt(row, name) !== undefined) {
      throw new InputError(
        `The row does not fit ${key}: ${name} is given twice, in the row and as ${name}=…`,
      );
    }
    place(row, path, structuredClone(value));
  }
  return row;
}

/** The member with this name, or at this dotted path. */
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
