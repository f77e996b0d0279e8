import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { InputError, isInputError } from '../../errors/errors.ts';
import { collect } from '../../resources/collect.ts';
import { isRecord } from '../../schema/record.ts';
import { readCsv } from '../../text/csv.ts';
import { decode } from '../../text/decode.ts';
import { parseJson } from '../../text/json.ts';
import { parseMappingInput } from './compile.ts';
import { lookupOf } from './lookup.ts';
import type { MappingInput } from './schema.ts';

/**
 * Reads a mapping from a file: YAML if it ends in .yaml or .yml, otherwise JSON. Tables that name a file are read too; their
 * paths are relative to the mapping.
 * @returns a mapping that needs no file, for `compileMapping`.
 * @throws InputError naming the file, and the line where the parser tells it.
 */
export async function loadMapping(file: string): Promise<MappingInput> {
  const mapping = await inFile(file, async () => parseMappingInput(await readObject(file)));
  if (mapping.lookups === undefined) return mapping;
  const tables = Object.entries(mapping.lookups).map(async ([name, table]) => {
    if (typeof table !== 'string') return [name, table] as const;
    return [name, await readTable(resolve(dirname(file), table))] as const;
  });
  return { ...mapping, lookups: Object.fromEntries(await Promise.all(tables)) };
}

/** Does some work on a file; its errors name the file. */
async function inFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isInputError(error)) throw error.with({ message: `${file}: ${error.message}` });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new InputError(`${file} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`, {
      hint: 'Tables of a mapping are looked for beside it.',
    });
  }
}

type Table = Extract<NonNullable<MappingInput['lookups']>[string], object>;

const readTable = (file: string) =>
  inFile(file, async () => {
    const isCsv = extname(file).toLowerCase() === '.csv';
    const entries = isCsv ? await readCsvTable(file) : Object.entries(await readObject(file));
    // Two equal names would become one.
    lookupOf(entries);
    return Object.fromEntries(entries) as Table;
  });

async function readCsvTable(file: string): Promise<[string, string | null][]> {
  const [header = [], ...records] = await collect(readCsv(decode(createReadStream(file))));
  const columns = header.map((column) => column.trim().toLowerCase());
  const [name, value] = [columns.indexOf('name'), columns.indexOf('value')];
  if (name < 0 || value < 0) {
    throw new InputError('The table needs the columns name and value', {
      hint: 'The first line is name,value; each further line has a name that Okta may have, and what becomes of it.',
    });
  }
  return records.map((record) => [record[name] ?? '', record[value] || null]);
}

/** The object in a JSON or YAML file; an empty YAML file has no members. */
async function readObject(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8');
  const value = /\.ya?ml$/i.test(file)
    ? await parseYaml(text)
    : parseJson(text, 'The file', InputError, { hint: JSON_HINT });
  if (isRecord(value)) return value;
  throw new InputError('The file has no object', { hint: 'An object has members, like {"fields": {…}}.' });
}

const JSON_HINT = 'Check quotes and commas. YAML is read from files that end in .yaml or .yml.';

async function parseYaml(text: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  // Below its first line, the message repeats lines of the file.
  const problem = document.errors[0]?.message.split('\n')[0];
  if (problem) throw new InputError(`The file is not valid YAML: ${problem.replace(/:$/, '')}`);
  return document.toJS() ?? {};
}
