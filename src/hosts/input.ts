import { didYouMean } from '../errors/did-you-mean.ts';
import { InputError } from '../errors/errors.ts';
import type { ProfileAttribute } from '../schema/profile-attribute.ts';
import { isRecord } from '../schema/record.ts';
import { type FieldKind, type HostField, hostFields, nest } from './fields.ts';
import { isLocal, type RemoteOperation } from './remote.ts';
import { asScalar } from './scalar.ts';

/** How values of a form become an input. */
export interface FormInputOptions {
  /** Attributes that only the org defines, from `attributeFields`: their values are converted, too. */
  attributes?: readonly HostField[];
  /** Dotted names of values to clear in Okta. Empty values are left as they are there. */
  clear?: readonly string[];
}

/**
 * The input of an action from what people typed into a form, by dotted name (`profile.department`). Forms supply texts: numbers,
 * truth values, times, lists and JSON are converted; what cannot be is left to input validation. Undefined, null and empty texts
 * are omitted, so Okta keeps its values. Inputs that name a file of this machine are refused.
 * @param action of the manifest.
 * @throws InputError for an unknown field, for a local one, and for a text that is not JSON where JSON is asked for.
 */
export function actionInput(
  action: RemoteOperation,
  values: Record<string, unknown>,
  options: FormInputOptions = {},
): Record<string, unknown> {
  return inputFrom(action, hostFields(action), values, options);
}

/**
 * The same for a trigger. Values of fields that count only for the other use of it are omitted.
 * @param use whether an event hook delivers the items, or a poll.
 * @throws InputError as `actionInput`.
 */
export function triggerInput(
  trigger: RemoteOperation,
  values: Record<string, unknown>,
  use: 'instant' | 'polling',
  options: FormInputOptions = {},
): Record<string, unknown> {
  const fields = hostFields(trigger);
  const other = new Set(fields.filter(({ only }) => only && only !== use).map(({ name }) => name));
  const own = Object.entries(values).filter(([name]) => !other.has(name));
  return inputFrom(trigger, fields, Object.fromEntries(own), options);
}

/**
 * The fields of the attributes that the org defines, as `client.fields` returns them: what people can fill in.
 * @param parent the field of kind `attributes`.
 * @param creates whether Okta's required attributes are required: an update leaves the others as they are.
 */
export function attributeFields(
  attributes: readonly ProfileAttribute[],
  parent: HostField,
  creates = parent.required,
): HostField[] {
  const fields = attributes
    .filter(({ readOnly }) => !readOnly)
    .map((one): HostField => {
      const known = parent.fields?.find(({ name }) => name === `${parent.name}.${one.name}`);
      const { choices } = one;
      return {
        name: `${parent.name}.${one.name}`,
        kind: kindOfAttribute(one),
        title: one.title,
        description: one.description ?? known?.description ?? '',
        ...(known?.example === undefined ? {} : { example: known.example }),
        required: creates && one.required,
        ...(one.required ? {} : { nullable: true }),
        ...(choices
          ? {
              choices: choices.map(({ value }) => String(value)),
              labels: Object.fromEntries(choices.map(({ value, label }) => [String(value), label])),
            }
          : {}),
      };
    });
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

function kindOfAttribute({ type, itemType, choices }: ProfileAttribute): FieldKind {
  if (type === 'object') return 'json';
  if (type === 'array') return itemType && itemType !== 'string' ? 'json' : choices ? 'multi_enum' : 'list';
  // The list of an attribute of numbers is one of numbers.
  return choices && type === 'string' ? 'enum' : type;
}

function inputFrom(
  operation: RemoteOperation,
  fields: readonly HostField[],
  values: Record<string, unknown>,
  { attributes = [], clear = [] }: FormInputOptions,
): Record<string, unknown> {
  const known = [...fields.flatMap((field) => [field, ...(field.fields ?? [])]), ...attributes];
  const byName = new Map(known.map((field) => [field.name, field]));
  const fieldOf = (name: string) => {
    if (isLocal(operation, name)) {
      throw new InputError(`${name}: this input names a file or a state of the machine that runs it`, {
        hint: 'Leave it out here, or run the operation on your own machine.',
      });
    }
    const found = byName.get(name) ?? attributeOf(fields, name);
    if (found) return found;
    const names = known.map((field) => field.name);
    throw new InputError(`${operation.key} has no input ${name}${didYouMean(name, names)}`, {
      hint: 'Correct the name of the field, or leave it out.',
    });
  };
  const typed: Record<string, unknown> = {};
  // Whole objects first: a single attribute then adds to them, whatever the order of the form.
  const entries = Object.entries(values).sort(([a], [b]) => a.split('.').length - b.split('.').length);
  for (const [name, value] of entries) {
    const fitted = isEmpty(value) ? undefined : converted(fieldOf(name), value, byName);
    if (fitted !== undefined) typed[name] = fitted;
  }
  for (const name of clear) {
    fieldOf(name);
    typed[name] = null;
  }
  return nest(typed);
}

/** An attribute that only the org defines. */
function attributeOf(fields: readonly HostField[], name: string): HostField | undefined {
  const parent = fields.find((field) => field.kind === 'attributes' && name.startsWith(`${field.name}.`));
  return parent && { name, kind: 'scalar', title: name, description: '', required: false };
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === '';

function converted(field: HostField, value: unknown, byName: ReadonlyMap<string, HostField>): unknown {
  switch (field.kind) {
    case 'attributes': {
      const given = jsonOf(field, value);
      if (!isRecord(given)) return given;
      const fitted = Object.entries(given).map(([name, one]) => {
        const attribute = byName.get(`${field.name}.${name}`);
        return [name, attribute && !isEmpty(one) ? converted(attribute, one, byName) : one];
      });
      return Object.fromEntries(fitted.filter(([, one]) => one !== undefined && one !== ''));
    }
    case 'rows': {
      const given = jsonOf(field, value);
      return Array.isArray(given) ? given.map((row) => rowOf(field, row)) : given;
    }
    case 'json':
      return jsonOf(field, value);
    case 'list':
    case 'multi_enum':
      return listOf(value);
    case 'boolean':
      return truthOf(value);
    case 'date_time':
      return timeOf(value);
    default:
      return asScalar(field.kind, value);
  }
}

/** One row, by the names of its members, or nested as Okta wants it. */
function rowOf({ members = [] }: HostField, row: unknown): unknown {
  if (!isRecord(row)) return row;
  const byName = new Map(members.map((member) => [member.name, member]));
  const fitted = Object.entries(row).map(([name, value]) => {
    const member = byName.get(name);
    return [name, isEmpty(value) ? undefined : member ? converted(member, value, byName) : value];
  });
  return nest(Object.fromEntries(fitted));
}

/** Many forms have a text field for JSON only. */
function jsonOf(field: HostField, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new InputError(`${field.title}: is not valid JSON`, {
      hint:
        field.example === undefined
          ? 'Check quotes, commas and brackets.'
          : `For example ${JSON.stringify(field.example)}`,
    });
  }
}

/** A list, a JSON list, or texts separated by commas or lines. */
function listOf(value: unknown): unknown {
  if (typeof value !== 'string') return Array.isArray(value) ? value.filter((one) => !isEmpty(one)) : value;
  if (value.trim().startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(value);
      if (Array.isArray(parsed)) return listOf(parsed);
    } catch {
      // A name may begin with a bracket.
    }
  }
  return value.split(/\s*[,\n]\s*/).flatMap((one) => one.trim() || []);
}

function truthOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim().toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : value;
}

/** Forms carry a time as a Date, as milliseconds since the epoch, or as a text with a zone of its own. */
function timeOf(value: unknown): unknown {
  const isZoned = typeof value === 'string' && /T.*(Z|[+-]\d\d:?\d\d)$/.test(value);
  if (!isZoned && !(value instanceof Date) && typeof value !== 'number') return value;
  const time = new Date(value as string | number | Date);
  return Number.isNaN(time.getTime()) ? value : time.toISOString();
}
