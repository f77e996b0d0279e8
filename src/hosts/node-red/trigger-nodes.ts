import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { Client } from '../../client.ts';
import { type ErrorCode, InputError, isOktaError } from '../../errors/errors.ts';
import { orAborted } from '../../http/abort.ts';
import { systemClock } from '../../http/clock.ts';
import { within } from '../../http/within.ts';
import { fileStateStore } from '../../state/file.ts';
import type { StateStore } from '../../state/store.ts';
import { nextRun } from '../../triggers/cron.ts';
import { backOff, isFatal } from '../../triggers/run-trigger.ts';
import type { Webhook } from '../../triggers/webhook.ts';
import { type Badge, badgeOf, errorForCatch, now, textOf } from './badge.ts';
import { sharedClient, signedIn } from './connection-node.ts';
import { contextStore } from './context-store.ts';
import { deliveries } from './deliveries.ts';
import { type NodeType, operationOf } from './node-types.ts';
import { forgetWhenDeleted, privateFile } from './private-file.ts';
import type { Message, NodeRed, RuntimeNode } from './red.ts';
import { operationInput, type StoredValues } from './values.ts';

/** A trigger node as configured in a flow. */
interface TriggerSettings {
  connection: string;
  operation: string;
  fields: StoredValues;
  /** Polling and schedule: name of the context store for the state; Node-RED's default if empty. */
  store: string;
  /** Polling: seconds between the end of one run and the start of the next. */
  interval: string;
  /** Schedule: a cron expression and its time zone (that of the machine if empty). */
  cron: string;
  timeZone: string;
  /** Instant: the address at which the service reaches this Node-RED. */
  publicUrl: string;
  /** Instant: leave the hook in place when the node stops. */
  keepHook: boolean;
}

export interface TriggerNode extends RuntimeNode {
  /** Sends a few recent events, marked with `msg.sample`. */
  sendSamples(): Promise<number>;
}

/** The context of a running trigger. */
interface Run {
  RED: NodeRed;
  node: RuntimeNode;
  client: Client;
  settings: TriggerSettings;
  input: Record<string, unknown>;
  store: StateStore;
  signal: AbortSignal;
  badge: Badge;
  /** Rejects when the node stops; the item is then delivered after the next start. */
  deliver(item: unknown): Promise<void>;
}

/** Starts the trigger and resolves with its cleanup. */
type Start = (run: Run) => Promise<(removed: boolean) => Promise<unknown>>;

async function startPolling(run: Run) {
  const { client, settings, input, store, signal, badge, deliver } = run;
  const seconds = Number(settings.interval || 60);
  if (!(seconds >= 1)) throw new InputError('The interval must be a number of seconds of at least 1');
  const options = { state: store, signal, interval: seconds * 1_000, progress: badge.progress };
  const following = untilStopped(async () => {
    badge.ok(`watching, every ${seconds} s`);
    for await (const item of client.follow(settings.operation, input, options)) await deliver(item);
  }, run);
  return () => following;
}

async function startSchedule(run: Run) {
  const { client, settings, input, store, signal, badge, deliver } = run;
  const timeZone = settings.timeZone?.trim() || undefined;
  const wait = nextRun(settings.cron, timeZone);
  // Shown in the time zone of the schedule, not in that of the machine.
  const next = (now = new Date()) =>
    new Date(now.getTime() + wait(now)).toLocaleString('sv-SE', { timeZone });
  const options = { state: store, signal, progress: badge.progress, interval: wait };
  const following = untilStopped(async () => {
    badge.ok(`next run ${next()}`);
    await systemClock.sleep(wait(), signal);
    for await (const item of client.follow(settings.operation, input, options)) {
      await deliver(item);
      const last = new Date().toLocaleTimeString('sv-SE', { timeZone });
      badge.ok(`last run ${last}, next ${next()}`);
    }
  }, run);
  return () => following;
}

async function startWebhook(run: Run) {
  const { RED, node, client, settings, input, store, signal, badge, deliver } = run;
  const root = settings.publicUrl?.trim().replace(/\/+$/, '');
  if (!root) {
    throw new InputError('The public URL is missing', {
      hint: 'Enter the address at which this Node-RED can be reached from outside.',
    });
  }
  // Okta verifies the hook with an immediate call, but flows start before the server listens.
  if (!RED.server.listening) await once(RED.server, 'listening', { signal });
  badge.running('setting up the hook');
  const { path, listen } = deliveries(RED, node.id);
  const publicUrl = root + path;
  let webhook: Webhook | undefined;
  let unlisten = () => {};

  const setUp = async () => {
    if (!webhook) {
      // Without the signal: the hook must still be deleted when the node stops.
      webhook = await client.webhook({ publicUrl, state: store });
      unlisten = listen(webhook.fetch);
    }
    await webhook.subscribe({ key: settings.operation, input, deliver });
    badge.ok('listening');
    try {
      await orAborted(webhook.ended, signal);
    } catch (error) {
      if (!signal.aborted) {
        await webhook.stop({ keepHook: true }).catch(() => {});
        webhook = undefined;
      }
      throw error;
    }
  };
  // Okta could not reach this Node-RED: a tunnel or proxy may still be starting.
  const listening = untilStopped(setUp, run, ['validation_failed']);
  return async (removed: boolean) => {
    // A hanging call to Okta must not delay the flows: the rest then continues in the background.
    await within(listening, LONGEST_STOP_MS);
    const tidied = listening.then(async () => {
      unlisten();
      // Within a subflow, Node-RED does not tell whether the node was deleted, and nothing else would delete the hook.
      await webhook?.stop({ keepHook: settings.keepHook && !removed && !node._alias });
    });
    const told = tidied.catch((error: unknown) => {
      RED.log.warn(`${node.type} ${node.id}: the hook at ${publicUrl} may still exist. ${textOf(error)}`);
    });
    await within(told, LONGEST_STOP_MS);
  };
}

/** Node-RED gives a node 15 seconds to stop. */
const LONGEST_STOP_MS = 6_000;

/**
 * Restarts work that should only end when the node stops: temporary errors with a growing delay, a lost sign-in after the
 * next sign-in; any other error is reported once and ends it. A state store that cannot be used yet (for example because
 * the disk was full when Node-RED started) is retried as well: there may be nobody around to restart the node.
 */
async function untilStopped(
  work: () => Promise<unknown>,
  { RED, node, settings, signal, badge }: Run,
  mendable: ErrorCode[] = [],
): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      await work();
      return;
    } catch (error) {
      if (signal.aborted) return;
      const code = isOktaError(error) ? error.code : undefined;
      if (isFatal(error) && !(code && ['state_locked', ...mendable].includes(code))) {
        badge.failed(error);
        node.error(errorForCatch(error), {});
        if (code !== 'authentication_failed') return;
        await signedIn(RED, settings.connection, signal);
        continue;
      }
      if (failures === 1) node.warn(textOf(error));
      const waitMs = backOff(error, failures, 1_000);
      badge.progress(textOf(error), { until: Date.now() + waitMs, for: 'next_try' });
      await systemClock.sleep(waitMs, signal).catch(() => {});
    }
  }
}

const STARTS: Record<string, Start> = {
  polling: startPolling,
  schedule: startSchedule,
  webhook: startWebhook,
};

/** Registers the node of one kind of trigger. */
export function registerTrigger(RED: NodeRed, type: NodeType): void {
  const start = STARTS[type.kind] as Start;

  function construct(this: RuntimeNode, settings: TriggerSettings): void {
    RED.nodes.createNode(this, settings);
    const node = this as TriggerNode;
    const badge = badgeOf(node);
    const over = new AbortController();
    const message = (item: unknown): Message => ({ topic: settings.operation, payload: item });
    // The state of an instant trigger includes the secret of its hook, and contexts are widely readable.
    const remembered =
      type.kind === 'webhook'
        ? undefined
        : contextStore(node.context(), node.id, settings.store || undefined);

    const prepare = async () => {
      const operation = operationOf(type, settings.operation);
      const client = sharedClient(RED, settings.connection, operation);
      return { client, input: await operationInput(RED, node, operation, settings.fields ?? {}, {}) };
    };

    const running = prepare()
      .then((prepared) =>
        start({
          ...{ RED, node, settings, badge, ...prepared },
          store: remembered ?? fileStateStore(privateFile(RED, node.id, '.hook.json')),
          signal: over.signal,
          async deliver(item) {
            over.signal.throwIfAborted();
            node.send(message(item));
            badge.ok(`last event ${now()}`);
            // A stopping flow drops messages: give this one time to reach the first asynchronous node.
            await turn();
            await turn();
            over.signal.throwIfAborted();
          },
        }),
      )
      .catch((error: unknown) => {
        if (over.signal.aborted) return undefined;
        badge.failed(error);
        node.error(errorForCatch(error), {});
        return undefined;
      });

    node.sendSamples = async () => {
      const { client, input } = await prepare();
      const items = await client.sample(settings.operation, input, { limit: 5 });
      for (const item of items) node.send({ ...message(item), sample: true });
      return items.length;
    };

    if (type.kind === 'webhook') forgetWhenDeleted(RED, node);
    node.on('close', async (removed, done) => {
      over.abort();
      await (await running)?.(removed);
      await remembered?.handOver().catch(() => {});
      badge.clear();
      done();
    });
  }
  RED.nodes.registerType(type.type, construct);
}
