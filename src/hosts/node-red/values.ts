import { InputError } from '../../errors/errors.ts';
import { isRecord } from '../../schema/record.ts';
import { type HostField, nest } from '../fields.ts';
import { asScalar } from '../scalar.ts';
import { type NodeOperation, secretKey } from './node-types.ts';
import type { Message, NodeRed, RuntimeNode } from './red.ts';

/** A value as the editor stores it: a typed input of Node-RED. A field without one is not set. */
export interface StoredValue {
  type: string;
  /** At run time, Node-RED has substituted `${NAME}`; within a subflow the result need not be a string. */
  value: string;
  /** The label that the drop-down showed for the value. */
  label?: string;
  /** Type of an attribute that only the org defines. */
  kind?: HostField['kind'];
  /** For type `rows`: the values of each row. */
  rows?: StoredValues[];
}

export type StoredValues = Record<string, StoredValue>;

/**
 * The input of an operation, from the typed values and the message.
 * @throws InputError that names the field whose value cannot be read.
 */
export async function operationInput(
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

/** The field that a stored name belongs to, including attributes that only the org defines. */
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
        rows.map((row) => operationInput(RED, node, { fields: field.members ?? [] }, row, message)),
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
            // A property of a missing object is undefined: Node-RED returns that for flow and global but throws for msg.
            if (type === 'msg' && error instanceof TypeError) resolve(undefined);
            else if (error) refuse();
            // Node-RED returns an empty string for a variable that is not set.
            else if (type === 'env' && result === '') resolve(undefined);
            // Copied, because the flow may change the message while the action runs.
            else resolve(typeof result === 'object' && result !== null ? structuredClone(result) : result);
          });
        } catch {
          // Unparsable values are thrown instead of passed to the callback, and not always as an Error.
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

/** Silently omitting a secret could, for example, create a user without a password. */
function lost(field: HostField): never {
  throw new InputError(`${field.title}: the secret is missing`, {
    hint: 'Secrets are not part of copied or imported nodes. Open the node and type it again.',
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

/** Converts strings from string-only sources to the type of the field, and times to strings. */
function fitted(field: HostField, { type }: StoredValue, value: unknown): unknown {
  if (field.kind === 'date_time' && isTime(value)) return new Date(value).toISOString();
  if (field.kind === 'attributes' && isRecord(value)) {
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

/** Messages carry a time as a Date or, from Inject nodes, as milliseconds since the epoch. */
const isTime = (value: unknown): value is number | Date =>
  (typeof value === 'number' || value instanceof Date) && !Number.isNaN(new Date(value).getTime());
