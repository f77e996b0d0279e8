import { inputPaths, place, schemaAt } from '../bulk/mapping.ts';
import type { Client } from '../client.ts';
import type { ActionDefinition, TriggerDefinition } from '../define.ts';
import { didYouMean } from '../errors/did-you-mean.ts';
import { describeAction, describeTrigger } from '../manifest/manifest.ts';
import { carriedIn } from '../resources/reference.ts';
import { CellError, itemsOf, readCell } from '../schema/cell.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import type { ProfileAttribute } from '../schema/profile-attribute.ts';
import { isRecord } from '../schema/record.ts';
import { readInput } from './input.ts';
import { readRowsFile } from './rows-file.ts';
import { readTime } from './times.ts';
import { UsageError } from './usage.ts';

type Operation = ActionDefinition | TriggerDefinition;

/** An input given as `key=value`: the path of the key, and the value in the type of the schema. */
export interface Pair {
  path: string[];
  value: unknown;
}

/** JSON Schema of the input of an operation. */
export const inputSchemaOf = (operation: Operation): JsonSchema =>
  ('effect' in operation ? describeAction(operation) : describeTrigger(operation)).input as JsonSchema;

/** The attributes that the org defines for each input made of them, where the connection may read them. */
export async function attributesFor(client: Client, { input }: Operation) {
  const known = Object.entries(carriedIn(input)).map(async ([name, { attributesOf }]) => [
    name,
    attributesOf && (await client.fields(undefined, { resource: attributesOf.key })),
  ]);
  return Object.fromEntries(await Promise.all(known)) as Record<string, ProfileAttribute[] | undefined>;
}

/** The input of `--input` and `key=value` together. @param open connects, where the types of attributes are needed. */
export async function readInputs(
  operation: Operation,
  source: string,
  given: readonly string[],
  open: () => Promise<Client>,
): Promise<unknown> {
  const input = await readInput(source);
  if (given.length === 0) return input;
  if (!isRecord(input)) throw new UsageError('--input must be a JSON object where key=value is given too');
  for (const { path, value } of await readPairs(operation, given, open)) {
    addPair(input, path, value, 'in --input');
  }
  return input;
}

/** Sets the value at a path of an input. @throws UsageError where there is one. */
export function addPair(input: Record<string, unknown>, path: string[], value: unknown, where: string): void {
  const key = path.join('.');
  let at: unknown = input;
  for (const name of path) at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  if (at !== undefined) {
    throw new UsageError(`${key} is given twice: ${where} and as ${key}=…`, {
      hint: 'Leave one of them out.',
    });
  }
  try {
    place(input, path, value);
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw new UsageError(`${key}=… ${error.message}`);
  }
}

/** Reads `key=value` arguments. @throws UsageError for an unknown input, or a value of the wrong type. */
export async function readPairs(
  operation: Operation,
  given: readonly string[],
  open: () => Promise<Client>,
): Promise<Pair[]> {
  const { key } = operation;
  const texts = new Map<string, string[]>();
  for (const text of given) {
    const [name = '', ...rest] = text.split('=');
    if (name === '' || rest.length === 0) {
      throw new UsageError(`${name || 'An argument'} is not key=value`, {
        hint: `Inputs are given as key=value, or together as JSON with --input ("okta-connector describe ${key}").`,
      });
    }
    texts.set(name, [...(texts.get(name) ?? []), rest.join('=')]);
  }
  const carried = carriedIn(operation.input);
  const ofOrg = [...texts.keys()].some((name) => {
    const [first = '', ...deeper] = name.split('.');
    return deeper.length > 0 && carried[first]?.attributesOf !== undefined;
  });
  const attributes = ofOrg ? await attributesFor(await open(), operation) : undefined;
  const schema = inputSchemaOf(operation);
  const pairs = [...texts].map(async ([name, values]): Promise<Pair> => {
    const path = name.split('.');
    const type = schemaAt({ key, schema, attributes }, path);
    if (type === undefined) {
      throw new UsageError(`${name} is not an input of ${key}${didYouMean(name, inputPaths(schema))}`, {
        hint: `"okta-connector describe ${key}" lists them.`,
      });
    }
    const items = itemsOf(type);
    const file = items?.type === 'object' && values.length === 1 && /^@(.+)$/s.exec(values[0] ?? '')?.[1];
    return { path, value: file ? await readRowsFile(file, name, items) : typedValue(name, values, type) };
  });
  // Objects before their members, otherwise they would overwrite the members.
  return (await Promise.all(pairs)).sort((one, other) => one.path.length - other.path.length);
}

function typedValue(name: string, texts: string[], schema: JsonSchema): unknown {
  const [text = ''] = texts;
  try {
    const items = itemsOf(schema);
    if (items)
      return texts.length === 1 && /^\s*\[/.test(text)
        ? readCell(text, schema)
        : texts.map((one) => readCell(one, items));
    if (texts.length > 1) throw new CellError('is given twice, but takes one value');
    const value = readCell(text, schema);
    return schema.format === 'date-time' && typeof value === 'string' ? readTime(value) : value;
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw new UsageError(`${name} ${error.message}`, hintFor(name, schema));
  }
}

function hintFor(name: string, { properties = {} }: JsonSchema): { hint?: string } {
  const members = Object.keys(properties).map((member) => `${name}.${member}=…`);
  return members.length > 0
    ? { hint: `Or give its members one by one, such as ${members.slice(0, 3).join(' ')}` }
    : {};
}
