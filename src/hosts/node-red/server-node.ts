import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { InputError, OktaError } from '../../errors/errors.ts';
import { tellScimState } from '../../scim/about.ts';
import { deliverScimEvents } from '../../scim/deliver.ts';
import { scimBasePath, scimBaseUrl } from '../../scim/protocol/urls.ts';
import { scimServer } from '../../scim/server.ts';
import { sqliteScimStore } from '../../scim/store/sqlite.ts';
import type { ScimEvent, ScimStore } from '../../scim/store/store.ts';
import type { ScimRefusalAnswer } from '../../scim/write/decide.ts';
import type { ScimChange } from '../../scim/write/events.ts';
import { badgeOf, errorForCatch, now } from './badge.ts';
import { serveUnder } from './deliveries.ts';
import { type NodeType, operationOf } from './node-types.ts';
import type { NodeRed, RuntimeNode } from './red.ts';
import { operationInput, type StoredValues } from './values.ts';

/** A server node as configured in a flow. */
interface ServerSettings {
  operation: string;
  fields: StoredValues;
  /** Below the root of Node-RED's HTTP nodes. */
  path: string;
  /** Where the service reaches this Node-RED. */
  publicUrl: string;
  /** Ask the flow before a change is stored. */
  asks: boolean;
  /** Seconds that the flow has for its answer. */
  wait: string;
}

/** What the flow says to a question, in `msg.okta`. */
interface Answer {
  /** The question. */
  ask?: string;
  /** Why not. */
  refuse?: string;
  status?: number;
}

const RESTARTING = { refuse: 'Node-RED restarts; nothing was changed', status: 503 };

/** A flow has at most this long: the service gives up after a minute. */
const LONGEST_WAIT_S = 50;

/**
 * Registers the node to which a service provisions. Its first output has what happened, each once stored; the second one asks
 * before it is stored, and the flow answers into the node's input.
 */
export function registerServer(RED: NodeRed, type: NodeType): void {
  function construct(this: RuntimeNode, settings: ServerSettings): void {
    RED.nodes.createNode(this, settings);
    const badge = badgeOf(this);
    const over = new AbortController();
    const asked = new Map<string, (answer: ScimRefusalAnswer | undefined) => void>();

    const ask = async (change: ScimChange, waitMs: number): Promise<ScimRefusalAnswer | undefined> => {
      if (over.signal.aborted) return RESTARTING;
      const id = randomUUID();
      const answered = new Promise<ScimRefusalAnswer | undefined>((resolve) => asked.set(id, resolve));
      this.send([null, { topic: change.kinds[0] ?? 'membership', payload: change, okta: { ask: id } }]);
      // It has been refused by then.
      const late = setTimeout(() => asked.delete(id), waitMs);
      return answered.finally(() => clearTimeout(late));
    };

    const deliver = async (event: ScimEvent) => {
      over.signal.throwIfAborted();
      this.send([{ topic: event.kind, payload: event }, null]);
      badge.ok(`last event ${now()}`);
      // As trigger nodes do: a stopping flow drops messages.
      await turn();
      await turn();
      over.signal.throwIfAborted();
    };

    const failed = (error: unknown): undefined => {
      if (over.signal.aborted) return;
      badge.failed(error);
      this.error(errorForCatch(error), {});
    };

    const running = (async () => {
      const operation = operationOf(type, settings.operation);
      const input = await operationInput(RED, this, operation, settings.fields ?? {}, {});
      const { scimState: file, kinds } = input as { scimState?: string; kinds?: string[] };
      if (!file)
        throw new InputError('The file of the state is missing', { hint: 'Open the node and give one.' });
      const token = tokenOf(this);
      const waitMs = waitOf(settings);
      const root = (RED.settings.httpNodeRoot || '').replace(/\/+$/, '');
      const basePath = scimBasePath(root + (settings.path || '/scim/v2'));
      const publicUrl = settings.publicUrl?.trim() || undefined;
      const store = await sqliteScimStore(file);
      const stop = await serving(RED, store, {
        ...{ basePath, token, publicUrl },
        limits: { decideMs: waitMs },
        log: (entry) => this.debug(JSON.stringify(entry)),
        decide: settings.asks
          ? async (change: ScimChange) => {
              const answer = await ask(change, waitMs);
              if (answer) this.log(`refused ${change.kinds.join(', ')}: ${answer.refuse}`);
              return answer;
            }
          : undefined,
      });
      badge.ok('waiting for the first event');
      const wanted = async (event: ScimEvent) => {
        if (kinds === undefined || kinds.includes(event.kind)) await deliver(event);
      };
      const delivering = deliverScimEvents(store, `node ${this.id}`, wanted, over.signal).catch(failed);
      return async () => {
        await delivering;
        await stop();
      };
    })().catch(failed);

    this.on('input', (message, _send, done) => {
      const { ask: id = '', refuse, status } = (message.okta ?? {}) as Answer;
      const answer = asked.get(id);
      if (!answer) return done(errorForCatch(unasked()));
      asked.delete(id);
      const isRefusal = refuse || status !== undefined;
      answer(isRefusal ? { refuse: String(refuse || 'The flow gave no reason'), status } : undefined);
      done();
    });

    this.on('close', async (_removed, done) => {
      over.abort();
      for (const answer of asked.values()) answer(RESTARTING);
      await (await running)?.();
      badge.clear();
      done();
    });
  }
  RED.nodes.registerType(type.type, construct, { credentials: { token: { type: 'password' } } });
}

/** Serves under the path until the returned function is called, which lets requests under way end. */
async function serving(
  RED: NodeRed,
  store: ScimStore,
  options: Omit<Parameters<typeof scimServer>[0], 'store'> & { basePath: string },
): Promise<() => Promise<void>> {
  try {
    const { basePath, publicUrl } = options;
    const service = scimServer({ store, ...options });
    if (publicUrl) await tellScimState(store, { baseUrl: scimBaseUrl(publicUrl, basePath), schemas: [] });
    const end = serveUnder(RED, basePath, service.fetch);
    return async () => {
      end();
      await service.close();
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** @throws InputError without a token. */
function tokenOf(node: RuntimeNode): string {
  const token = node.credentials?.token || process.env.OKTA_CONNECTOR_SCIM_TOKEN;
  if (token) return token;
  throw new InputError('The token is missing', {
    hint: 'Enter a long random text here and in the console, or set OKTA_CONNECTOR_SCIM_TOKEN.',
  });
}

/** Milliseconds. @throws InputError for what is no usable number of seconds. */
function waitOf({ wait }: ServerSettings): number {
  const seconds = Number(wait || 20);
  if (seconds >= 1 && seconds <= LONGEST_WAIT_S) return seconds * 1_000;
  throw new InputError(`The flow can have 1 to ${LONGEST_WAIT_S} seconds for its answer`, {
    hint: 'The service gives up after a minute.',
  });
}

const unasked = () =>
  new OktaError('This message answers no question that waits', {
    ...{ code: 'wrong_state', actor: 'caller' },
    hint: 'Send the message of the second output back, with msg.okta; it counts once, and in time.',
  });
