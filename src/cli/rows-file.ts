import { createReadStream } from 'node:fs';
import { readRows } from '../bulk/rows.ts';
import { isInputError } from '../errors/errors.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { UsageError } from './usage.ts';

/**
 * The rows of a file, for an input that is a list of objects: NDJSON by the name of the file, otherwise CSV whose columns are
 * named like the members, `profile.department` for nested ones.
 * @param name the input, for messages
 * @param schema of an object
 * @throws UsageError naming the first row that is wrong
 */
export async function readRowsFile(file: string, name: string, schema: JsonSchema): Promise<unknown[]> {
  const format = /\.(ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv';
  const rows: unknown[] = [];
  try {
    for await (const row of readRows(createReadStream(file), format, { key: name, schema })) {
      if (isInputError(row)) throw row;
      rows.push(row);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!isInputError(error))
      throw new UsageError(`${name}: the file ${file} cannot be read (${code})`, {
        hint: `Check the file name after ${name}=@.`,
      });
    throw new UsageError(`${name}: row ${rows.length + 1} of ${file}: ${message}`, { hint: error.hint });
  }
  return rows;
}
