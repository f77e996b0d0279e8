import { InputError } from '../errors/errors.ts';
import type { Schema } from '../schema/json-schema.ts';

/** How a host shows a field; every host has a widget for each. */
export type FieldKind =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'enum'
  | 'multi_enum'
  | 'date_time'
  /** A text, a number or a boolean. */
  | 'scalar'
  /** An array of texts. */
  | 'list'
  /** An array of objects, each a small form of its own: `members`. */
  | 'rows'
  /** Any JSON value. */
  | 'json'
  /** An object whose members are attributes that the org defines: the known ones are in `fields`. */
  | 'attributes';

/** One field of a form, derived from the JSON Schema of an input. */
export interface HostField {
  /** Where the value belongs in the input, dotted: `userId`, `credentials.password.value`, `profile.department`. */
  name: string;
  kind: FieldKind;
  title: string;
  description: string;
  example?: unknown;
  default?: unknown;
  /** The operation does not run without it. */
  required: boolean;
  /** Null clears the value in Okta; leaving the field out leaves it alone. */
  nullable?: true;
  /** Must not be stored in clear text. */
  secret?: true;
  /** Allowed values of an enum. */
  choices?: string[];
  minimum?: number;
  maximum?: number;
  /** Key of the drop-down that fills it; typing a value is possible as well. */
  options?: string;
  /** The attributes known beforehand, of a field of kind `attributes`. */
  fields?: HostField[];
  /** Of a field of kind `attributes`: whose attributes these are, and the name of the field that says of which kind. */
  attributesOf?: { resource: string; by?: string };
  /** It counts only where a trigger is instant, or only where it is not. */
  only?: 'instant' | 'polling';
  /** The form of one row, of a field of kind `rows`; names are relative to the row. */
  members?: HostField[];
}

/** What of an action or trigger of the manifest makes its form. */
export interface FormSource {
  /** Input name to key of the drop-down. */
  options?: Record<string, string>;
  /** Inputs whose members the org defines: for which resource, and which input says of which kind. */
  attributes?: Record<string, { resource: string; by?: string }>;
  /** Inputs that count for one use of a trigger only. */
  only?: Record<string, 'instant' | 'polling'>;
  input: object;
}

/**
 * The form of an operation, required fields first. Objects with fixed members become a field for each member, because
 * no host has a good widget for objects within objects.
 */
export function hostFields(source: FormSource): HostField[] {
  const fields = membersOf(source.input as Schema, {
    ...{ source, path: [], titles: [], description: '' },
    ...{ required: true, parentRequired: true },
  });
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

interface Place {
  source: FormSource;
  path: string[];
  titles: string[];
  description: string;
  required: boolean;
  parentRequired: boolean;
  secret?: boolean;
}

function membersOf(schema: Schema, place: Place): HostField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, member]) => {
    const at: Place = {
      source: place.source,
      path: [...place.path, key],
      titles: [...place.titles, ...(member.title ? [member.title] : [])],
      description: member.description ?? place.description,
      parentRequired: place.required,
      required: place.required && (schema.required ?? []).includes(key) && member.default === undefined,
      secret: place.secret || member.writeOnly,
    };
    const fixed = Object.keys(member.properties ?? {}).length > 0;
    const attributesOf = place.source.attributes?.[at.path.join('.')];
    if (attributesOf) return [{ ...attributesField(member, at), attributesOf }];
    return fixed && place.path.length < 3 ? membersOf(member, at) : [field(member, at)];
  });
}

/** The attributes have the names they have in Okta, so their titles stand alone. */
function attributesField(schema: Schema, place: Place): HostField {
  return { ...field(schema, place), kind: 'attributes', fields: membersOf(schema, { ...place, titles: [] }) };
}

function field(
  schema: Schema,
  { source, path, titles, description, required, parentRequired, secret }: Place,
): HostField {
  const name = path.join('.');
  const kind = kindOf(schema);
  return {
    name,
    kind,
    title: titleOf(titles) || name,
    description,
    example: schema.examples?.[0],
    // Within an object that may be left out, a default counts only once something else of it is given.
    ...(parentRequired ? { default: schema.default } : {}),
    required,
    ...(typesOf(schema).includes('null') ? { nullable: true as const } : {}),
    ...(secret ? { secret: true as const } : {}),
    ...(kind === 'enum' ? { choices: schema.enum?.map(String) } : {}),
    ...(kind === 'rows' ? { members: hostFields({ input: schema.items ?? {} }) } : {}),
    ...(kind === 'multi_enum' ? { choices: schema.items?.enum?.map(String) } : {}),
    ...(schema.minimum === undefined ? {} : { minimum: schema.minimum }),
    // JavaScript's largest integer is no limit that a person should read.
    ...(schema.maximum === undefined || schema.maximum === Number.MAX_SAFE_INTEGER
      ? {}
      : { maximum: schema.maximum }),
    ...(source.options?.[name] ? { options: source.options[name] } : {}),
    ...(source.only?.[name] ? { only: source.only[name] } : {}),
  };
}

/** "Credentials: Password: Password hash" tells no more than "Password hash". */
const titleOf = (titles: string[]): string => {
  const own = titles.length > 1 ? titles.slice(1) : titles;
  return own.filter((title, at) => !own[at + 1]?.startsWith(title)).join(': ');
};

const typesOf = ({ type, anyOf = [] }: Schema): string[] => [
  ...[type ?? []].flat(),
  ...anyOf.flatMap((one) => typesOf(one)),
];

const SCALARS = new Set(['string', 'number', 'integer', 'boolean']);

function kindOf(schema: Schema): FieldKind {
  const types = typesOf(schema).filter((type) => type !== 'null');
  const [only] = types;
  if (types.length > 1 && types.every((type) => SCALARS.has(type))) return 'scalar';
  if (types.length !== 1 || only === undefined) return 'json';
  if (only === 'array') {
    if (schema.items?.enum) return 'multi_enum';
    if (schema.items?.properties) return 'rows';
    return schema.items?.type === 'string' ? 'list' : 'json';
  }
  if (only === 'object') return 'json';
  if (schema.enum) return 'enum';
  if (only === 'string') return schema.format === 'date-time' ? 'date_time' : 'string';
  return only as 'number' | 'integer' | 'boolean';
}

/**
 * Builds an input from dotted names; what is undefined is left out.
 * @throws InputError for a name with the part `__proto__`, which would change every object of the process.
 */
export function nest(values: Record<string, unknown>): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const path = name.split('.');
    if (path.includes('__proto__')) throw new InputError(`No field can have the name ${name}`);
    const last = path.pop() as string;
    let at = input;
    for (const key of path) {
      if (!isObject(at[key])) at[key] = {};
      at = at[key] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return input;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
