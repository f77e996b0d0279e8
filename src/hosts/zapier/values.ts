import { isRecord } from '../../schema/record.ts';
import { actionInput, type FieldKind, type HostField, triggerInput } from '../index.ts';
import type { ZapierBundle } from './authentication.ts';
import { fieldsOnZapier } from './fields.ts';
import { CLEAR_KEY, zapierKey } from './names.ts';
import type { ZapierAction, ZapierTrigger } from './operations.ts';

/** The input of an operation from what Zapier collected. @throws InputError for a value that cannot be one of its field. */
export function zapierInput(
  operation: ZapierAction | ZapierTrigger,
  { inputData = {}, meta }: Pick<ZapierBundle, 'inputData' | 'meta'>,
): Record<string, unknown> {
  const fields = fieldsOnZapier(operation);
  const parents = fields.filter(({ kind }) => kind === 'attributes');
  const values: Record<string, unknown> = {};
  for (const field of fields) values[field.name] = zapValue(field, inputData[zapierKey(field.name)]);
  const attributes: HostField[] = [];
  for (const [key, value] of Object.entries(inputData)) {
    const parent = parents.find(({ name }) => key.startsWith(`${zapierKey(name)}__`));
    if (!parent) continue;
    const title = key.slice(zapierKey(parent.name).length + 2);
    const name = `${parent.name}.${title}`;
    values[name] = value;
    const kind = meta?.inputFields?.[key]?.kind as FieldKind | undefined;
    if (kind) attributes.push({ name, kind, title, description: '', required: false });
  }
  const nullable = new Set(fields.filter((one) => one.nullable).map(({ name }) => name));
  const clear = [inputData[CLEAR_KEY] ?? []]
    .flat()
    .map(String)
    .filter((name) => nullable.has(name));
  return 'kind' in operation
    ? triggerInput(operation, values, 'polling', { clear })
    : actionInput(operation, values, { attributes, clear });
}

function zapValue(field: HostField, value: unknown): unknown {
  // Zapier sends empty lists for fields that nobody filled in.
  if (Array.isArray(value) && value.length === 0 && !field.required) return undefined;
  return field.kind === 'rows' && Array.isArray(value) ? rowsOf(field, value) : value;
}

/** Line items, whose keys are unique in the whole form, by the names of a row. Rows that nobody filled in are left out. */
function rowsOf({ name, members = [] }: HostField, rows: unknown[]): unknown[] | undefined {
  const named = rows.flatMap((row) => {
    if (!isRecord(row)) return [row];
    const values = members.map((one) => [one.name, row[zapierKey(`${name}.${one.name}`)] ?? row[one.name]]);
    return values.some(([, value]) => value !== undefined && value !== '')
      ? [Object.fromEntries(values)]
      : [];
  });
  return named.length > 0 ? named : undefined;
}
