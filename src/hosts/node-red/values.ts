import { InputError } from '../../errors/errors.ts';
import { type HostField, isObject, nest } from '../fields.ts';
import { asScalar } from '../scalar.ts';
import { type NodeOperation, secretKey } from './node-types.ts';
import type { Message, NodeRed, RuntimeNode } from './red.ts';

/** A value as the editor stores it: a typed input of Node-RED. What is not stored is not set. */
export interface StoredValue {
  type: string;
  /** When it runs, what Node-RED put in for `${NAME}`: from a subflow, that may be something else than a text. */
  value: string;
  /** What the drop-down showed for the value. */
  label?: string;
  /** Of an attribute that only the org knows. */
  kind?: HostField['kind'];
  /** Of type `rows`: one form after the other. */
  rows?: StoredValues[];
}

export type StoredValues = Record<string, StoredValue>;

/**
 * The input of an operation, from what was typed and from the message.
 * @throws InputError for what cannot be read, naming the field.
 */
export async function inputOf(
  RED: NodeRed,
  node: RuntimeNode,
  { fields }: Pick<NodeOperation, 'fields'>,
  stored: StoredValues,
  message: Message,
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(stored)) {
    const field = fieldOf(fields, name, one.kind);
    if (field) values[name] = fitted(field, one, await evaluate(RED, node, field, one, message));
  }
  return nest(values);
}

/** The field that a stored name belongs to; attributes that only the org knows included. */
function fieldOf(fields: HostField[], name: string, kind: HostField['kind'] = 'json'): HostField | undefined {
  const found = fields.find((field) => field.name === name);
  if (found) return found;
  const parent = fields.find((field) => field.kind === 'attributes' && name.startsWith(`${field.name}.`));
  if (!parent) return undefined;
  const title = name.slice(parent.name.length + 1);
  return (
    parent.fields?.find((field) => field.name === name) ?? {
      ...{ name, title, kind, description: '', required: false },
    }
  );
}

async function evaluate(
  RED: NodeRed,
  node: RuntimeNode,
  field: HostField,
  { type, value, rows = [] }: StoredValue,
  message: Message,
): Promise<unknown> {
  switch (type) {
    case 'rows':
      return Promise.all(
        rows.map((row) => inputOf(RED, node, { fields: field.members ?? [] }, row, message)),
      );
    case 'null':
      return null;
    case 'str':
    case 'choice':
    case 'pick':
      return value;
    case 'num':
      return numberOf(field, String(value));
    case 'bool':
      return value === 'true';
    case 'cred':
      return node.credentials?.[secretKey(field.name)] ?? lost(field);
    case 'json':
      return typeof value === 'string' ? parsed(field, value) : value;
    default:
      return new Promise((resolve, reject) => {
        const refuse = () => reject(unreadable(field, type, value));
        try {
          RED.util.evaluateNodeProperty(value, type, node, message, (error, result) => {
            // Of what is not there, nothing is there: Node-RED says so for flow and global, and stumbles for msg.
            if (type === 'msg' && error instanceof TypeError) resolve(undefined);
            else if (error) refuse();
            // A variable that is not there is told as an empty one.
            else if (type === 'env' && result === '') resolve(undefined);
            // The flow goes on with the message while the action runs.
            else resolve(typeof result === 'object' && result !== null ? structuredClone(result) : result);
          });
        } catch {
          // What does not even parse is thrown, past the callback and not always as an error.
          refuse();
        }
      });
  }
}

function unreadable(field: HostField, type: string, value: string): InputError {
  return new InputError(`${field.title}: ${type} "${value}" cannot be read`, {
    hint: 'Open the node and correct the field.',
  });
}

/** Left out in silence, a user would be made without the password, for example. */
function lost(field: HostField): never {
  throw new InputError(`${field.title}: the secret is missing`, {
    hint: 'Secrets do not come along when a node is copied or imported. Open the node and type it again.',
  });
}

function numberOf(field: HostField, text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  throw new InputError(`${field.title}: is not a number`, { hint: 'Open the node and correct the field.' });
}

function parsed(field: HostField, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${field.title}: is not valid JSON`, {
      hint: 'Open the node and correct the field.',
    });
  }
}

/** Texts become what the field is, where they come from places that only know texts; times become texts. */
function fitted(field: HostField, { type }: StoredValue, value: unknown): unknown {
  if (field.kind === 'date_time' && isTime(value)) return new Date(value).toISOString();
  if (field.kind === 'attributes' && isObject(value)) {
    const known = new Map(field.fields?.map((one) => [one.name, one]));
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => {
        const attribute = known.get(`${field.name}.${name}`);
        return [name, attribute ? fitted(attribute, { type, value: '' }, one) : one];
      }),
    );
  }
  if (typeof value !== 'string') return asScalar(field.kind, value);
  const text = value.trim();
  switch (field.kind) {
    case 'list':
    case 'multi_enum':
      return text.split(/\s*[,;\n]\s*/).filter(Boolean);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : value;
    case 'json':
    case 'rows':
    case 'attributes':
      return ['cred', 'env'].includes(type) && /^[[{]/.test(text) ? parsed(field, text) : value;
    default:
      return asScalar(field.kind, value);
  }
}

/** In messages, a time is a Date or, as Inject nodes send it, milliseconds since the epoch. */
const isTime = (value: unknown): value is number | Date =>
  (typeof value === 'number' || value instanceof Date) && !Number.isNaN(new Date(value).getTime());
