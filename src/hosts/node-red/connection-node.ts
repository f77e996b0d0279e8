import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Connection } from '../../auth/connection.ts';
import type { Client } from '../../client.ts';
import { connect, connectOffline } from '../../connect.ts';
import { InputError } from '../../errors/errors.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { HostField } from '../fields.ts';
import { type NodeType, secretKey, secretsOf } from './node-types.ts';
import { forgetWhenDeleted, privateFile } from './private-file.ts';
import type { NodeRed, RuntimeNode } from './red.ts';

/** The connection as the editor stores it; secrets are stored separately. */
export interface ConnectionSettings {
  id: string;
  orgUrl: string;
  auth: Record<string, unknown> & { type: string };
}

export interface ConnectionNode extends RuntimeNode {
  settings: ConnectionSettings;
  /** The client shared by all nodes of this connection; opened on first use. @throws InputError */
  client(): Client;
}

/** `undefined` when no connection is selected, or when it is not deployed or of another type. */
export const connectionNode = (RED: NodeRed, id: string): ConnectionNode | undefined => {
  const node = id ? RED.nodes.getNode(id) : null;
  return node && 'client' in node ? (node as ConnectionNode) : undefined;
};

/**
 * The client of a connection; one without an org for an operation that needs none.
 * @throws InputError when no usable connection is selected.
 */
export function sharedClient(RED: NodeRed, id: string, { offline }: { offline: boolean }): Client {
  // Also where a connection is selected: the state of a trigger must not depend on it.
  if (offline) return connectOffline();
  const node = connectionNode(RED, id);
  if (node) return node.client();
  throw new InputError('No connection is selected, or it is disabled', {
    code: 'invalid_connection',
    hint: 'Open the node, select a connection and deploy.',
  });
}

/** Event that tells the nodes of a connection that a user has signed in. */
export const SIGNED_IN = 'signed-in';

/** Resolves when a user signs in to the connection, or when the signal aborts. */
export async function signedIn(RED: NodeRed, id: string, signal: AbortSignal): Promise<void> {
  const node = connectionNode(RED, id);
  // Many nodes may wait for the same connection.
  node?.setMaxListeners(0);
  if (node) await once(node, SIGNED_IN, { signal }).catch(() => {});
}

/**
 * The token file of a connection, readable only by its owner. Each combination of address and app has its own file, so that
 * a token is never sent anywhere but to the org that issued it.
 */
export function tokensFile(RED: NodeRed, id: string, { orgUrl, auth }: Connection): string {
  const issuedFor = JSON.stringify([orgUrl, 'clientId' in auth && auth.clientId]);
  const mark = createHash('sha256').update(issuedFor).digest('hex').slice(0, 12);
  return privateFile(RED, id, `-${mark}.tokens.json`);
}

/**
 * Builds a connection from the values of the form.
 * @throws InputError that names the missing fields by their titles in the form.
 */
export function connectionFrom(
  type: NodeType,
  { orgUrl, auth }: ConnectionSettings,
  secrets: Record<string, string | undefined>,
): Connection {
  const mode = type.authModes.find((one) => one.type === auth.type);
  const values = (mode?.fields ?? []).map((field) => {
    const raw = field.secret ? secrets[secretKey(field.name)] : auth[field.name];
    return [field.name, formValue(field, raw)] as const;
  });
  const missing = (mode?.fields ?? []).filter((field, at) => field.required && values[at]?.[1] === undefined);
  if (missing.length > 0) {
    const titles = missing.map(({ title }) => title).join(', ');
    throw new InputError(`The connection is incomplete; missing: ${titles}`, {
      code: 'invalid_connection',
      hint: 'Open the connection and fill it in. Secrets are not part of imported flows.',
    });
  }
  return {
    orgUrl,
    auth: { type: auth.type, ...Object.fromEntries(values.filter(([, value]) => value !== undefined)) },
  } as Connection;
}

/** Forms hold strings only; an empty string means not set. */
function formValue({ kind }: HostField, raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  const text = raw.trim();
  if (text === '') return undefined;
  if (kind === 'list') return text.split(/[\s,;]+/).filter(Boolean);
  if (kind === 'boolean' || kind === 'scalar') return text === 'true' || (text === 'false' ? false : text);
  if (kind !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Registers the configuration node that holds the connection. */
export function registerConnection(RED: NodeRed, { version }: Manifest, type: NodeType): void {
  function construct(this: RuntimeNode, settings: ConnectionSettings): void {
    RED.nodes.createNode(this, settings);
    const node = this as ConnectionNode;
    let client: Client | undefined;
    node.settings = settings;
    node.client = () => {
      const connection = connectionFrom(type, settings, node.credentials ?? {});
      client ??= connect(connection, {
        tokens: connection.auth.type === 'api_token' ? undefined : tokensFile(RED, node.id, connection),
        userAgent: `node-red-contrib-okta-connector/${version}`,
        notice: (message) => node.log(message),
      });
      return client;
    };
    // The open client still has the tokens of the previous sign-in.
    node.on(SIGNED_IN, () => {
      client = undefined;
    });
    forgetWhenDeleted(RED, node);
    node.on('close', (_removed, done) => {
      client?.close();
      done();
    });
  }
  RED.nodes.registerType(type.type, construct, {
    credentials: Object.fromEntries(secretsOf(type).map((name) => [name, { type: 'password' as const }])),
  });
}
