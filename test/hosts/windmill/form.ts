import { CLEARED, flatName, type HostField } from '../../../src/hosts/index.ts';
import { moreOf } from '../../../src/hosts/windmill/names.ts';
import { isRecord } from '../../../src/schema/record.ts';

const at = (input: Record<string, unknown>, name: string): unknown =>
  name.split('.').reduce<unknown>((from, key) => (isRecord(from) ? from[key] : undefined), input);

/** What Windmill hands to a script for an input: empty texts and objects for what people leave out. */
export function argumentsFor(
  fields: readonly HostField[],
  input: Record<string, unknown>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const cleared: string[] = [];
  for (const field of fields) {
    const value = at(input, field.name);
    const name = flatName(field.name);
    if (value === null) cleared.push(field.name);
    if (field.kind === 'attributes') {
      const known = new Set(field.fields?.map((one) => one.name.slice(field.name.length + 1)));
      const entries = isRecord(value) ? Object.entries(value) : [];
      const filled = entries.filter(([, one]) => one !== null);
      values[name] = Object.fromEntries(filled.filter(([key]) => known.has(key)));
      values[moreOf(field)] = Object.fromEntries(filled.filter(([key]) => !known.has(key)));
      cleared.push(...entries.flatMap(([key, one]) => (one === null ? [`${field.name}.${key}`] : [])));
    } else if (value === undefined || value === null) values[name] = field.kind === 'string' ? '' : undefined;
    else values[name] = shown(field, value);
  }
  return { ...values, [CLEARED]: cleared };
}

function shown({ kind, members = [], default: preset, choices }: HostField, value: unknown): unknown {
  if (kind === 'boolean' && preset === undefined) return String(value);
  if (kind === 'date_time') return new Date(value as string);
  if (kind === 'scalar' && choices) return String(value);
  if (kind !== 'rows' || !Array.isArray(value)) return value;
  return value.map((row) =>
    Object.fromEntries(
      members.map((one) => [flatName(one.name), at(row as Record<string, unknown>, one.name)]),
    ),
  );
}
