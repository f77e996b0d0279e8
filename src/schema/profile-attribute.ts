import { isRecord } from './record.ts';

/** One attribute of a user profile, as a form needs it. */
export interface ProfileAttribute {
  name: string;
  title: string;
  description?: string;
  /** `string` when the schema names no type, several, or an unknown one. */
  type: AttributeType;
  /** Type of the items of an array, if the schema names a known one. */
  itemType?: string;
  /** Allowed values with their labels. */
  choices?: { value: string | number; label: string }[];
  /** True when a new user must have a value: Okta has no default for it, and it is writable. */
  required: boolean;
  readOnly: boolean;
  unique: boolean;
  /** True for attributes that the org added. */
  custom: boolean;
}

/** The attributes of a user type, and the constraints of a profile. */
export interface ProfileSchema {
  attributes: ProfileAttribute[];
  /** JSON Schema of each attribute's value, except null, which clears it. */
  values: ReadonlyMap<string, object>;
  /** False when part of the schema could not be understood, so that attributes may be missing. */
  complete: boolean;
  /** Reads the schema again, bypassing the cache; undefined on failure. */
  reload?(): Promise<ProfileSchema | undefined>;
}

const TYPES = ['string', 'boolean', 'integer', 'number', 'array', 'object'] as const;
type AttributeType = (typeof TYPES)[number];

type Json = Record<string, unknown>;

/** The members of an object; empty for anything else. */
export const membersOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

const isType = (type: unknown): type is AttributeType => (TYPES as readonly unknown[]).includes(type);

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** The types of a property except null, which clears any attribute; empty when none is named. */
const typesOf = ({ type }: Json): unknown[] => [
  ...new Set([type].flat().filter((one) => one !== 'null' && one !== null && one !== undefined)),
];

function formType(property: Json): AttributeType | undefined {
  const types = typesOf(property);
  if (types.length === 0 || !types.every(isType)) return undefined;
  return types.includes('string') ? 'string' : types[0];
}

/**
 * The values that `enum` and `oneOf` list together, with the titles of `oneOf`; undefined when they list none, or contain
 * something other than a plain value (a schema, an object).
 */
function choicesOf({ oneOf, enum: listed }: Json): ProfileAttribute['choices'] {
  const titled: unknown[] = Array.isArray(oneOf) ? oneOf : [];
  const labels = new Map<unknown, string | undefined>();
  for (const one of titled) {
    const value = isRecord(one) ? one.const : undefined;
    if (!labels.get(value)) labels.set(value, isRecord(one) ? textOf(one.title) : undefined);
  }
  const bounded = Array.isArray(listed) && listed.length > 0;
  // Next to an enum, a `oneOf` entry without a value is only a title.
  if (bounded) labels.delete(undefined);
  for (const value of bounded ? listed : []) if (!labels.has(value)) labels.set(value, undefined);
  labels.delete(null);
  const values = [...labels.keys()];
  if (values.length === 0 || !values.every((value) => ['string', 'number'].includes(typeof value)))
    return undefined;
  return (values as (string | number)[]).map((value) => ({
    value,
    label: labels.get(value) ?? String(value),
  }));
}

/** The attribute described by a property of the schema. @param listed whether the list of required names contains it. */
export function attributeFrom(
  name: string,
  definition: unknown,
  { custom, listed }: { custom: boolean; listed: boolean },
): ProfileAttribute {
  const property = isRecord(definition) ? definition : {};
  const items = isRecord(property.items) ? property.items : undefined;
  const readOnly = property.mutability === 'READ_ONLY';
  return {
    name,
    title: textOf(property.title) ?? name,
    description: textOf(property.description),
    type: formType(property) ?? 'string',
    itemType: items && formType(items),
    choices: choicesOf(items ?? property),
    required: (property.required === true || listed) && !readOnly && !hasDefault(property),
    readOnly,
    unique: Boolean(property.unique),
    custom,
  };
}

/** Okta treats an empty text as no value. */
const hasDefault = ({ default: value }: Json) => value !== undefined && value !== null && value !== '';

const isLength = (limit: unknown) => Number.isInteger(limit) && (limit as number) >= 0;

/** A lenient e-mail address; Okta decides about the rest. */
export const EMAIL_SHAPE = '^[^\\s@]+@[^\\s@]+$';

const LIMITS = {
  // Those of admins are in another dialect.
  pattern: (pattern: unknown) => pattern === EMAIL_SHAPE,

  minLength: isLength,
  maxLength: isLength,
  minimum: Number.isFinite,
  maximum: Number.isFinite,
};

const fits = (value: unknown, type: unknown) =>
  type === 'integer' ? Number.isInteger(value) : typeof value === type;

/**
 * The checkable part of a property, as JSON Schema that every validator compiles. Okta's own documents contain more
 * (formats, draft 4, custom types): what is not understood is omitted, and an attribute that makes no sense without it is
 * not checked (`{}`). Okta then decides.
 */
export function valueSchema(property: unknown): Json {
  if (!isRecord(property) || '$ref' in property) return {};
  const types = typesOf(property);
  if (!types.every(isType)) return {};
  const allowed = choicesOf(property)?.map(({ value }) => value);
  // No value could both have the type and be in the list.
  if (types.length > 0 && allowed?.some((value) => !types.some((type) => fits(value, type)))) return {};
  return {
    ...(types.length > 0 ? { type: types } : {}),
    ...(allowed ? { enum: allowed } : {}),
    ...(property.items === undefined ? {} : { items: valueSchema(property.items) }),
    ...Object.fromEntries(
      Object.entries(LIMITS)
        .filter(([name, isLimit]) => isLimit(property[name]))
        .map(([name]) => [name, property[name]]),
    ),
  };
}
