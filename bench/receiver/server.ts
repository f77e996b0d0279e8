/**
 * A server that takes deliveries of an event hook: the connector's receiver with its state file, or hono alone, which reads the JSON
 * and answers. argv: its name, and for the connector the org and its API token.
 */
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { library } from '../built.ts';
import { peakRssMb } from '../peak-memory.ts';

export type Name = 'connector' | 'bare';

/** What a server tells of itself when it is asked. */
export interface Account {
  cpuSeconds: number;
  peakRssMb: number;
  /** Events that the connector delivered. */
  delivered: number;
}

if (import.meta.main) {
  const [name, orgUrl = '', token = ''] = process.argv.slice(2);
  let delivered = 0;
  let fetch = async (_: Request): Promise<Response> => new Response(null, { status: 503 });
  // On a busy machine a connection may wait for its next delivery longer than Node keeps an idle one.
  const server = createServer(
    { keepAliveTimeout: 60_000 },
    getRequestListener((request) => fetch(request)),
  );
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2_000 }, resolve),
  );
  const { port } = server.address() as AddressInfo;
  let secret = 'bench';
  if (name === 'bare') {
    const app = new Hono().post('/hook', async (c) => {
      await c.req.json();
      return c.json({});
    });
    fetch = async (request) => app.fetch(request);
  } else {
    const { connect, fileStateStore } = await library();
    const client = connect({ orgUrl, auth: { type: 'api_token', token } });
    const state = join(mkdtempSync(join(tmpdir(), 'bench-receiver-')), 'state.json');
    const webhook = await client.webhook({ publicUrl: `http://127.0.0.1:${port}/hook`, state });
    fetch = webhook.fetch;
    await webhook.subscribe({
      key: 'new_event_instant',
      input: { eventTypes: ['user.session.start'] },
      deliver() {
        delivered += 1;
      },
    });
    const text = await fileStateStore(state).get(`webhook@${new URL(orgUrl).host}`);
    secret = JSON.parse(text ?? '').value.secret;
  }
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const account = { cpuSeconds: (user + system) / 1e6, peakRssMb: peakRssMb(), delivered };
    process.send?.(account satisfies Account);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port, secret });
}
