import { didYouMean } from '../../errors/did-you-mean.ts';
import { isRecord } from '../../schema/record.ts';
import type { Row } from '../change.ts';
import { cut, type Lookup } from './lookup.ts';
import type { Miss, RowError } from './mapping.ts';
import type { MappingData } from './schema.ts';

type FieldData = NonNullable<MappingData['fields']>[string];

/** A name that a table lacks. */
type OnMiss = ((miss: Miss) => void) | undefined;

/** Puts one field into a row, and what is attached to it. */
type Fill = (object: Row, row: Row, told: Row | undefined, onMiss: OnMiss) => RowError | undefined;

/** Compiled fields. */
export interface Fields {
  /** All names that a filled row can have. */
  names: readonly string[];
  /** Fills a row. The first error ends it. */
  fill: Fill;
}

/** What fields need of the rest of the mapping. */
export interface FieldContext {
  preset: Readonly<Record<string, string>>;
  /** Paths that an object has, beside `profile.NAME`. */
  paths: readonly string[];
  /** A table by its name. */
  lookup(name: string, maxLength: number | undefined, report: (problem: string) => void): Lookup | undefined;
}

/** Members that every row has. */
const OWN = new Set(['id', 'active', 'profile']);

/** Names that a field cannot have. */
export function fieldNameProblem(name: string): string | undefined {
  if (OWN.has(name)) return 'every row has it already; choose another name';
  return name === '__proto__' ? 'it cannot be a name' : undefined;
}

/**
 * Compiles fields, those given over the preset.
 * @param report told each problem, with the field that has it.
 */
export function compileFields(
  given: Readonly<Record<string, FieldData>>,
  context: FieldContext,
  report: (field: string, problem: string) => void,
): Fields {
  const names = new Set<string>();
  const fills: Fill[] = [];
  const add = (name: string, by: string) => {
    if (names.has(name)) report(by, `the field ${name} is given twice`);
    names.add(name);
  };
  const all = Object.entries({ ...context.preset, ...given });
  for (const [name, data] of all) {
    const problem = fieldNameProblem(name);
    if (problem) report(name, problem);
    else if (data !== null) add(name, name);
  }
  for (const [name, data] of all) {
    if (data === null) continue;
    const tell = (problem: string) => report(name, problem);
    if (typeof data === 'string' || Array.isArray(data))
      fills.push(copy(name, readerOf(data, context, tell)));
    else if ('value' in data) fills.push(copy(name, () => data.value));
    else {
      for (const attached of Object.keys(data.attach ?? {})) {
        const problem = fieldNameProblem(attached);
        if (problem) tell(`attach: ${attached}: ${problem}`);
        add(attached, name);
      }
      fills.push(looked(name, data, context, tell));
    }
  }
  return {
    names: [...names],
    fill(object, row, told, onMiss) {
      for (const fill of fills) {
        const error = fill(object, row, told, onMiss);
        if (error) return error;
      }
      return undefined;
    },
  };
}

type Reader = (object: Row) => unknown;

const copy =
  (name: string, read: Reader): Fill =>
  (object, row) => {
    const value = read(object);
    if (value !== undefined) row[name] = value;
    return undefined;
  };

type LookedData = Extract<FieldData, { from: unknown }>;

function looked(
  name: string,
  { from, maxLength, lookup, onMiss, attach = {} }: LookedData,
  context: FieldContext,
  report: (problem: string) => void,
): Fill {
  const read = readerOf(from, context, report);
  const shortened = (value: unknown) => (typeof value === 'string' ? cut(value.trim(), maxLength) : value);
  if (lookup === undefined) {
    if (Object.keys(attach).length > 0) report('attach needs a lookup');
    return copy(name, maxLength === undefined ? read : (object) => shortened(read(object)));
  }
  const table = context.lookup(lookup, maxLength, report);
  const all = [name, ...Object.keys(attach)];
  return (object, row, told, tellMiss) => {
    const value = read(object);
    const found = isName(value) ? table?.find(String(value)) : undefined;
    if (found !== undefined) {
      row[name] = found;
      Object.assign(row, attach);
      return undefined;
    }
    for (const one of all) row[one] = null;
    if (value === undefined) return undefined;
    tellMiss?.({ field: name, lookup, name: String(value), known: table?.names ?? [] });
    if (onMiss === 'error') {
      const message = `${name}: "${String(value)}" is not in the table ${lookup}`;
      return { field: name, rule: 'onMiss: error', message };
    }
    if (onMiss === 'keep') for (const one of all) row[one] = told?.[one] ?? null;
    return undefined;
  };
}

const isName = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

/** Reads the first path that has a value; undefined if none has. Null and empty texts are no values. */
function readerOf(
  from: string | string[],
  { paths }: FieldContext,
  report: (problem: string) => void,
): Reader {
  const readers = [from].flat().map((path) => {
    const problem = pathProblem(path, paths);
    if (problem) report(problem);
    const [first = '', second] = path.split('.');
    if (second === undefined) return (object: Row) => object[first];
    return (object: Row) => {
      const inner = object[first];
      return isRecord(inner) && Object.hasOwn(inner, second) ? inner[second] : undefined;
    };
  });
  return (object) => {
    for (const read of readers) {
      const value = read(object);
      if (value !== undefined && value !== null && value !== '') return value;
    }
    return undefined;
  };
}

function pathProblem(path: string, known: readonly string[]): string | undefined {
  if (/^profile\.[^.]+$/.test(path) || known.includes(path)) return undefined;
  const attribute = /^[^.]+\.([^.]+)$/.exec(path)?.[1];
  const candidates = attribute === undefined ? known : [...known, `profile.${attribute}`];
  return `Okta has no ${path}${didYouMean(path, candidates) || `; it has profile.NAME, ${known.join(', ')}`}`;
}
