import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { InputError } from '../errors/errors.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { readDuration, readInput } from './input.ts';
import { note, printJson } from './output.ts';
import { onInterrupt } from './signals.ts';

interface ListenFlags extends ConnectionFlags {
  input: string;
  publicUrl: string;
  state: string;
  port: number;
  host: string;
  reconcileInterval: string;
  keepHook?: boolean;
}

/** Receives events until a signal; each item is a line. Ends with the hook deactivated and deleted. */
export async function listen(key: string, flags: ListenFlags): Promise<void> {
  const input = await readInput(flags.input);
  const client = await openClient(flags);
  const { publicUrl, state } = flags;
  const reconcileMs = readDuration(flags.reconcileInterval, '--reconcile-interval');
  const signal = onInterrupt();
  const webhook = await client.webhook({ publicUrl, state, reconcileMs });
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
    await webhook.subscribe({ key, input, deliver: (item) => printJson(item, { line: true }) });
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
