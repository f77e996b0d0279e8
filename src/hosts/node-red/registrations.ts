import { type NodeKind, type NodeType, secretsOf } from './node-types.ts';
import { tintOf } from './tint.ts';

/** A value that is emitted as JavaScript code rather than as a literal. */
class Code {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JavaScript source for a value, written as a person would: tools read registrations without running them. */
function literal(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${name}: ${literal(one)}`)
    .join(', ')} }`;
}

const check = (name: string) => new Code(`forms.${name}`);

/** The properties of a kind in addition to those common to all nodes on the canvas. */
const OWN: Record<Exclude<NodeKind, 'connection'>, object> = {
  action: { output: { value: 'whole' } },
  polling: {
    store: { value: '' },
    interval: { value: '60', required: true, validate: check('validateInterval') },
  },
  schedule: {
    store: { value: '' },
    cron: { value: '0 7 * * *', required: true, validate: check('validateCron') },
    timeZone: { value: '' },
  },
  webhook: { publicUrl: { value: '', required: true }, keepHook: { value: false } },
  server: {
    path: { value: '/scim/v2', required: true },
    publicUrl: { value: '' },
    schemas: { value: '', validate: check('validateSchemas') },
    schemasType: { value: 'json' },
    asks: { value: false },
    confirms: { value: false },
    wait: { value: '20', validate: check('validateInterval') },
  },
};

const connectionOf = (operations: NodeType['operations'], type: string) =>
  operations.some(({ offline }) => offline)
    ? { value: '', type, validate: check('validateConnection') }
    : { value: '', type, required: true };

/** How much of the connector's colour nodes have: those that act more than those that start a flow. */
const SHARES = { action: 0.35, others: 0.2 };

/** What all nodes of the package share. */
interface Look {
  /** Section of the palette. */
  category: string;
  /** As `#rrggbb`. */
  color: string;
}

function definitionOf(type: NodeType, connection: string, { category, color }: Look): object {
  const { kind, authModes, operations } = type;
  const isServer = kind === 'server';
  const credentials = Object.fromEntries(secretsOf(type).map((name) => [name, { type: 'password' }]));
  const handlers = (...names: string[]) => Object.fromEntries(names.map((name) => [name, check(name)]));
  if (kind === 'connection') {
    return {
      category: 'config',
      defaults: {
        name: { value: '' },
        orgUrl: { value: '', required: true, validate: check('validateOrgUrl') },
        auth: { value: { type: authModes[0]?.type }, validate: check('validateAuth') },
      },
      credentials,
      ...handlers('label', 'oneditprepare', 'oneditsave'),
    };
  }
  const isAction = kind === 'action';
  return {
    category,
    color: tintOf(color, isAction ? SHARES.action : SHARES.others),
    icon: `okta-connector-${kind}.svg`,
    paletteLabel: type.label,
    inputs: isAction || isServer ? 1 : 0,
    outputs: isServer ? 2 : 1,
    defaults: {
      name: { value: '' },
      ...(isServer ? {} : { connection: connectionOf(operations, connection) }),
      // Nobody drops a node to create or delete something at once.
      operation: { value: isAction && operations.length > 1 ? '' : operations[0]?.key, required: true },
      fields: { value: {}, validate: check('validate') },
      ...OWN[kind],
    },
    credentials: isServer ? { token: { type: 'password' } } : credentials,
    ...handlers(
      'label',
      'labelStyle',
      ...(isAction || isServer ? [] : ['button']),
      'oneditprepare',
      'oneditsave',
    ),
  };
}

/** Script that registers the nodes in the editor; `OktaConnectorForms` is the global of the forms bundle. */
export function registrations(types: NodeType[], look: Look): string {
  const connection = types.find((type) => type.kind === 'connection')?.type ?? '';
  return types
    .map(
      (type) =>
        `{ const forms = OktaConnectorForms.formsOf(${literal(type.type)});\n` +
        `RED.nodes.registerType(${literal(type.type)}, ${literal(definitionOf(type, connection, look))}); }`,
    )
    .join('\n');
}
