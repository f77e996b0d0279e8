import type { HostField } from '../../../src/hosts/fields.ts';
import { fieldsOnZapier } from '../../../src/hosts/zapier/fields.ts';
import { CLEAR_KEY, CONFIRM_KEY, zapierKey } from '../../../src/hosts/zapier/names.ts';
import type { ZapierAction } from '../../../src/hosts/zapier/operations.ts';

/** What Zapier would have of a person who wants this input. */
export function zapFilledIn(action: ZapierAction, input: Record<string, unknown>): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  const cleared: string[] = [];
  for (const field of fieldsOnZapier(action)) {
    const value = at(input, field.name);
    if (value === undefined) continue;
    const key = zapierKey(field.name);
    if (field.kind === 'attributes') {
      const entries = Object.entries(value as object);
      // null is said in the JSON beside the fields.
      const nulls = entries.filter(([, one]) => one === null);
      if (nulls.length > 0) data[key] = JSON.stringify(Object.fromEntries(nulls));
      for (const [name, one] of entries) if (one !== null) data[`${key}__${name}`] = one;
    } else if (value === null) cleared.push(field.name);
    else data[key] = shown(field, value);
  }
  if (cleared.length > 0) data[CLEAR_KEY] = cleared;
  if (action.effect.destructive) data[CONFIRM_KEY] = true;
  return data;
}

function shown(field: HostField, value: unknown): unknown {
  if (field.kind === 'json') return JSON.stringify(value);
  if (field.kind !== 'rows') return value;
  return (value as Record<string, unknown>[]).map((row) =>
    Object.fromEntries(
      (field.members ?? []).flatMap((one) => {
        const cell = at(row, one.name);
        return cell === undefined ? [] : [[zapierKey(`${field.name}.${one.name}`), cell]];
      }),
    ),
  );
}

const at = (input: Record<string, unknown>, name: string): unknown =>
  name.split('.').reduce<unknown>((from, key) => (from as Record<string, unknown> | undefined)?.[key], input);
