import { type InputPropertyMap, Property } from '@activepieces/pieces-framework';
import type { FieldKind, HostField } from '../fields.ts';
import { CLEARED, flatName, hasClearable } from '../flat-form.ts';
import type { OktaAuth } from './auth.ts';
import { clearable, type FormSoFar, objectsOf, orgFields } from './lookups.ts';

type AnyProperty = InputPropertyMap[string];

/** What the properties of a form have in common. */
export interface FormOf {
  auth: OktaAuth;
  /** Inputs on which a drop-down depends, by its key. */
  within: ReadonlyMap<string, readonly string[]>;
}

/** The properties of a form. What can be cleared has a list of its own: empty fields leave Okta's values as they are. */
export function piecePropertiesOf(form: FormOf, fields: readonly HostField[]): InputPropertyMap {
  const props = Object.fromEntries(fields.map((field) => [flatName(field.name), propertyOf(form, field)]));
  if (hasClearable(fields)) {
    props[CLEARED] = Property.MultiSelectDropdown<string, false, OktaAuth>({
      ...{ displayName: 'Values to clear', required: false, auth: form.auth },
      description: 'These become empty in Okta. A field that is left empty above keeps its value.',
      refreshers: fields.flatMap(({ attributesOf }) => (attributesOf?.by ? [flatName(attributesOf.by)] : [])),
      options: clearable(fields) as never,
    });
  }
  return props;
}

const baseOf = ({ title, description, required, secret, example }: HostField) => ({
  displayName: title,
  description: [
    description,
    typeof example === 'string' || typeof example === 'number'
      ? `Example: ${String(example).slice(0, 80)}`
      : '',
    secret ? 'Secret: take it from a step or a connection, do not type it here.' : '',
  ]
    .filter(Boolean)
    .map((text) => text.replace(/([^.!?])$/, '$1.'))
    .join(' '),
  required,
});

function propertyOf(form: FormOf, field: HostField): AnyProperty {
  const base = baseOf(field);
  const { auth } = form;
  if (field.kind === 'attributes') {
    return Property.DynamicProperties<boolean, OktaAuth>({
      ...{
        ...base,
        auth,
        refreshers: ['auth', ...(field.attributesOf?.by ? [flatName(field.attributesOf.by)] : [])],
      },
      props: (async (values: FormSoFar) => attributesForm(form, field, values)) as never,
    });
  }
  if (!field.options) return simplePropertyOf(field);
  const within = form.within.get(field.options) ?? [];
  const shared = { ...base, auth, refreshers: ['auth', ...within.map(flatName)], refreshOnSearch: true };
  const options = objectsOf(field.options, within) as never;
  return field.kind === 'list'
    ? Property.MultiSelectDropdown<string, boolean, OktaAuth>({ ...shared, options })
    : Property.Dropdown<string, boolean, OktaAuth>({ ...shared, options });
}

async function attributesForm(form: FormOf, parent: HostField, values: FormSoFar): Promise<InputPropertyMap> {
  if (!values.auth) return {};
  const fields = await orgFields(parent, values).catch(() => parent.fields ?? []);
  const start = parent.name.length + 1;
  return Object.fromEntries(fields.map((field) => [field.name.slice(start), propertyOf(form, field)]));
}

/** A property that asks Okta for nothing. Those of a row are all of this kind. */
function simplePropertyOf(field: HostField): AnyProperty {
  const base = baseOf(field);
  const options = { disabled: false, options: optionsOfField(field) };
  switch (field.kind) {
    case 'boolean':
      // An unset checkbox is false in Activepieces: only where that is what "unset" means.
      return typeof field.default === 'boolean'
        ? Property.Checkbox({ ...base, defaultValue: field.default })
        : Property.StaticDropdown({ ...base, options: { disabled: false, options: YES_OR_NO } });
    case 'number':
    case 'integer':
      return Property.Number({ ...base, defaultValue: numberIn(field.default) });
    case 'enum':
      return Property.StaticDropdown({ ...base, options, defaultValue: field.default as never });
    case 'multi_enum':
      return Property.StaticMultiSelectDropdown({ ...base, options, defaultValue: field.default as never });
    case 'scalar':
      return field.choices ? Property.StaticDropdown({ ...base, options }) : Property.ShortText(base);
    case 'date_time':
      return Property.DateTime(base);
    case 'list':
      // The schema of a piece has no list of texts, though its types do.
      return Property.LongText({ ...base, description: `${base.description} Separated by commas or lines.` });
    case 'rows':
      return Property.Array({ ...base, properties: rowProperties(field.members ?? []) as never });
    case 'json':
    case 'attributes':
      return Property.Json({ ...base, defaultValue: field.default as object | undefined });
    default:
      return isLong(field)
        ? Property.LongText({ ...base, defaultValue: field.default as string | undefined })
        : Property.ShortText({ ...base, defaultValue: field.default as string | undefined });
  }
}

/** A row holds simple values only: lists are typed separated by commas, objects as JSON. */
const rowProperties = (members: readonly HostField[]) =>
  Object.fromEntries(
    members.map((member) => [
      flatName(member.name),
      IN_ROWS.has(member.kind) ? simplePropertyOf(member) : Property.LongText(baseOf(member)),
    ]),
  );

const IN_ROWS = new Set<FieldKind>([
  ...(['string', 'number', 'integer', 'boolean', 'enum', 'multi_enum', 'date_time', 'scalar'] as const),
]);

const YES_OR_NO = [
  { label: 'Yes', value: true },
  { label: 'No', value: false },
];

const optionsOfField = ({ choices = [], labels }: HostField) =>
  choices.map((value) => ({ value, label: labels?.[value] ?? value }));

const numberIn = (value: unknown) => (typeof value === 'number' ? value : undefined);

const isLong = ({ example }: HostField) =>
  typeof example === 'string' && (example.length > 60 || example.includes('\n'));
