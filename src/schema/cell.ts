import type { JsonSchema } from './json-schema.ts';

/** A cell of the wrong type; the message says what is expected and never repeats the cell. */
export class CellError extends Error {}

/** All alternative schemas of a value. */
const alternativesOf = (schema: JsonSchema): JsonSchema[] =>
  (schema.anyOf ?? schema.oneOf)?.flatMap(alternativesOf) ?? [schema];

/** The schema of a member, from any alternative; undefined when the member cannot exist. */
export function memberSchema(schema: JsonSchema, name: string): JsonSchema | undefined {
  const found: JsonSchema[] = [];
  for (const one of alternativesOf(schema)) {
    const more = one.additionalProperties;
    if (one.properties && Object.hasOwn(one.properties, name)) found.push(one.properties[name] as JsonSchema);
    else if (typeof more === 'object') found.push(more);
    else if (more === true || typesOf(one).length === 0) found.push({});
  }
  return found.length > 1 ? { anyOf: found } : found[0];
}

function typesOf(schema: JsonSchema): string[] {
  const types = [schema.type ?? []].flat();
  if (types.length > 0) return types;
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  return [...new Set(values.map((value) => typeof value))];
}

/** The schema of the items of a list; undefined where a text or anything else would do. */
export function itemsOf(schema: JsonSchema): JsonSchema | undefined {
  const alternatives = alternativesOf(schema);
  const list = alternatives.find((one) => typesOf(one).includes('array'));
  return list && !alternatives.some((one) => typesOf(one).includes('string'))
    ? (list.items ?? {})
    : undefined;
}

/**
 * Converts a cell to the type in its schema: text unchanged; numbers, true and false; a list separated by `;`, or as JSON;
 * an object as JSON.
 * @throws CellError for a cell that cannot be converted.
 */
export function readCell(text: string, schema: JsonSchema): unknown {
  const alternatives = alternativesOf(schema);
  const types = new Set(alternatives.flatMap(typesOf));
  if (types.size === 0) return /^\s*[[{]/.test(text) ? readJson(text) : text;
  if (types.has('string')) return text;
  if (types.has('array')) {
    if (/^\s*\[/.test(text)) return readJson(text);
    const items = alternatives.find((one) => typesOf(one).includes('array'))?.items ?? {};
    const parts = text.split(';').map((part) => part.trim());
    return parts.filter((part) => part !== '').map((part) => readCell(part, items));
  }
  if (types.has('boolean') && /^(true|false)$/i.test(text.trim())) return /true/i.test(text);
  if (types.has('number') || types.has('integer')) return readNumber(text, !types.has('number'));
  if (types.has('object')) return readJson(text);
  throw new CellError('must be true or false');
}

function readNumber(text: string, whole: boolean): number {
  const pattern = whole ? /^\s*[+-]?\d+\s*$/ : /^\s*[+-]?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i;
  const value = Number(text);
  if (!pattern.test(text) || !Number.isFinite(value) || (whole && !Number.isSafeInteger(value)))
    throw new CellError(whole ? 'must be a whole number' : 'must be a number, with a point for decimals');
  return value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CellError('must be valid JSON');
  }
}

/** Converts a value to a cell that {@link readCell} converts back. */
export function writeCell(value: unknown): string | number | boolean {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const plain = (item: unknown) => typeof item !== 'object' && /^[^\s;[](?:[^;]*[^\s;])?$/.test(String(item));
  if (Array.isArray(value) && value.length > 0 && value.every(plain)) return value.join(';');
  return JSON.stringify(value);
}
