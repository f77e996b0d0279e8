/** One attribute of a user profile, as a form needs it. */
export interface ProfileAttribute {
  name: string;
  title: string;
  description?: string;
  /** `string` where the schema names no type, several, or one that is unknown. */
  type: AttributeType;
  /** Type of the items of an array, where the schema names a known one. */
  itemType?: string;
  /** Allowed values with what to show for each. */
  choices?: { value: string | number; label: string }[];
  /** True where a new user must be given a value: Okta has no default for it, and it can be written. */
  required: boolean;
  readOnly: boolean;
  unique: boolean;
  /** True for attributes that the org added. */
  custom: boolean;
}

const TYPES = ['string', 'boolean', 'integer', 'number', 'array', 'object'] as const;
type AttributeType = (typeof TYPES)[number];

type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isType = (type: unknown): type is AttributeType => (TYPES as readonly unknown[]).includes(type);

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** The types of a property without null, which clears any attribute; empty where none is named. */
const typesOf = ({ type }: Json): unknown[] => [
  ...new Set([type].flat().filter((one) => one !== 'null' && one !== null && one !== undefined)),
];

function formType(property: Json): AttributeType | undefined {
  const types = typesOf(property);
  if (types.length === 0 || !types.every(isType)) return undefined;
  return types.includes('string') ? 'string' : types[0];
}

/**
 * The values that `enum` and `oneOf` list together, with the titles of `oneOf`; undefined where they list none, or where
 * something in them is no plain value (a schema, an object).
 */
function choicesOf({ oneOf, enum: listed }: Json): ProfileAttribute['choices'] {
  const titled: unknown[] = Array.isArray(oneOf) ? oneOf : [];
  const labels = new Map<unknown, string | undefined>();
  for (const one of titled) {
    const value = isObject(one) ? one.const : undefined;
    if (!labels.get(value)) labels.set(value, isObject(one) ? textOf(one.title) : undefined);
  }
  const bounded = Array.isArray(listed) && listed.length > 0;
  // Beside an enum, what `oneOf` has without a value is only a title.
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

/** An attribute as its property of the schema describes it. @param listed whether the list of required names has it. */
export function attributeFrom(
  name: string,
  definition: unknown,
  { custom, listed }: { custom: boolean; listed: boolean },
): ProfileAttribute {
  const property = isObject(definition) ? definition : {};
  const items = isObject(property.items) ? property.items : undefined;
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

/** Okta takes an empty text for no value. */
const hasDefault = ({ default: value }: Json) => value !== undefined && value !== null && value !== '';

const isLength = (limit: unknown) => Number.isInteger(limit) && (limit as number) >= 0;

const LIMITS = {
  minLength: isLength,
  maxLength: isLength,
  minimum: Number.isFinite,
  maximum: Number.isFinite,
};

const fits = (value: unknown, type: unknown) =>
  type === 'integer' ? Number.isInteger(value) : typeof value === type;

/**
 * What of a property can be checked, as JSON Schema that every validator compiles. Okta's own documents hold more (formats,
 * draft 4, types of its own): what is not understood is left out, and an attribute that makes no sense without it is not
 * checked at all (`{}`). Okta then decides.
 */
export function valueSchema(property: unknown): Json {
  if (!isObject(property) || '$ref' in property) return {};
  const types = typesOf(property);
  if (!types.every(isType)) return {};
  const allowed = choicesOf(property)?.map(({ value }) => value);
  // No value could be both of the type and one of those that are listed.
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
