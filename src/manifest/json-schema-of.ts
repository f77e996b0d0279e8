import { z } from 'zod';
import { humanize, valueLabel } from '../schema/labels.ts';
import type { RawSchema } from './shared-schemas.ts';

/**
 * A zod schema as plain JSON Schema, limited to keywords common to draft-07 and 2020-12 and without `$schema`, so that every
 * validator accepts it. Inputs are for forms, too: their members have titles, and beside each `enum` is a `oneOf` with its labels.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): RawSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    reused: 'inline',
    override: io === 'input' ? withLabels : () => {},
  }) as RawSchema;
  const plain = withoutPatterns(rest) as RawSchema;
  return io === 'input' ? (withTitles(plain) as RawSchema) : plain;
}

function withLabels({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: RawSchema }): void {
  // A wrapper such as `optional` has the labels of what it wraps.
  if (!Array.isArray(jsonSchema.enum) || jsonSchema.oneOf) return;
  jsonSchema.oneOf = jsonSchema.enum.map((value) => ({
    const: value,
    title: valueLabel(zodSchema, String(value)),
  }));
}

/** Removes zod's date pattern: `format` is sufficient, and hosts show patterns to people. */
function withoutPatterns(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPatterns);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([name]) => !(name === 'pattern' && 'format' in node));
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutPatterns(value)]));
}

/** Gives members without a title one that is made of their name. */
function withTitles(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withTitles);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([keyword, value]) => [
      keyword,
      keyword === 'properties' ? titled(value as Record<string, RawSchema>) : withTitles(value),
    ]),
  );
}

const titled = (members: Record<string, RawSchema>) =>
  Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      { ...(member.title ? {} : { title: humanize(name) }), ...(withTitles(member) as RawSchema) },
    ]),
  );
