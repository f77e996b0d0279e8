import type { HostField } from '../fields.ts';
import type { NodeOperation, NodeType } from './node-types.ts';

/** The connection of all example flows: the org that the environment names. */
export const EXAMPLE_CONNECTION = {
  id: 'okta-example-connection',
  type: 'okta-connection',
  name: 'Local org',
  orgUrl: '$' + '{OKTA_CLIENT_ORGURL}',
  auth: { type: 'api_token' },
} as const;

/** Types of Node-RED's typed input; anything else is written as JSON. */
const TYPED: Partial<Record<HostField['kind'], string>> = {
  string: 'str',
  date_time: 'str',
  enum: 'choice',
  number: 'num',
  integer: 'num',
  boolean: 'bool',
};

function stored({ kind, example }: HostField) {
  const type = TYPED[kind] ?? 'json';
  return { type, value: type === 'json' ? JSON.stringify(example) : String(example) };
}

/** One row of the flow: a button, the operation with what it requires, and what it returns. */
function row({ type }: NodeType, operation: NodeOperation, z: string, y: number): object[] {
  const { key, title, fields, list } = operation;
  const required = fields.filter((field) => field.required && !field.secret);
  return [
    { id: `${z}-${key}-button`, type: 'inject', z, name: '', props: [], x: 130, y, wires: [[`${z}-${key}`]] },
    {
      ...{ id: `${z}-${key}`, type, z, name: title, connection: EXAMPLE_CONNECTION.id, operation: key },
      fields: Object.fromEntries(required.map((field) => [field.name, stored(field)])),
      ...(list && { output: 'whole' }),
      ...{ x: 360, y, wires: [[`${z}-${key}-result`]] },
    },
    {
      ...{ id: `${z}-${key}-result`, type: 'debug', z, name: '', active: true, tosidebar: true },
      ...{ complete: 'payload', targetType: 'msg', x: 610, y, wires: [] },
    },
  ];
}

/**
 * A flow that shows the node of one resource: a button for each of its operations that only read and need no secret, or for its
 * first one if all of them write. Nothing runs before a button is pressed.
 */
export function exampleOf(type: NodeType): object[] {
  const needsSecret = ({ fields }: NodeOperation) => fields.some((field) => field.required && field.secret);
  const reading = type.operations.filter((one) => one.reads && !needsSecret(one));
  const shown = reading.length > 0 ? reading : type.operations.slice(0, 1);
  const tab = `example-${type.type}`;
  return [
    { id: tab, type: 'tab', label: type.label, info: 'Replace the example values by those of your org.' },
    EXAMPLE_CONNECTION,
    ...shown.flatMap((operation, index) => row(type, operation, tab, 80 + 60 * index)),
  ];
}
