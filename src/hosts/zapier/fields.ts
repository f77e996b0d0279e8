import type { Client } from '../../client.ts';
import { attributeFields, destructiveness, type HostField, remoteFields } from '../index.ts';
import { wholeSentences } from '../sentences.ts';
import { CLEAR_KEY, CONFIRM_KEY, dropDownKey, zapierKey } from './names.ts';
import type { ZapierAction, ZapierTrigger } from './operations.ts';

interface ZapierChoice {
  value: string;
  sample: string;
  label: string;
}

/** An input field as Zapier's schema has it. */
export interface ZapierField {
  key: string;
  label: string;
  type?: string;
  required?: boolean;
  default?: string;
  list?: boolean;
  choices?: ZapierChoice[];
  helpText?: string;
  placeholder?: string;
  dynamic?: string;
  dependsOn?: string[];
  altersDynamicFields?: boolean;
  children?: ZapierField[];
  meta?: Record<string, string>;
}

/** Zapier's limit for a text below a field, or about an operation. */
const MAX_TEXT = 1000;

/** A text that Zapier takes: whole sentences, as many as fit. */
export const zapierText = (text: string): string => wholeSentences(text, MAX_TEXT);

/** The fields of an operation that Zapier's form has, before they are made Zapier's. */
export const fieldsOnZapier = (operation: ZapierAction | ZapierTrigger): HostField[] =>
  remoteFields(operation).filter(
    // Where a poll begins is up to the poll.
    ({ name, only }) => only !== 'instant' && !('kind' in operation && name === 'since'),
  );

const TYPES: Partial<Record<HostField['kind'], string>> = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  date_time: 'datetime',
  json: 'json',
};

const choicesOf = (values: readonly string[], labels: Readonly<Record<string, string>> = {}) =>
  values.map((value) => ({ value, sample: value, label: labels[value] ?? value }));

const rangeOf = ({ minimum, maximum }: HostField): string => {
  if (minimum !== undefined && maximum !== undefined) return `From ${minimum} to ${maximum}.`;
  if (minimum !== undefined) return minimum > 0 ? `At least ${minimum}.` : '';
  return maximum === undefined ? '' : `At most ${maximum}.`;
};

/** One field of the form. @param within the other fields on which a drop-down depends. */
function fieldOf(field: HostField, within: ReadonlyMap<string, readonly string[]>): ZapierField {
  const { kind, name, title, description, example, required, members } = field;
  const shared = { key: zapierKey(name), label: title, required };
  if (kind === 'rows') {
    const children = (members ?? []).map((one) => fieldOf({ ...one, name: `${name}.${one.name}` }, within));
    return { ...shared, children };
  }
  const helpText = zapierText([description, rangeOf(field)].filter(Boolean).join(' '));
  const isText = typeof example === 'string' && example !== '';
  const depends = field.options ? (within.get(field.options) ?? []) : [];
  return {
    ...shared,
    type: field.secret && !TYPES[kind] ? 'password' : (TYPES[kind] ?? 'string'),
    ...(helpText ? { helpText } : {}),
    ...(isText && !field.choices ? { placeholder: example } : {}),
    ...(field.default === undefined || field.default === '' || typeof field.default === 'object'
      ? {}
      : { default: String(field.default) }),
    ...(kind === 'list' || kind === 'multi_enum' ? { list: true } : {}),
    ...(field.options ? { dynamic: `${dropDownKey(field.options)}.id.label` } : {}),
    ...(depends.length > 0 ? { dependsOn: depends.map(zapierKey) } : {}),
    ...(field.choices && !field.options ? { choices: choicesOf(field.choices, field.labels) } : {}),
  };
}

/** What attributes without a field of their own are given in; null clears one. */
const furtherAttributes = ({ name, title }: HostField): ZapierField => ({
  key: zapierKey(name),
  label: `${title}: more attributes`,
  type: 'json',
  required: false,
  helpText:
    'Attributes that have no field here, as JSON: {"department": "Sales"}. null clears one. The fields take precedence.',
});

function clearField(fields: readonly HostField[]): ZapierField[] {
  const nullable = fields.filter((one) => one.nullable && !one.required);
  if (nullable.length === 0) return [];
  const labels = Object.fromEntries(nullable.map(({ name, title }) => [name, title]));
  return [
    {
      ...{ key: CLEAR_KEY, label: 'Clear fields', type: 'string', list: true, required: false },
      choices: choicesOf(Object.keys(labels), labels),
      helpText: 'What Okta shall empty. A field that is only left blank here keeps its value.',
    },
  ];
}

function confirmField(operation: ZapierAction | ZapierTrigger): ZapierField[] {
  const how = 'effect' in operation ? destructiveness(operation) : 'never';
  if (how === 'never') return [];
  return [
    {
      ...{ key: CONFIRM_KEY, label: 'This cannot be undone: go on?', type: 'boolean' },
      required: how === 'always',
      helpText: `${how === 'always' ? 'Runs' : 'Some inputs remove what nothing restores; those run'} only with yes. A test in the editor runs it, too.`,
    },
  ];
}

/**
 * The static fields of an operation's form.
 * @param within drop-downs that depend on other fields, by key.
 */
export function zapierFields(
  operation: ZapierAction | ZapierTrigger,
  within: ReadonlyMap<string, readonly string[]>,
): ZapierField[] {
  const fields = fieldsOnZapier(operation);
  const alters = new Set([
    ...fields.flatMap(({ attributesOf }) => attributesOf?.by ?? []),
    ...fields.flatMap(({ options }) => (options ? (within.get(options) ?? []) : [])),
  ]);
  const shown = fields.map((field) =>
    field.kind === 'attributes'
      ? furtherAttributes(field)
      : { ...fieldOf(field, within), ...(alters.has(field.name) ? { altersDynamicFields: true } : {}) },
  );
  return [...shown, ...clearField(fields), ...confirmField(operation)];
}

/** One field per attribute that the org defines; those known in advance if the connection may not read them. */
export async function zapierAttributes(
  client: Client,
  field: HostField,
  inputData: Record<string, unknown>,
): Promise<ZapierField[]> {
  const { resource, by } = field.attributesOf ?? {};
  const type = by === undefined ? undefined : inputData[zapierKey(by)];
  const ofType = typeof type === 'string' && type !== '' ? type : undefined;
  const found = await client.fields(ofType, { resource, allKinds: !ofType && !field.required });
  const attributes = found ? attributeFields(found, field) : (field.fields ?? []);
  return attributes.map((one) => ({
    ...fieldOf(one, new Map()),
    // Comes back with the value, so that a run need not read the org's schema again.
    meta: { kind: one.kind },
  }));
}
