/**
 * The process that a simulation kills: delivers events by appending one line an item to a file. argv: JSON of
 * `{ orgUrl, token, mode: "poll" | "hook", state, out, port }`.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { connect } from '../../src/index.ts';

export interface ProcessOptions {
  orgUrl: string;
  token: string;
  mode: 'poll' | 'hook';
  state: string;
  out: string;
  port: number;
  eventTypes: string[];
}

const options = JSON.parse(process.argv[2] ?? '{}') as ProcessOptions;
const { state, out, port, eventTypes } = options;
const client = connect(
  { orgUrl: options.orgUrl, auth: { type: 'api_token', token: options.token } },
  {
    attemptTimeoutMs: 1_000,
    maxRetries: 1,
    deadlineMs: 5_000,
    progress: (m) => process.env.DEBUG && console.error(Date.now() % 100000, process.pid, m),
  },
);
const deliver = (item: unknown) => {
  const { id, event } = item as { id: string; event: { eventType: string } };
  // The kernel may end a write in its middle: a line begins anew behind one that a kill has cut off.
  appendFileSync(out, `\n${JSON.stringify({ id, pid: process.pid, type: event.eventType })}\n`);
};

if (options.mode === 'poll') {
  for await (const item of client.follow('new_event', { eventTypes }, { state, interval: 25 })) deliver(item);
} else {
  const webhook = await client.webhook({
    publicUrl: `http://127.0.0.1:${port}/hook`,
    state,
    reconcileMs: 100,
  });
  const server = createServer(getRequestListener(webhook.fetch)).listen(port, '127.0.0.1');
  server.on('error', (error) => {
    console.error(error.message);
    process.exit(3);
  });
  const subscribe = (): Promise<void> =>
    webhook
      .subscribe({ key: 'new_event_instant', input: { eventTypes, reconcile: true }, deliver })
      .catch(async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return subscribe();
      });
  await subscribe();
  await webhook.ended;
}
