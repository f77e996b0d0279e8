import { isRecord } from '../schema/record.ts';
import type { HostField } from './fields.ts';
import { actionInput, triggerInput } from './input.ts';
import type { RemoteOperation } from './remote.ts';

/** The field that lists what to clear in Okta; no operation has an input of this name. */
export const CLEARED = 'values_to_clear';

/** Name of a field where a dot means a path of its own, or is not allowed. */
export const flatName = (name: string): string => name.replaceAll('.', '__');

/** Whether something of a form can be cleared: empty fields leave Okta's values as they are. */
export const hasClearable = (fields: readonly HostField[]): boolean =>
  fields.some(({ kind, nullable, required }) => nullable || (kind === 'attributes' && !required));

/**
 * The input of an operation from a form with flat names. What such forms fill in for people who leave a field alone (empty texts,
 * lists and objects, null) counts as left out.
 * @param use of a trigger.
 * @throws InputError for a value that cannot be read.
 */
export function flatInput(
  operation: RemoteOperation,
  fields: readonly HostField[],
  form: Record<string, unknown>,
  use?: 'instant' | 'polling',
): Record<string, unknown> {
  const values = Object.fromEntries(
    fields.map((field) => [field.name, given(field, form[flatName(field.name)])]),
  );
  const clear = [form[CLEARED] ?? []].flat().map(String);
  return use ? triggerInput(operation, values, use, { clear }) : actionInput(operation, values, { clear });
}

const isBlank = (value: unknown) => {
  if (Array.isArray(value)) return value.length === 0;
  // A time has no members, and is one all the same.
  return isRecord(value) && !(value instanceof Date) && Object.keys(value).length === 0;
};

function given(field: HostField, value: unknown): unknown {
  if (field.kind === 'attributes' && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).filter(([, one]) => !isBlank(one) && one !== null));
  }
  if (!field.required && isBlank(value)) return undefined;
  if (field.kind !== 'rows') return value;
  return Array.isArray(value) ? value.map((row) => rowOf(field, row)) : value;
}

const rowOf = ({ members = [] }: HostField, row: unknown) =>
  isRecord(row)
    ? Object.fromEntries(members.map((member) => [member.name, given(member, row[flatName(member.name)])]))
    : row;
