import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { InputError, isOktaError, OktaError } from '../../errors/errors.ts';
import { systemClock } from '../../http/clock.ts';
import { tellScimState } from '../../scim/about.ts';
import { deliverScimEvents } from '../../scim/deliver.ts';
import { openScimStore } from '../../scim/open.ts';
import { scimBasePath, scimBaseUrl } from '../../scim/protocol/urls.ts';
import { readScimSchemas, scimSchemasIn } from '../../scim/schema/declared.ts';
import { scimServer } from '../../scim/server.ts';
import type { ScimEvent, ScimStore } from '../../scim/store/store.ts';
import type { ScimRefusalAnswer } from '../../scim/write/decide.ts';
import type { ScimChange } from '../../scim/write/events.ts';
import { badgeOf, errorForCatch, now, textOf } from './badge.ts';
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
  /** Schemas of the user: JSON, or the name of a file with it. */
  schemas?: string;
  schemasType?: 'json' | 'file';
  /** Ask the flow before a change is stored. */
  asks: boolean;
  /** An event counts as delivered when the flow has sent it back. */
  confirms?: boolean;
  /** Seconds that the flow has for its answer. */
  wait: string;
}

/** What the flow says, in `msg.okta`. */
interface Answer {
  /** To what: a question, or an event that it has handled. */
  ask?: string;
  /** Why not. */
  refuse?: string;
  status?: number;
}

const RESTARTING: ScimRefusalAnswer = { refuse: 'Node-RED restarts; nothing was changed', status: 503 };

/** A flow has at most this long: the service gives up after a minute. */
const LONGEST_WAIT_S = 50;
/** Between two tries to open a state that is in use, or whose database is away. */
const PAUSE_MS = 2_000;

/**
 * Registers the node to which a service provisions. Its first output has what happened, each once stored; the second one asks
 * before it is stored, and the flow answers into the node's input.
 */
export function registerServer(RED: NodeRed, type: NodeType): void {
  function construct(this: RuntimeNode, settings: ServerSettings): void {
    RED.nodes.createNode(this, settings);
    const badge = badgeOf(this);
    const over = new AbortController();
    const asked = new Map<string, (answer: Answer) => void>();

    /** @returns what the flow says; undefined when it says nothing in time. */
    const answerTo = (id: string, waitMs: number, send: () => void): Promise<Answer | undefined> =>
      new Promise((resolve) => {
        const end = (answer?: Answer) => {
          clearTimeout(late);
          asked.delete(id);
          resolve(answer);
        };
        const late = setTimeout(end, waitMs);
        asked.set(id, end);
        send();
      });

    const ask = async (change: ScimChange, waitMs: number): Promise<ScimRefusalAnswer | undefined> => {
      if (over.signal.aborted) return RESTARTING;
      const id = randomUUID();
      const topic = change.kinds[0] ?? 'membership';
      const message = { topic, payload: change, okta: { ask: id } };
      const answer = await answerTo(id, waitMs, () => this.send([null, message]));
      if (!answer) return { refuse: `The flow did not answer within ${waitMs / 1_000} seconds`, status: 503 };
      const { refuse, status } = answer;
      if (!refuse && status === undefined) return undefined;
      const reason = String(refuse || 'The flow gave no reason');
      this.log(`refused ${change.kinds.join(', ')}: ${reason}`);
      return { refuse: reason, status };
    };

    /** Until the flow has handled the event: as often as it takes. */
    const confirmed = async (event: ScimEvent, waitMs: number) => {
      const message = () => ({ topic: event.kind, payload: event, okta: { ask: event.id } });
      while (!(await answerTo(event.id, waitMs, () => this.send([message(), null])))) {
        over.signal.throwIfAborted();
        badge.failed(unconfirmed(waitMs));
        this.warn(textOf(unconfirmed(waitMs)));
      }
    };

    const deliver = async (event: ScimEvent, waitMs: number) => {
      over.signal.throwIfAborted();
      if (settings.confirms) await confirmed(event, waitMs);
      else {
        this.send([{ topic: event.kind, payload: event }, null]);
        // As trigger nodes do: a stopping flow drops messages.
        await turn();
        await turn();
      }
      over.signal.throwIfAborted();
      badge.ok(`last event ${now()}`);
    };

    /** There may be nobody around to start the node again. */
    const opened = async (place: string): Promise<ScimStore> => {
      for (let last = ''; ; ) {
        try {
          return await openScimStore(place);
        } catch (error) {
          if (!isOktaError(error) || !error.retryable) throw error;
          if (error.message !== last) failed(error);
          last = error.message;
          await systemClock.sleep(PAUSE_MS, over.signal);
        }
      }
    };

    const failed = (error: unknown): undefined => {
      if (over.signal.aborted) return;
      badge.failed(error);
      this.error(errorForCatch(error), {});
    };

    const running = (async () => {
      const operation = operationOf(type, settings.operation);
      const input = await operationInput(RED, this, operation, settings.fields ?? {}, {});
      const { scimState: place, kinds } = input as { scimState?: string; kinds?: string[] };
      if (!place)
        throw new InputError('The file of the state is missing', { hint: 'Open the node and give one.' });
      const schemas = await schemasOf(settings);
      const token = tokenOf(this);
      const waitMs = waitOf(settings);
      const root = (RED.settings.httpNodeRoot || '').replace(/\/+$/, '');
      const basePath = scimBasePath(root + (settings.path || '/scim/v2'));
      const publicUrl = settings.publicUrl?.trim() || undefined;
      const store = await opened(place);
      const stop = await serving(RED, store, {
        ...{ basePath, token, publicUrl, schemas },
        limits: { decideMs: waitMs },
        log: (entry) => this.debug(JSON.stringify(entry)),
        decide: settings.asks ? (change) => ask(change, waitMs) : undefined,
      });
      badge.ok('waiting for the first event');
      const wanted = async (event: ScimEvent) => {
        if (kinds === undefined || kinds.includes(event.kind)) await deliver(event, waitMs);
      };
      const delivering = deliverScimEvents(store, `node ${this.id}`, wanted, over.signal).catch(failed);
      return async () => {
        await delivering;
        await stop();
      };
    })().catch(failed);

    this.on('input', (message, _send, done) => {
      const answer = (message.okta ?? {}) as Answer;
      const end = asked.get(answer.ask ?? '');
      if (!end) return done(errorForCatch(unasked()));
      end(answer);
      done();
    });

    this.on('close', async (_removed, done) => {
      over.abort();
      for (const end of asked.values()) end(RESTARTING);
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
    const { basePath, publicUrl, schemas = [] } = options;
    const service = scimServer({ store, ...options });
    const baseUrl = publicUrl && scimBaseUrl(publicUrl, basePath);
    await tellScimState(store, { baseUrl, schemas });
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

/** @throws InputError for a file that cannot be read, and for what is no list of schemas. */
async function schemasOf({ schemas: given = '', schemasType }: ServerSettings): Promise<unknown[]> {
  const text = given.trim();
  if (text === '') return [];
  return schemasType === 'file' ? readScimSchemas(text) : scimSchemasIn(text, 'The list of schemas');
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

const unconfirmed = (waitMs: number) =>
  new OktaError(`The flow has not sent the event back within ${waitMs / 1_000} seconds; it comes again`, {
    ...{ code: 'timeout', actor: 'caller', retryable: true },
    hint: 'Wire the end of the flow back into this node, with msg.okta as it was.',
  });
