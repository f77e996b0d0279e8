import type { HostField } from '../fields.ts';
import { CLEARED, flatName, hasClearable } from '../flat-form.ts';
import { chooserOf, moreOf } from './names.ts';

/** One argument of a script: its type in the source, and its schema in the metadata. */
export interface ScriptArgument {
  name: string;
  type: string;
  required: boolean;
  /** As source. */
  default?: string;
  schema: Record<string, unknown>;
}

/** The arguments of a form, those without a default first. */
export function argumentsOf(fields: readonly HostField[]): ScriptArgument[] {
  const all = fields.flatMap((field) => [
    argumentOf(field),
    ...(field.kind === 'attributes' ? [more(field)] : []),
  ]);
  const clear = hasClearable(fields) ? [CLEAR] : [];
  const [needed, others] = [all.filter(({ required }) => required), all.filter(({ required }) => !required)];
  return [...needed, ...others, ...clear];
}

const CLEAR: ScriptArgument = {
  ...{ name: CLEARED, type: 'string[]', required: false },
  schema: {
    ...{ type: 'array', items: { type: 'string' }, title: 'Values to clear' },
    description:
      'Names of values to empty in Okta, such as profile.department. What is left empty above keeps its value.',
  },
};

const more = (field: HostField): ScriptArgument => ({
  ...{ name: moreOf(field), type: 'object', required: false },
  schema: {
    ...{ type: 'object', title: `${field.title}: other attributes` },
    description: 'Attributes that only your org has, as an object: {"costCenter":"7"}.',
  },
});

function argumentOf(field: HostField): ScriptArgument {
  const { type, schema } = shapeOf(field);
  const preset = field.default;
  const isPreset = ['string', 'number', 'boolean'].includes(typeof preset);
  return {
    ...{ name: flatName(field.name), type, required: field.required },
    ...(isPreset ? { default: JSON.stringify(preset) } : {}),
    schema: { ...described(field), ...schema, ...(isPreset ? { default: preset } : {}) },
  };
}

const described = ({ title, description, secret, example }: HostField) => ({
  title,
  description: [description, typeof example === 'string' ? `Example: ${example.slice(0, 80)}` : '']
    .filter(Boolean)
    .map((text) => text.replace(/([^.!?])$/, '$1.'))
    .join(' '),
  ...(secret ? { password: true } : {}),
});

interface Shape {
  /** As Windmill's parser reads it. */
  type: string;
  schema: Record<string, unknown>;
}

function shapeOf(field: HostField): Shape {
  if (field.options) {
    const isList = field.kind === 'list';
    return {
      type: `${isList ? 'DynMultiselect' : 'DynSelect'}_${chooserOf(field)}`,
      schema: { type: 'object', format: `${isList ? 'dynmultiselect' : 'dynselect'}-${chooserOf(field)}` },
    };
  }
  switch (field.kind) {
    case 'boolean':
      // An unset switch is false in Windmill: only where that is what "unset" means.
      if (typeof field.default === 'boolean') return { type: 'boolean', schema: { type: 'boolean' } };
      return oneOf(['true', 'false'], { true: 'Yes', false: 'No' });
    case 'number':
      return { type: 'number', schema: { type: 'number' } };
    case 'integer':
      return { type: 'number', schema: { type: 'integer' } };
    case 'enum':
      return oneOf(field.choices ?? [], field.labels);
    case 'scalar':
      return field.choices
        ? oneOf(field.choices, field.labels)
        : { type: 'string', schema: { type: 'string' } };
    case 'multi_enum': {
      const { type, schema } = oneOf(field.choices ?? [], field.labels);
      return { type: `(${type})[]`, schema: { type: 'array', items: schema } };
    }
    case 'date_time':
      return { type: 'Date', schema: { type: 'string', format: 'date-time' } };
    case 'list':
      return { type: 'string[]', schema: { type: 'array', items: { type: 'string' } } };
    case 'rows': {
      const { type, schema } = objectOf(field.members ?? [], ({ name }) => flatName(name));
      return { type: `${type}[]`, schema: { type: 'array', items: schema } };
    }
    case 'attributes':
      return objectOf(field.fields ?? [], ({ name }) => name.slice(field.name.length + 1));
    case 'json':
      return { type: 'any', schema: {} };
    default:
      return { type: 'string', schema: { type: 'string' } };
  }
}

const oneOf = (choices: readonly string[], labels?: Record<string, string>): Shape => ({
  type: choices.map((choice) => JSON.stringify(choice)).join(' | '),
  schema: { type: 'string', enum: choices, ...(labels ? { enumLabels: labels } : {}) },
});

function objectOf(fields: readonly HostField[], nameOf: (field: HostField) => string): Shape {
  const shapes = fields.map((field) => ({
    field,
    name: nameOf(field),
    ...shapeOf({ ...field, default: undefined }),
  }));
  const members = shapes.map(({ field, name, type }) => `${name}${field.required ? '' : '?'}: ${type}`);
  return {
    type: `{ ${members.join('; ')} }`,
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        shapes.map(({ field, name, schema }) => [name, { ...described(field), ...schema }]),
      ),
      required: shapes.filter(({ field }) => field.required).map(({ name }) => name),
    },
  };
}
