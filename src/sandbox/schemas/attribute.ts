import type { Json } from '../json.ts';

/** An attribute of a profile, as the schema endpoints return it. */
export interface Attribute extends Json {
  title: string;
  type: 'string' | 'boolean' | 'integer' | 'number' | 'array';
  required?: boolean;
  default?: unknown;
  mutability?: 'READ_WRITE' | 'READ_ONLY' | 'IMMUTABLE';
  minLength?: number;
  maxLength?: number;
  enum?: unknown[];
  oneOf?: { const: unknown; title: string }[];
  items?: { type: string; enum?: unknown[]; oneOf?: { const: unknown; title: string }[] };
  format?: string;
  unique?: string;
}

export interface Schema {
  id: string;
  name: string;
  title: string;
  created: number;
  lastUpdated: number;
  base: Record<string, Attribute>;
  custom: Record<string, Attribute>;
}

export function attributeOf(schema: Schema, name: string): Attribute | undefined {
  return own(schema.base, name) ?? own(schema.custom, name);
}

/** Describes what is wrong with a value; undefined when it is valid. */
export function problemWith(attribute: Attribute, value: unknown): string | undefined {
  if (attribute.type === 'array') {
    if (!Array.isArray(value)) return 'a list is expected';
    const { type, ...rest } = attribute.items ?? { type: 'string' };
    const item = { ...rest, title: attribute.title, type } as Attribute;
    return value.map((entry) => problemWith(item, entry)).find((problem) => problem !== undefined);
  }
  return (
    problemWithType(attribute, value) ??
    problemWithText(attribute, value) ??
    problemWithChoice(attribute, value)
  );
}

function problemWithType({ type }: Attribute, value: unknown): string | undefined {
  if (type === 'integer') return Number.isInteger(value) ? undefined : 'a whole number is expected';
  const article =
    type === 'string' || type === 'boolean' || type === 'number' ? `a ${type} is expected` : undefined;
  return typeof value === type ? undefined : article;
}

function problemWithText({ minLength, maxLength, format }: Attribute, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (maxLength !== undefined && value.length > maxLength) return 'The field is too long';
  if (minLength !== undefined && value.length < minLength) return 'The field is too short';
  if (format === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value)) return 'Does not match required pattern';
  return undefined;
}

function problemWithChoice({ enum: values, oneOf }: Attribute, value: unknown): string | undefined {
  const allowed = oneOf?.map((choice) => choice.const) ?? values;
  return allowed && !allowed.includes(value)
    ? 'The value is not one of those that the schema lists'
    : undefined;
}

function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
