/** One member of an object schema, for tables. */
export interface SchemaField {
  name: string;
  /** A readable type: `text`, `text[]`, `SUCCESS | FAILURE`, `object`. */
  type: string;
  required: boolean;
  secret: boolean;
  title: string;
  description: string;
  example: unknown;
  default: unknown;
}

/** The keywords of JSON Schema that the manifest uses. */
export interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
  title?: string;
  description?: string;
  examples?: unknown[];
  default?: unknown;
  format?: string;
  writeOnly?: boolean;
  minimum?: number;
  maximum?: number;
}

/** The members of an object schema, or of the items of an array schema. */
export function fieldsOf(schema: object): SchemaField[] {
  const {
    items,
    properties = items?.properties ?? {},
    required = items?.required ?? [],
  } = schema as JsonSchema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    type: typeOf(property),
    required: required.includes(name) && property.default === undefined,
    secret: property.writeOnly === true,
    title: property.title ?? name,
    description: property.description ?? '',
    example: property.examples?.[0],
    default: property.default,
  }));
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum) return schema.enum.join(' | ');
  const options = (schema.anyOf ?? schema.oneOf)?.map(typeOf).filter((type) => type !== 'null');
  if (options) return [...new Set(options)].join(' or ');
  if (schema.type === 'array') return `${schema.items ? typeOf(schema.items) : 'value'}[]`;
  if ([schema.type].flat().includes('string')) return schema.format === 'date-time' ? 'date-time' : 'text';
  return [schema.type ?? 'any']
    .flat()
    .filter((type) => type !== 'null')
    .join(' or ');
}
