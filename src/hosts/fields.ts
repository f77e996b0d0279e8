import { InputError } from '../errors/errors.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { humanize } from '../schema/labels.ts';
import { isRecord } from '../schema/record.ts';

/** How a host shows a field; every host has a widget for each. */
export type FieldKind =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'enum'
  | 'multi_enum'
  | 'date_time'
  /** A string, a number or a boolean. */
  | 'scalar'
  /** An array of strings. */
  | 'list'
  /** An array of objects, each with its own small form: `members`. */
  | 'rows'
  /** Any JSON value. */
  | 'json'
  /** An object whose members are attributes defined by the org; `fields` has the known ones. */
  | 'attributes';

/** One field of a form, derived from the JSON Schema of an input. */
export interface HostField {
  /** Dotted path of the value in the input: `userId`, `credentials.password.value`, `profile.department`. */
  name: string;
  kind: FieldKind;
  title: string;
  description: string;
  example?: unknown;
  default?: unknown;
  /** The operation cannot run without it. */
  required: boolean;
  /** Null clears the value in Okta; omitting the field keeps it. */
  nullable?: true;
  /** Must not be stored in plain text. */
  secret?: true;
  /** Allowed values of an enum, or of a scalar that has few. */
  choices?: string[];
  /** What people read for each of the choices. */
  labels?: Record<string, string>;
  minimum?: number;
  maximum?: number;
  /** Key of the drop-down that offers values; users can also type one. */
  options?: string;
  /** Kind `attributes` only: the attributes known in advance. */
  fields?: HostField[];
  /**
   * Kind `attributes` only: the resource that has the attributes, the name of the field that selects its kind, and what Okta's
   * base schema requires.
   */
  attributesOf?: { resource: string; by?: string; required?: readonly string[] };
  /** Applies only to instant triggers, or only to the others. */
  only?: 'instant' | 'polling';
  /** Kind `json` only, for a mapping: the resource whose attributes it maps, the action that previews it, and its members. */
  mapping?: { resource: string; previewBy: string; members: HostField[] };
  /** Kind `rows` only: the form of one row; names are relative to the row. */
  members?: HostField[];
}

/** The part of an action or trigger in the manifest that determines its form. */
export interface FormSource {
  /** Key of the drop-down, by input name. */
  options?: Record<string, string>;
  /** Inputs whose members the org defines: the resource, the input that selects its kind, and what Okta's base schema requires. */
  attributes?: Record<string, { resource: string; by?: string; required?: readonly string[] }>;
  /** Inputs that map attributes to fields. */
  mappings?: Record<string, { resource: string; previewBy: string }>;
  /** Inputs that apply to one use of a trigger only. */
  only?: Record<string, 'instant' | 'polling'>;
  input: object;
}

/**
 * The form of an operation, required fields first. Objects with fixed members become one field per member, because no host
 * has a good widget for nested objects.
 */
export function hostFields(source: FormSource): HostField[] {
  const fields = membersOf(source.input as JsonSchema, {
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

function membersOf(schema: JsonSchema, place: Place): HostField[] {
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
    const mapping = place.source.mappings?.[at.path.join('.')];
    if (mapping)
      return [{ ...field(member, at), mapping: { ...mapping, members: hostFields({ input: member }) } }];
    return fixed && place.path.length < 3 ? membersOf(member, at) : [field(member, at)];
  });
}

/** Attributes keep their Okta names, so their titles need no prefix. */
function attributesField(schema: JsonSchema, place: Place): HostField {
  return { ...field(schema, place), kind: 'attributes', fields: membersOf(schema, { ...place, titles: [] }) };
}

function field(
  schema: JsonSchema,
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
    // Inside an optional object, a default applies only once another member of it is set.
    ...(parentRequired ? { default: schema.default } : {}),
    required,
    ...(typesOf(schema).includes('null') ? { nullable: true as const } : {}),
    ...(secret ? { secret: true as const } : {}),
    ...(kind === 'enum' ? enumChoices(schema) : {}),
    ...(kind === 'scalar' ? scalarChoices(schema) : {}),
    ...(kind === 'rows' ? { members: hostFields({ input: schema.items ?? {} }) } : {}),
    ...(kind === 'multi_enum' ? enumChoices(schema.items ?? {}) : {}),
    ...(schema.minimum === undefined ? {} : { minimum: schema.minimum }),
    // JavaScript's largest integer is not a limit worth showing to users.
    ...(schema.maximum === undefined || schema.maximum === Number.MAX_SAFE_INTEGER
      ? {}
      : { maximum: schema.maximum }),
    ...(source.options?.[name] ? { options: source.options[name] } : {}),
    ...(source.only?.[name] ? { only: source.only[name] } : {}),
  };
}

type Choices = Pick<HostField, 'choices' | 'labels'>;

/** The values of an enum, and their labels: the `oneOf` beside it. */
const enumChoices = ({ enum: values = [], oneOf = [] }: JsonSchema): Choices => ({
  choices: values.map(String),
  labels: Object.fromEntries(oneOf.map(({ const: value, title }) => [String(value), title ?? String(value)])),
});

/** The values of a scalar that is a boolean or one of a few constants. */
function scalarChoices({ anyOf = [] }: JsonSchema): Choices {
  const all = anyOf.map(({ type, const: one }) => (type === 'boolean' ? [true, false] : [one]));
  const values = all.flat().map(String);
  return all.length > 0 && !all.flat().includes(undefined)
    ? { choices: values, labels: Object.fromEntries(values.map((value) => [value, humanize(value)])) }
    : {};
}

/** Shortens titles: "Credentials: Password: Password hash" says no more than "Password hash". */
const titleOf = (titles: string[]): string => {
  const own = titles.length > 1 ? titles.slice(1) : titles;
  return own.filter((title, at) => !own[at + 1]?.startsWith(title)).join(': ');
};

const typesOf = ({ type, anyOf = [] }: JsonSchema): string[] => [
  ...[type ?? []].flat(),
  ...anyOf.flatMap((one) => typesOf(one)),
];

const SCALARS = new Set(['string', 'number', 'integer', 'boolean']);

function kindOf(schema: JsonSchema): FieldKind {
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
 * Builds an input from dotted names; undefined values are omitted.
 * @throws InputError for a name with the part `__proto__`, which would modify every object of the process.
 */
export function nest(values: Record<string, unknown>): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const path = name.split('.');
    if (path.includes('__proto__')) throw new InputError(`A field cannot have the name ${name}`);
    const last = path.pop() as string;
    let at = input;
    for (const key of path) {
      if (!isRecord(at[key])) at[key] = {};
      at = at[key] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return input;
}
