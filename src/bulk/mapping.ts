import { z } from 'zod';
import { nearest } from '../errors/did-you-mean.ts';
import { InputError } from '../errors/errors.ts';
import { describeIssues } from '../errors/issues.ts';
import { CellError, memberSchema, readCell } from '../schema/cell.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import type { ProfileAttribute } from '../schema/profile-attribute.ts';

/** The source of an input: a column, or a constant value for all rows. */
const mappingSchema = z.record(z.string().min(1), z.union([z.string(), z.strictObject({ value: z.json() })]));

/** Input path (`profile.department`) to column name, or to `{ value }`. */
export type ColumnMap = z.output<typeof mappingSchema>;

/** Reads a mapping. @throws InputError naming what is wrong in it. */
export function parseMapping(value: unknown): ColumnMap {
  const parsed = mappingSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError('The map is not valid', {
    causes: describeIssues(parsed.error),
    hint: 'It is {"<input>": "<column>"} or {"<input>": {"value": <any>}}, for example {"profile.login": "E-mail"}.',
  });
}

export interface MapperOptions {
  /** The action, for messages. */
  key: string;
  /** JSON Schema of its input. */
  schema: JsonSchema;
  mapping?: ColumnMap;
  /** The attributes that the org defines, by the input containing them, if the connection may read them. */
  attributes?: Readonly<Record<string, readonly ProfileAttribute[] | undefined>>;
  /** A cell with this text clears the attribute. */
  nullText?: string;
  /** Values that all rows have, beside their own. */
  constants?: readonly { path: string[]; value: unknown }[];
}

interface Target {
  path: string[];
  schema: JsonSchema;
  column?: string;
  value?: unknown;
}

/** Builds the input of an action from the cells of a row; undefined and empty cells omit their input. */
export type Mapper = (cellOf: (column: string) => unknown) => Record<string, unknown>;

/** `groupIds[]` and `groupIds` are the same input. */
const pathOf = (name: string) => name.trim().replace(/\[\]$/, '').split('.');

/**
 * Maps columns to inputs. Without a mapping, columns are named like the inputs, `profile.department` for nested ones; with
 * one, only the columns it names are read.
 * @param columns names of all columns; undefined where each row has its own (NDJSON).
 * @throws InputError for an unknown column or input, and for a required input without a column.
 */
export function mapperOf(columns: readonly string[] | undefined, options: MapperOptions): Mapper {
  const { key, mapping, nullText } = options;
  const named = (columns ?? []).filter((column) => column !== '');
  const sources = mapping ?? Object.fromEntries(named.map((column) => [column, column]));
  const problems: string[] = columns ? unclear(columns, mapping) : [];
  const targets: Target[] = [];
  for (const [name, source] of Object.entries(sources)) {
    const path = pathOf(name);
    const schema = schemaAt(options, path);
    const column = typeof source === 'string' ? source : undefined;
    if (schema === undefined) problems.push(noInput(options, name, columns));
    else if (column !== undefined && columns && !columns.includes(column))
      problems.push(`there is no column ${column}`);
    else targets.push({ path, schema, column, value: typeof source === 'string' ? undefined : source.value });
  }
  for (const { path, value } of options.constants ?? []) {
    const name = path.join('.');
    if (targets.some((target) => target.path.join('.') === name)) {
      problems.push(
        `${name} is given twice: for all rows as ${name}=…, and ${mapping ? 'in the map' : 'as a column'}`,
      );
    }
    targets.push({ path, schema: {}, value });
  }
  problems.push(
    ...missing(options.schema, targets).map((path) => `${path} is required, but no column provides it`),
  );
  if (problems.length > 0) {
    throw new InputError(`The columns do not fit ${key}`, {
      causes: problems,
      hint: `Name columns like inputs ("okta-connector describe ${key}"), or map them with --map. The first line must contain the names.`,
    });
  }
  // Objects before their members, otherwise they would overwrite the members.
  targets.sort((one, other) => one.path.length - other.path.length);
  return (cellOf) => {
    const input: Record<string, unknown> = {};
    const wrong: string[] = [];
    for (const { path, schema, column, value } of targets) {
      try {
        const found = column === undefined ? value : cellValue(cellOf(column), schema, nullText);
        // A copy, because other columns may add members for this row only.
        if (found !== undefined) place(input, path, structuredClone(found));
      } catch (error) {
        if (!(error instanceof CellError)) throw error;
        const source = column === undefined ? `the value for ${path.join('.')}` : `column ${column}`;
        wrong.push(`${source}: ${error.message}`);
      }
    }
    if (wrong.length === 0) return input;
    throw new InputError(`The row does not fit ${key}: ${wrong.join('; ')}`, { causes: wrong });
  };
}

function cellValue(cell: unknown, schema: JsonSchema, nullText: string | undefined): unknown {
  if (typeof cell !== 'string') return cell;
  if (nullText !== undefined && cell === nullText) return null;
  return cell === '' ? undefined : readCell(cell, schema);
}

/** Ambiguous columns among those read; they are identified by position, see {@link noInput}. */
function unclear(columns: readonly string[], mapping: ColumnMap | undefined): string[] {
  const read = mapping && new Set(Object.values(mapping));
  return columns.flatMap((column, at) => {
    const first = columns.indexOf(column);
    if (read && !read.has(column)) return [];
    if (column === '') return [`column ${at + 1} has no name`];
    return first === at ? [] : [`column ${at + 1} has the same name as column ${first + 1}`];
  });
}

/** Sets a nested member, creating objects in between. @throws CellError when a member in between is not an object. */
export function place(input: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let object = input;
  for (const [at, name] of path.slice(0, -1).entries()) {
    if (!Object.hasOwn(object, name)) object[name] = {};
    const inner = object[name];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) {
      throw new CellError(
        `cannot be set, because ${path.slice(0, at + 1).join('.')} is not an object in this row`,
      );
    }
    object = inner as Record<string, unknown>;
  }
  object[path.at(-1) as string] = value;
}

const ofAttribute = ({ type, itemType }: ProfileAttribute): JsonSchema => ({
  type,
  items: itemType === undefined ? undefined : { type: itemType },
});

export function schemaAt(
  { schema, attributes }: MapperOptions,
  path: readonly string[],
): JsonSchema | undefined {
  if (path.includes('') || path.includes('__proto__')) return undefined;
  let at: JsonSchema | undefined = schema;
  for (const name of path) at = at && memberSchema(at, name);
  const [first, name, ...deeper] = path;
  const attribute =
    first !== undefined && deeper.length === 0
      ? attributes?.[first]?.find((one) => one.name === name)
      : undefined;
  return at && attribute ? ofAttribute(attribute) : at;
}

/**
 * Reports an unknown input. A column that matches no input is identified by its position: if the header is missing, its
 * name is data, perhaps a password.
 */
function noInput({ schema, mapping }: MapperOptions, name: string, columns: readonly string[] = []): string {
  const names = inputPaths(schema);
  const last = (path: string) => path.split('.').at(-1)?.toLowerCase() ?? '';
  const twin = names.find((one) => last(one) === last(name.trim()));
  if (twin !== undefined) return `${name} is not an input; did you mean ${twin}?`;
  const lasts = names.map(last);
  const near = names[lasts.indexOf(nearest(last(name.trim()), lasts) ?? '')];
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  const member = /^(\w+)\./.exec(name)?.[1];
  if (mapping || (member && names.includes(member))) return `${name} is not an input${meant}`;
  return `column ${columns.indexOf(name) + 1} does not match any input${meant}`;
}

/** Paths of all named inputs. */
export function inputPaths(schema: JsonSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => [
    name,
    ...inputPaths(one).map((path) => `${name}.${path}`),
  ]);
}

/** Required inputs that no target provides; those of an object that is omitted entirely are not required. */
function missing(schema: JsonSchema, targets: readonly Target[], path: readonly string[] = []): string[] {
  const under = (at: readonly string[]) =>
    targets.filter((target) => at.every((name, index) => target.path[index] === name));
  return (schema.required ?? []).flatMap((name) => {
    const at = [...path, name];
    const member = schema.properties?.[name] ?? {};
    const filling = under(at);
    if (filling.some((target) => target.path.length === at.length) || member.default !== undefined) return [];
    const inner = missing(member, targets, at);
    return inner.length > 0 || filling.length > 0 ? inner : [at.join('.')];
  });
}
