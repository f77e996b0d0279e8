import type { Client } from '../../client.ts';
import { OktaError } from '../../errors/errors.ts';
import { counted } from '../../errors/sentences.ts';
import { badgeOf, errorForCatch, now } from './badge.ts';
import { sharedClient } from './connection-node.ts';
import { type NodeType, operationOf, secretsOf } from './node-types.ts';
import type { Message, NodeRed, RuntimeNode } from './red.ts';
import { operationInput, type StoredValues } from './values.ts';

/** An action node as configured in a flow. */
interface ActionSettings {
  connection: string;
  operation: string;
  fields: StoredValues;
  /** `whole`: one message with the list; `each`: one message per item, with `msg.parts`. */
  output: 'whole' | 'each';
}

/** How long a stopping node waits for its running action; Node-RED itself waits 15 seconds. */
const FINISH_WITHIN_MS = 10_000;

/** Registers the node of one resource. */
export function registerAction(RED: NodeRed, type: NodeType): void {
  function construct(this: RuntimeNode, settings: ActionSettings): void {
    RED.nodes.createNode(this, settings);
    const badge = badgeOf(this);
    const [over, late] = [new AbortController(), new AbortController()];
    const underWay = new Set<Promise<void>>();
    badge.clear();

    const work = async (message: Message, send: (one: Message) => void): Promise<string> => {
      const operation = operationOf(type, settings.operation);
      const client = sharedClient(RED, settings.connection, operation);
      const input = await operationInput(RED, this, operation, settings.fields ?? {}, message);
      // Reading a list can stop at any point; an action that may have changed something must finish.
      const { signal } = operation.list ? over : late;
      const options = { signal, progress: badge.progress };
      if (!operation.list || settings.output !== 'each') {
        const payload = await client.run(operation.key, input, options);
        send({ ...message, payload });
        return Array.isArray(payload) ? `ok, ${counted(payload.length, 'item')}` : 'ok';
      }
      const items = client.stream(operation.key, input, options);
      return `ok, ${counted(await sendEach(RED, items, message, send), 'item')}`;
    };

    this.on('input', (message, send, done) => {
      badge.running('running', underWay.size + 1);
      const run = work(message, send).then(
        (text) => {
          if (underWay.size > 1) badge.running('running', underWay.size - 1);
          else badge.ok(`${text}, ${now()}`);
          done();
        },
        (error: unknown) => {
          // Otherwise Complete nodes would see a success, and Catch nodes no error.
          if (error === over.signal.reason || error === late.signal.reason)
            return done(errorForCatch(stopped()));
          if (underWay.size > 1) badge.running('running', underWay.size - 1);
          else badge.failed(error);
          done(errorForCatch(error));
        },
      );
      underWay.add(run);
      run.finally(() => underWay.delete(run));
    });

    this.on('close', async (_removed, done) => {
      over.abort();
      const giveUp = setTimeout(() => late.abort(), FINISH_WITHIN_MS);
      await Promise.allSettled(underWay);
      clearTimeout(giveUp);
      badge.clear();
      done();
    });
  }
  RED.nodes.registerType(type.type, construct, {
    credentials: Object.fromEntries(secretsOf(type).map((name) => [name, { type: 'password' as const }])),
  });
}

const stopped = () =>
  new OktaError('The node was stopped before it was finished', {
    ...{ code: 'aborted', actor: 'caller', retryable: true },
    hint: 'Send the message again.',
  });

/** Sends one message per item; the last one carries the count that Join nodes wait for. */
async function sendEach(
  RED: NodeRed,
  items: ReturnType<Client['stream']>,
  message: Message,
  send: (one: Message) => void,
): Promise<number> {
  const id = RED.util.generateId();
  const outer = message.parts === undefined ? {} : { parts: message.parts };
  let count = 0;
  const sendOne = (payload: unknown, total?: number) => {
    const parts = { ...outer, id, type: 'array', index: count - 1, len: 1 };
    send({ ...RED.util.cloneMessage(message), payload, parts: total ? { ...parts, count: total } : parts });
  };
  let held: { item: unknown } | undefined;
  for await (const item of items) {
    if (held) sendOne(held.item);
    held = { item };
    count += 1;
  }
  if (held) sendOne(held.item, count);
  return count;
}
