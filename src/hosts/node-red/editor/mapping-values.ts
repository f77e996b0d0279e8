import { canonical, isRecord } from '../../../schema/record.ts';
import { type HostField, nest } from '../../fields.ts';
import type { StoredValue, StoredValues } from '../values.ts';

/** Whether two JSON values are equal. */
export const isSameJson = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

/** The JSON value that a form shows. Text that is no JSON stays text: the check of the mapping names it. */
export function jsonOf({ kind, members = [] }: HostField, stored: StoredValue): unknown {
  const { type, value, rows = [] } = stored;
  const items = () => value.split(/\s*,\s*/).filter(Boolean);
  if (type === 'rows') return rows.map((row) => jsonOfAll(members, row));
  if (type === 'num') return Number(value);
  if (type === 'bool') return value === 'true';
  if (type === 'json') return parsedOrText(value);
  return kind === 'list' || kind === 'multi_enum' ? items() : value;
}

/** The values of a form as one object. */
export const jsonOfAll = (fields: readonly HostField[], stored: StoredValues): Record<string, unknown> =>
  nest(
    Object.fromEntries(
      fields.flatMap((field) => {
        const value = stored[field.name];
        return value ? [[field.name, jsonOf(field, value)]] : [];
      }),
    ),
  );

/** A JSON value as the form of this field shows it; as JSON where the form cannot. */
export function storedOf(field: HostField, value: unknown): StoredValue {
  const shown = shownAs(field, value);
  return shown && isSameJson(jsonOf(field, shown), value)
    ? shown
    : { type: 'json', value: JSON.stringify(value) };
}

function shownAs({ kind, members = [] }: HostField, value: unknown): StoredValue | undefined {
  if (kind === 'rows' && Array.isArray(value)) {
    return { type: 'rows', value: '', rows: value.map((one) => storedOfAll(members, one).stored) };
  }
  if (Array.isArray(value)) return { type: kind === 'multi_enum' ? 'choice' : 'str', value: value.join(',') };
  if (typeof value === 'string') return { type: kind === 'enum' ? 'choice' : 'str', value };
  if (typeof value === 'number') return { type: 'num', value: String(value) };
  return typeof value === 'boolean' ? { type: 'bool', value: String(value) } : undefined;
}

/** An object as a form shows it, and what no field of the form is about. */
export function storedOfAll(
  fields: readonly HostField[],
  value: unknown,
): { stored: StoredValues; rest: Record<string, unknown> } {
  const rest = isRecord(value) ? structuredClone(value) : {};
  const stored: StoredValues = {};
  for (const field of fields) {
    const path = field.name.split('.');
    const last = path.pop() as string;
    const parents: unknown[] = [rest];
    for (const key of path) parents.push((parents.at(-1) as Record<string, unknown> | undefined)?.[key]);
    const parent = parents.at(-1);
    if (!isRecord(parent) || parent[last] === undefined) continue;
    stored[field.name] = storedOf(field, parent[last]);
    delete parent[last];
    // An object that is now empty was shown completely.
    for (let at = path.length; at > 0; at--) {
      const [inner, outer] = [parents[at], parents[at - 1]];
      if (isRecord(inner) && isRecord(outer) && Object.keys(inner).length === 0)
        delete outer[path[at - 1] as string];
    }
  }
  return { stored, rest };
}

/** What was typed into a cell: JSON if it is some, otherwise a text. */
export function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same way back: a text that looks like JSON is quoted. */
export const cellOf = (value: unknown): string =>
  typeof value === 'string' && parsedOrText(value) === value ? value : JSON.stringify(value);

/** One line of the table of fields: a path or several, and the table in which the value is looked up; else JSON. */
export interface FieldLine {
  source: string;
  lookup: string;
}

const isPaths = (value: unknown): value is string | string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

export function lineOf(value: unknown): FieldLine {
  if (isPaths(value)) return { source: [value].flat().join(', '), lookup: '' };
  if (
    isRecord(value) &&
    isPaths(value.from) &&
    typeof value.lookup === 'string' &&
    Object.keys(value).length === 2
  )
    return { source: [value.from].flat().join(', '), lookup: value.lookup };
  return { source: JSON.stringify(value), lookup: '' };
}

export function fieldOfLine({ source, lookup }: FieldLine): unknown {
  const text = source.trim();
  if (/^\{|^null$/.test(text)) return parsedOrText(text);
  const paths = text.split(/\s*,\s*/).filter(Boolean);
  const from = paths.length > 1 ? paths : text;
  return lookup === '' ? from : { from, lookup };
}
