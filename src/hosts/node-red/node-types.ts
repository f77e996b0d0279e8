import { destructiveness } from '../../actions/effect.ts';
import type { TriggerKind } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { type HostField, hostFields } from '../fields.ts';

/** The purpose of a node: hold the connection, run actions, start flows in one of three ways, or be the server that is sent to. */
export type NodeKind = 'connection' | 'action' | 'polling' | 'webhook' | 'schedule' | 'server';

/** An action or trigger that a node offers. */
export interface NodeOperation {
  key: string;
  title: string;
  /** What it is about, singular. */
  noun: string;
  description: string;
  docsUrl: string;
  scopes: readonly string[];
  fields: HostField[];
  /** Of a trigger: the types of its events, if they are always the same. */
  eventTypes: readonly string[];
  /** The output is a list that can be sent item by item. */
  list: boolean;
  /** Whether it only reads; always for triggers. */
  reads: boolean;
  /** It needs no connection. */
  offline: boolean;
  /** Whether the effect cannot be undone. */
  destructive: ReturnType<typeof destructiveness>;
}

/** One authentication mode. */
export interface AuthMode {
  type: string;
  title: string;
  fields: HostField[];
}

/** One entry of the palette. */
export interface NodeType {
  /** Node type in flows, for example `okta-user`. */
  type: string;
  kind: NodeKind;
  /** Label in the palette. */
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

/** Includes the form's own needs: reading the attributes that the org defines takes an additional scope. */
const scopesOf = (one: Operation, { dynamicFields }: Manifest) =>
  'dynamicFields' in one && one.dynamicFields.length > 0
    ? [...one.scopes, ...dynamicFields.scopes]
    : one.scopes;

const nodeOperation = (one: Operation, connector: Manifest): NodeOperation => ({
  key: one.key,
  title: one.title,
  noun: one.noun,
  description: one.description,
  docsUrl: one.docsUrl,
  scopes: scopesOf(one, connector),
  fields: hostFields(one),
  eventTypes: 'eventTypes' in one ? one.eventTypes : [],
  list: 'list' in one && one.list,
  reads: !('effect' in one) || one.effect.kind === 'read',
  offline: one.offline === true,
  destructive: 'effect' in one ? destructiveness(one) : 'never',
});

const withoutFieldsOf = (mode: 'instant' | 'polling', operation: NodeOperation): NodeOperation => ({
  ...operation,
  fields: operation.fields.filter(({ only }) => only !== mode),
});

/** Triggers that poll Okta. */
const askingOperations = (connector: Manifest, kind: TriggerKind): NodeOperation[] =>
  connector.triggers
    .filter((trigger) => trigger.kind === kind)
    .map((trigger) => withoutFieldsOf('instant', nodeOperation(trigger, connector)));

/** Triggers that Okta can deliver by a call. Those that it always can come first: the first one is the node's default. */
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

/** Tokens result from a sign-in and are stored by the host: they are never typed in. */
const isTyped = (field: HostField) => !(field.secret && field.name.startsWith('tokens'));

/** The nodes of a connector: the connection, one node per resource, one node per kind of trigger. */
export function nodeTypes(connector: Manifest): NodeType[] {
  const { key, actions, triggers, connection } = connector;
  const resources = [...new Set(actions.map((action) => action.resource))];
  const served = triggers.filter((trigger) => trigger.served);
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
      type: `${key}-${resource.replaceAll('_', '-')}`,
      kind: 'action' as const,
      label: `${key} ${resource.replaceAll('_', ' ')}`,
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
    ...(served.length > 0
      ? [
          {
            ...{ type: `${key}-server`, kind: 'server' as const, label: `${key} provisions` },
            operations: served.map((trigger) => nodeOperation(trigger, connector)),
            authModes: [],
          },
        ]
      : []),
  ];
}

/** @throws InputError when no operation is selected, or one that this version of the package does not have. */
export function operationOf({ kind, operations }: NodeType, key: string | undefined): NodeOperation {
  const found = operations.find((one) => one.key === key);
  if (found) return found;
  const word = kind === 'action' ? 'operation' : 'trigger';
  throw key
    ? new InputError(`This version of the package has no ${word} ${key}`, {
        code: 'unknown_operation',
        hint: 'Open the node and select another one, or install a version of the package that has it.',
      })
    : new InputError(`No ${word} is selected`, { hint: 'Open the node and select one.' });
}

/** The name under which Node-RED stores a secret field, encrypted and separate from the flow. */
export const secretKey = (field: string): string => `secret_${field.replace(/\W/g, '_')}`;

/** Names of all secrets that a node can have. */
export function secretsOf({ operations, authModes }: NodeType): string[] {
  const fields = [...operations, ...authModes].flatMap((one) => one.fields);
  return [...new Set(fields.filter((field) => field.secret).map((field) => secretKey(field.name)))];
}
