import { createMockActionContext } from '@activepieces/pieces-framework';
import { CLEARED, flatName } from '../../../src/hosts/flat-form.ts';
import type { HostField } from '../../../src/hosts/index.ts';
import { isRecord } from '../../../src/schema/record.ts';

const at = (input: Record<string, unknown>, name: string): unknown =>
  name.split('.').reduce<unknown>((from, key) => (isRecord(from) ? from[key] : undefined), input);

/** What a form of Activepieces holds before anybody fills it in. */
const untouched = ({ kind, options }: HostField): unknown => {
  if (kind === 'list' && !options) return '';
  if (kind === 'list' || kind === 'multi_enum' || kind === 'rows') return [];
  if (kind === 'json' || kind === 'attributes') return {};
  return kind === 'string' || kind === 'number' || kind === 'integer' ? '' : null;
};

/** What a person would fill into the form to get an input. */
export function filledIn(
  fields: readonly HostField[],
  input: Record<string, unknown>,
): Record<string, unknown> {
  const props: Record<string, unknown> = {};
  const cleared: string[] = [];
  for (const field of fields) {
    const value = at(input, field.name);
    if (value === null) cleared.push(field.name);
    props[flatName(field.name)] =
      value === undefined || value === null ? untouched(field) : shown(field, value);
    if (field.kind !== 'attributes' || !isRecord(value)) continue;
    const entries = Object.entries(value);
    props[flatName(field.name)] = Object.fromEntries(entries.filter(([, one]) => one !== null));
    cleared.push(...entries.flatMap(([name, one]) => (one === null ? [`${field.name}.${name}`] : [])));
  }
  return { ...props, [CLEARED]: cleared };
}

function shown(field: HostField, value: unknown): unknown {
  if (field.kind === 'list' && !field.options && Array.isArray(value))
    return value.some((one) => String(one).includes(',')) ? JSON.stringify(value) : value.join('\n');
  if (field.kind !== 'rows' || !Array.isArray(value)) return value;
  const typed = ({ kind }: HostField, one: unknown) => (kind === 'json' ? JSON.stringify(one) : one);
  return value.map((row) =>
    Object.fromEntries(
      (field.members ?? []).map((one) => [flatName(one.name), typed(one, at(row, one.name)) ?? '']),
    ),
  );
}

/** The context of a step, as the engine makes it. */
export const stepContext = (auth: unknown, propsValue: Record<string, unknown>) =>
  ({ ...createMockActionContext({ propsValue }), auth }) as never;

/** What Activepieces keeps for one flow. */
export function flowStore() {
  const entries = new Map<string, string>();
  return {
    entries,
    put: async <T>(key: string, value: T): Promise<T> => {
      // Longer keys are refused there.
      if (key.length > 128) throw new Error(`The key is too long: ${key}`);
      entries.set(key, JSON.stringify(value) ?? 'null');
      return value;
    },
    get: async <T>(key: string): Promise<T | null> => JSON.parse(entries.get(key) ?? 'null'),
    delete: async (key: string): Promise<void> => void entries.delete(key),
  };
}
