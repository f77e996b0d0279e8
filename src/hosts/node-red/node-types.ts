import { destructiveness } from '../../actions/effect.ts';
import type { TriggerKind } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import type { manifest } from '../../manifest/manifest.ts';
import { type HostField, hostFields } from '../fields.ts';

export type Manifest = ReturnType<typeof manifest>;

/** What a node does: hold the connection, run actions, or start flows in one of three ways. */
export type NodeKind = 'connection' | 'action' | 'polling' | 'webhook' | 'schedule';

/** What a node can be set to do. */
export interface NodeOperation {
  key: string;
  title: string;
  description: string;
  docsUrl: string;
  scopes: readonly string[];
  fields: HostField[];
  /** The answer is a list that can be sent item by item. */
  list: boolean;
  /** Whether it takes away what cannot be brought back. */
  destructive: ReturnType<typeof destructiveness>;
}

/** One way to authenticate. */
export interface AuthMode {
  type: string;
  title: string;
  fields: HostField[];
}

/** One entry of the palette. */
export interface NodeType {
  /** Type in flows, for example `okta-user`. */
  type: string;
  kind: NodeKind;
  /** What the palette shows. */
  label: string;
  operations: NodeOperation[];
  authModes: AuthMode[];
}

const TRIGGER_LABELS = {
  polling: 'new event',
  webhook: 'instant event',
  schedule: 'scheduled search',
} as const;

type Operation = Manifest['actions'][number] | Manifest['triggers'][number];

/** With the form: reading which attributes the org has takes a scope of its own. */
const scopesOf = (one: Operation, { dynamicFields }: Manifest) =>
  'dynamicFields' in one && one.dynamicFields.length > 0
    ? [...one.scopes, ...dynamicFields.scopes]
    : one.scopes;

const nodeOperation = (one: Operation, connector: Manifest): NodeOperation => ({
  key: one.key,
  title: one.title,
  description: one.description,
  docsUrl: one.docsUrl,
  scopes: scopesOf(one, connector),
  fields: hostFields(one),
  list: 'list' in one && one.list,
  destructive: 'effect' in one ? destructiveness(one) : 'never',
});

const withoutFieldsOf = (mode: 'instant' | 'polling', operation: NodeOperation): NodeOperation => ({
  ...operation,
  fields: operation.fields.filter(({ only }) => only !== mode),
});

/** Triggers that ask Okta. */
const askingOperations = (connector: Manifest, kind: TriggerKind): NodeOperation[] =>
  connector.triggers
    .filter((trigger) => trigger.kind === kind)
    .map((trigger) => withoutFieldsOf('instant', nodeOperation(trigger, connector)));

/** Triggers that Okta can call for. Those that it always calls for come first: the first one is the default of the node. */
const instantOperations = (connector: Manifest): NodeOperation[] =>
  connector.triggers
    .filter(({ instant }) => instant)
    .sort((a, b) => Number(b.kind === 'webhook') - Number(a.kind === 'webhook'))
    .map((trigger) =>
      withoutFieldsOf('polling', {
        ...nodeOperation(trigger, connector),
        scopes: trigger.instantScopes,
      }),
    );

/** Tokens are the result of a sign-in, which the host stores: nobody types them. */
const isTyped = (field: HostField) => !(field.secret && field.name.startsWith('tokens'));

/** The nodes of a connector: the connection, a node for each resource, a node for each kind of trigger. */
export function nodeTypes(connector: Manifest): NodeType[] {
  const { key, actions, triggers, connection } = connector;
  const resources = [...new Set(actions.map((action) => action.resource))];
  const kinds = (['polling', 'webhook', 'schedule'] as const).filter((kind) =>
    triggers.some((trigger) => trigger.kind === kind),
  );
  return [
    {
      type: `${key}-connection`,
      kind: 'connection',
      label: `${key} connection`,
      operations: [],
      authModes: connection.auth.map((mode) => ({
        type: String(mode.type),
        title: String(mode.title),
        fields: hostFields({ input: mode.fields }).filter(isTyped),
      })),
    },
    ...resources.map((resource) => ({
      type: `${key}-${resource}`,
      kind: 'action' as const,
      label: `${key} ${resource}`,
      operations: actions
        .filter((action) => action.resource === resource)
        .map((action) => nodeOperation(action, connector)),
      authModes: [],
    })),
    ...kinds.map((kind) => ({
      type: `${key}-${kind}`,
      kind,
      label: `${key} ${TRIGGER_LABELS[kind]}`,
      operations: kind === 'webhook' ? instantOperations(connector) : askingOperations(connector, kind),
      authModes: [],
    })),
  ];
}

/** @throws InputError when none is chosen, or one that only another version of the package has. */
export function operationOf({ kind, operations }: NodeType, key: string | undefined): NodeOperation {
  const found = operations.find((one) => one.key === key);
  if (found) return found;
  const word = kind === 'action' ? 'operation' : 'trigger';
  throw key
    ? new InputError(`There is no ${word} ${key} (any more)`, {
        code: 'unknown_operation',
        hint: 'Open the node and choose another, or install the version of the package that has it.',
      })
    : new InputError(`No ${word} is chosen`, { hint: 'Open the node and choose one.' });
}

/** The name under which Node-RED keeps a secret field, encrypted and apart from the flow. */
export const secretKey = (field: string): string => `secret_${field.replace(/\W/g, '_')}`;

/** Names of all secrets that a node may hold. */
export function secretsOf({ operations, authModes }: NodeType): string[] {
  const fields = [...operations, ...authModes].flatMap((one) => one.fields);
  return [...new Set(fields.filter((field) => field.secret).map((field) => secretKey(field.name)))];
}
