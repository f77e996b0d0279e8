import type { RawSchema } from '../../manifest/shared-schemas.ts';
import { humanize } from '../../schema/labels.ts';
import { isRecord } from '../../schema/record.ts';

/** What people read for one value of a result when they map it. */
export interface ZapierOutputField {
  key: string;
  label: string;
  type?: string;
  list?: boolean;
}

/**
 * A field for each value of a sample, labelled by the schema: without them Zapier makes a label of the key. Values deeper than a row
 * of line items have none, as Zapier shows such a row as it is.
 */
export function outputFields(sample: unknown, schema: unknown): ZapierOutputField[] {
  if (!isRecord(sample)) return [];
  return Object.entries(sample).flatMap(([name, value]) =>
    valueFields(name, [], value, memberOf(schema, name)),
  );
}

function valueFields(
  key: string,
  above: readonly string[],
  value: unknown,
  schema: RawSchema,
): ZapierOutputField[] {
  const title =
    typeof schema.title === 'string' ? schema.title : humanize(key.split(/__|\[\]/).at(-1) ?? key);
  const titles = [...above, title];
  if (isRecord(value))
    return Object.entries(value).flatMap(([name, one]) =>
      valueFields(`${key}__${name}`, titles, one, memberOf(schema, name)),
    );
  const field = { key, label: titles.join(': ') };
  if (!Array.isArray(value)) return [{ ...field, ...typeOf(value) }];
  const [row] = value;
  if (!isRecord(row) || key.includes('[]')) return [{ ...field, list: true }];
  return Object.entries(row).flatMap(([name, one]) =>
    isRecord(one) ? [] : valueFields(`${key}[]${name}`, titles, one, memberOf(itemOf(schema), name)),
  );
}

/** Okta's times are texts to a schema. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:/;

function typeOf(value: unknown): { type?: string } {
  if (typeof value === 'boolean') return { type: 'boolean' };
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' };
  if (typeof value !== 'string') return {};
  return { type: TIME.test(value) ? 'datetime' : 'string' };
}

const itemOf = ({ items }: RawSchema): RawSchema => (isRecord(items) ? items : {});

/** The schema of a member, wherever an alternative has it. */
function memberOf(schema: unknown, name: string): RawSchema {
  if (!isRecord(schema)) return {};
  const { properties, anyOf, oneOf } = schema;
  if (isRecord(properties) && isRecord(properties[name])) return properties[name];
  for (const one of [anyOf, oneOf].flatMap((all) => (Array.isArray(all) ? all : []))) {
    const found = memberOf(one, name);
    if (Object.keys(found).length > 0) return found;
  }
  return {};
}
