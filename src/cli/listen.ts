import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { parseInput } from '../actions/run.ts';
import type { Client } from '../client.ts';
import { triggerOf } from '../connector.ts';
import { InputError, isOktaError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import type { Webhook, WebhookOptions } from '../triggers/webhook.ts';
import { type ConnectionFlags, clientOnDemand } from './client.ts';
import { readDuration } from './input.ts';
import { note, printJson } from './output.ts';
import { readInputs } from './pairs.ts';
import { onInterrupt } from './signals.ts';

interface ListenFlags extends ConnectionFlags {
  input: string;
  publicUrl: string;
  state: string;
  port: number;
  host: string;
  reconcileInterval: string;
  keepHook?: boolean;
  deadLetter?: string;
}

/**
 * Receives events until a signal arrives or stdout is closed; one line per item. Deactivates and deletes the hook at the
 * end.
 */
export async function listen(key: string, pairs: string[], flags: ListenFlags): Promise<void> {
  const { open } = clientOnDemand(flags);
  const trigger = triggerOf(key);
  const input = await readInputs(trigger, flags.input, pairs, open);
  parseInput(trigger, input);
  const client = await open();
  const { publicUrl, state, deadLetter } = flags;
  const reconcileMs = readDuration(flags.reconcileInterval, '--reconcile-interval');
  const signal = onInterrupt();
  const webhook = await openWhenFree(client, { publicUrl, state, reconcileMs, deadLetter }, signal);
  if (!webhook) return client.close();
  const deliver = (item: unknown) => printJson(item, { line: true, patience: signal });
  // A slow sender must not hold a socket: Okta itself gives up after three seconds.
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 10_000 },
    getRequestListener(webhook.fetch),
  );
  try {
    server.listen(flags.port, flags.host);
    await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`Cannot listen at ${flags.host}:${flags.port} (${error.code})`, {
        hint: 'Choose another --port.',
      });
    });
    await webhook.subscribe({ key, input, deliver });
    note(`Listening at ${flags.host}:${flags.port}; Okta verified ${publicUrl}`);
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), webhook.ended]);
  } finally {
    try {
      await webhook.stop({ keepHook: flags.keepHook });
    } finally {
      server.close();
      server.closeAllConnections();
      client.close();
    }
  }
}

/** Interval for checking whether another process has released the state. */
const LOOK_MS = 1_000;

/** Opens the receiver, waiting while another process has its state; undefined when the signal came first. */
async function openWhenFree(
  client: Client,
  options: WebhookOptions,
  signal: AbortSignal,
): Promise<Webhook | undefined> {
  for (let isTold = false; !signal.aborted; isTold = true) {
    try {
      return await client.webhook(options);
    } catch (error) {
      if (!(isOktaError(error) && error.code === 'state_locked' && error.retryable)) throw error;
      if (!isTold) note(`${error.message}; waiting until it is free`);
      await systemClock.sleep(LOOK_MS, signal).catch(() => {});
    }
  }
  return undefined;
}
