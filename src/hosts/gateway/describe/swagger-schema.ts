import type { RawSchema } from '../../../manifest/shared-schemas.ts';

const ANY: RawSchema = {};

/** Keywords that Swagger 2 takes as they are. */
const KEPT = new Set([
  ...['description', 'default', 'enum', 'format', 'required', 'minimum', 'maximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems'],
]);

/**
 * A JSON Schema as Swagger 2.0 can say it, with the extensions of Power Automate: titles become `x-ms-summary`, labels of an enum
 * `x-ms-enum-values`, and null `x-nullable`. What it cannot say (several types, `anyOf`) is left out, so it accepts more, never less.
 */
export function swaggerSchema(schema: RawSchema): RawSchema {
  const { $ref, title, type, anyOf, oneOf, properties, items, additionalProperties, examples } = schema;
  // Swagger 2 ignores what stands beside a reference.
  if (typeof $ref === 'string') return { $ref: $ref.replace('#/$defs/', '#/definitions/') };
  const types = [type ?? []].flat() as string[];
  const nullable = types.includes('null');
  const others = types.filter((one) => one !== 'null');
  if (Array.isArray(anyOf)) return { ...oneOfMany(anyOf as RawSchema[]), ...wordsOf(schema) };
  return {
    ...(others.length === 1 ? { type: others[0] } : {}),
    ...(typeof title === 'string' ? { 'x-ms-summary': title } : {}),
    ...Object.fromEntries(
      Object.entries(schema).filter(([name, value]) => KEPT.has(name) && value !== undefined),
    ),
    ...('const' in schema ? { enum: [schema.const] } : {}),
    // JavaScript's largest integer is no limit.
    ...(schema.maximum === Number.MAX_SAFE_INTEGER ? { maximum: undefined } : {}),
    ...exclusive(schema),
    ...(Array.isArray(oneOf) && Array.isArray(schema.enum) ? { 'x-ms-enum-values': labelsOf(oneOf) } : {}),
    ...(Array.isArray(examples) && examples.length > 0 ? { example: examples[0] } : {}),
    ...(nullable && others.length === 1 ? { 'x-nullable': true } : {}),
    ...(properties ? { properties: mapped(properties as Record<string, RawSchema>) } : {}),
    ...(others.includes('array') && others.length === 1
      ? { items: swaggerSchema((items as RawSchema) ?? ANY) }
      : {}),
    ...(typeof additionalProperties === 'object' && additionalProperties !== null
      ? { additionalProperties: swaggerSchema(additionalProperties as RawSchema) }
      : {}),
  };
}

/** What several schemas have in common: one of them beside null, a list of constants, or nothing. */
function oneOfMany(schemas: RawSchema[]): RawSchema {
  const others = schemas.filter(({ type }) => type !== 'null');
  const nullable = others.length < schemas.length ? { 'x-nullable': true } : {};
  const [only = {}] = others;
  if (others.length === 1 && only.$ref) return { allOf: [swaggerSchema(only)], ...nullable };
  if (others.length === 1) return { ...swaggerSchema(only), ...nullable };
  if (others.every((one) => typeof one.const === 'string')) {
    return { type: 'string', enum: others.map((one) => one.const), ...nullable };
  }
  // Without a type, null is among what it takes.
  return {};
}

function wordsOf({ title, description, examples }: RawSchema): RawSchema {
  return {
    ...(typeof title === 'string' ? { 'x-ms-summary': title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(Array.isArray(examples) && examples.length > 0 ? { example: examples[0] } : {}),
  };
}

/** An exclusive limit is a number in JSON Schema, and a mark beside the limit in Swagger 2. */
const exclusive = ({ exclusiveMinimum, exclusiveMaximum }: RawSchema): RawSchema => ({
  ...(typeof exclusiveMinimum === 'number' ? { minimum: exclusiveMinimum, exclusiveMinimum: true } : {}),
  ...(typeof exclusiveMaximum === 'number' ? { maximum: exclusiveMaximum, exclusiveMaximum: true } : {}),
});

const labelsOf = (oneOf: unknown[]) =>
  (oneOf as RawSchema[]).map(({ const: value, title }) => ({ value, displayName: title ?? String(value) }));

const mapped = (properties: Record<string, RawSchema>): Record<string, RawSchema> =>
  Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, swaggerSchema(member)]));
