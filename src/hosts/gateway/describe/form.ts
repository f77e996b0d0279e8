import type { Manifest } from '../../../manifest/manifest.ts';
import type { RawSchema } from '../../../manifest/shared-schemas.ts';
import { FIELDS, OPTIONS } from './lookup-operations.ts';
import type { GatewayOperation } from './operation.ts';
import { swaggerSchema } from './swagger-schema.ts';

/** More optional inputs than these are hidden behind "Show advanced options". */
const FEW = 6;

/** The lookups that a document describes; a drop-down that it does not describe cannot fill a form. */
export interface FormLookups {
  options: Manifest['options'];
  fields: boolean;
}

interface FormPlace {
  /** Dotted path in the input of the operation. */
  name: string;
  /** Where the input begins in the body: `body` or `body/input`. */
  root: string;
  of: NonNullable<GatewayOperation['of']>;
  lookups: FormLookups;
  /** Whether optional members are hidden at first. */
  crowded: boolean;
  /** Whether the operation needs this object. */
  needed: boolean;
}

/** The input of an operation as a form of Power Automate: drop-downs, attributes of the org, and what is shown first. */
export function formSchema(
  input: RawSchema,
  of: FormPlace['of'],
  root: string,
  lookups: FormLookups,
): RawSchema {
  const { properties = {}, required = [] } = input as { properties?: object; required?: string[] };
  const crowded = Object.keys(properties).length - required.length > FEW;
  return membered(input, { name: '', root, of, lookups, crowded, needed: true });
}

function membered(schema: RawSchema, place: FormPlace): RawSchema {
  const { properties, ...rest } = schema as { properties?: Record<string, RawSchema> };
  if (!properties) return swaggerSchema(schema);
  // The form would insist on what is required in an optional object, too; the gateway says so when the object is given.
  const required = place.needed ? ((schema.required ?? []) as string[]) : [];
  const members = Object.entries(properties).map(([key, member]) => {
    const name = place.name === '' ? key : `${place.name}.${key}`;
    const at = { ...place, name, needed: required.includes(key) };
    const shown = at.needed ? 'important' : place.crowded ? 'advanced' : undefined;
    const field = {
      ...(attributesForm(member, at) ?? membered(member, at)),
      ...(shown ? { 'x-ms-visibility': shown } : {}),
    };
    return [key, withChoices(field, at)];
  });
  return {
    ...swaggerSchema({ ...rest, required: undefined }),
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(members),
  };
}

/** Attributes are listed by the org itself. */
function attributesForm(member: RawSchema, { name, of, root, lookups }: FormPlace): RawSchema | undefined {
  const attributes = 'attributes' in of ? of.attributes[name] : undefined;
  if (!attributes || !lookups.fields) return undefined;
  const { resource, by } = attributes;
  const type = by ? { type: { parameterReference: `${root}/${by.replaceAll('.', '/')}` } } : {};
  return {
    ...swaggerSchema({ ...member, properties: undefined, required: undefined }),
    'x-ms-dynamic-properties': {
      operationId: FIELDS,
      parameters: { resource: { value: resource }, ...type },
      itemValuePath: 'schema',
    },
    'x-ms-dynamic-schema': {
      operationId: FIELDS,
      parameters: { resource, ...(by ? { type: { parameter: by.split('.').at(-1) } } : {}) },
      'value-path': 'schema',
    },
  };
}

/** A drop-down for an input that names an object, or for each item of a list of them. */
function withChoices(field: RawSchema, { name, of, root, lookups }: FormPlace): RawSchema {
  const list = lookups.options.find(({ key }) => key === of.options[name]);
  if (!list) return field;
  const given = Object.keys((of.input.properties ?? {}) as object);
  const within = list.within ?? [];
  // A list that depends on something the operation does not ask for cannot be loaded.
  if (!within.every((one) => given.includes(one))) return field;
  const choices = dynamicChoices(list.key, within, (one) => ({ parameterReference: `${root}/${one}` }));
  const { items } = field as { items?: RawSchema };
  return items ? { ...field, items: { ...items, ...choices } } : { ...field, ...choices };
}

/** The two extensions with which Power Automate fills a drop-down; the newer one counts where it is known. */
export function dynamicChoices(
  list: string,
  within: readonly string[],
  refer: (input: string) => { parameterReference: string },
): RawSchema {
  return {
    'x-ms-dynamic-list': {
      operationId: OPTIONS,
      parameters: { list: { value: list }, ...Object.fromEntries(within.map((one) => [one, refer(one)])) },
      itemsPath: 'items',
      itemValuePath: 'value',
      itemTitlePath: 'label',
    },
    'x-ms-dynamic-values': {
      operationId: OPTIONS,
      parameters: { list, ...Object.fromEntries(within.map((one) => [one, { parameter: one }])) },
      'value-collection': 'items',
      'value-path': 'value',
      'value-title': 'label',
    },
  };
}
