/** Minimum size in characters of JSON; a smaller schema is easier to read in place. */
const WORTH_SHARING = 200;

/** Keywords that describe a schema without affecting what it accepts. */
const ANNOTATIONS = new Set(['title', 'description', 'examples', 'default']);

export type RawSchema = Record<string, unknown>;

interface Found {
  schema: RawSchema;
  /** Name of the first member with this schema. */
  name: string;
  /** Distinct schemas and operations that contain it. */
  holders: Set<string>;
}

/**
 * Moves repeated schemas to `$defs` and refers to them. Annotations (title, example) stay next to the reference.
 * @param schemas by unique names.
 * @returns the schemas with references to `#/$defs/...`, and their targets.
 */
export function shareSchemas(schemas: Readonly<Record<string, RawSchema>>): {
  schemas: Record<string, RawSchema>;
  $defs: Record<string, RawSchema>;
} {
  const found = new Map<string, Found>();
  const visit = (schema: RawSchema, holder: string, name: string): RawSchema => {
    const text = textOf(schema);
    const known = found.get(text);
    if (known) known.holders.add(holder);
    else {
      found.set(text, { schema: bare(schema), name, holders: new Set([holder]) });
      mapMembers(bare(schema), (member, at = name) => visit(member, text, at));
    }
    return schema;
  };
  for (const [name, schema] of Object.entries(schemas)) visit(schema, name, name.split('.').at(-1) ?? name);

  const names = namesOf(found);
  const replaced = (schema: RawSchema): RawSchema => {
    const name = names.get(textOf(schema));
    if (name === undefined) return mapMembers(schema, replaced);
    // Keep the type too, so that a host knows it without following the reference.
    const beside = Object.entries(schema).filter(([key]) => key === 'type' || ANNOTATIONS.has(key));
    return { ...Object.fromEntries(beside), $ref: `#/$defs/${name}` };
  };
  return {
    schemas: mapValues(schemas, replaced),
    $defs: Object.fromEntries(
      [...names].map(([text, name]) => [name, mapMembers(found.get(text)?.schema ?? {}, replaced)]),
    ),
  };
}

/** Names for the schemas worth sharing. */
function namesOf(found: ReadonlyMap<string, Found>): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const [text, { schema, name, holders }] of found) {
    if (holders.size < 2 || text.length < WORTH_SHARING || !('properties' in schema || 'oneOf' in schema))
      continue;
    // `_embedded` is shared as `embedded`.
    const plain = name.replace(/^_+/, '');
    let unique = plain;
    for (let n = 2; taken.has(unique); n++) unique = `${plain}_${n}`;
    taken.add(unique);
    names.set(text, unique);
  }
  return names;
}

const bare = (schema: RawSchema): RawSchema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !ANNOTATIONS.has(key)));

const textOf = (schema: RawSchema): string => JSON.stringify(bare(schema));

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => U) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));

const isSchema = (value: unknown): value is RawSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of a schema with changed direct members. */
function mapMembers(schema: RawSchema, change: (member: RawSchema, name?: string) => RawSchema): RawSchema {
  return mapValues(schema, (value, keyword) => {
    if (keyword === 'properties') return mapValues(value as Record<string, RawSchema>, change);
    if (['anyOf', 'oneOf', 'allOf'].includes(keyword))
      return (value as RawSchema[]).map((one) => change(one));
    if (['items', 'additionalProperties', 'not'].includes(keyword) && isSchema(value)) return change(value);
    return value;
  });
}
