import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { clientOf, type Client as Org } from '../sandbox/support.ts';
import { freePort } from '../support/free-port.ts';
import { run, start, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-gateway-kill-'));
const TYPE = 'user.account.update_profile';
const KILLS = 5;

let sandbox: Sandbox;
let org: Org;
let env: Record<string, string>;
beforeAll(async () => {
  sandbox = await startSandbox();
  org = clientOf(sandbox);
  env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
  await org.control('PUT', '/limits', { '/api/v1/logs': 100_000, '/api/v1': 100_000 });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

it('L4 a gateway that is killed loses nothing, and repeats only what was under way', async () => {
  const state = join(folder, 'gateway.db');
  const port = await freePort();
  const { stdout } = await run(['serve', 'keys', 'add', 'test', '--state', state, '--json'], env);
  const { key } = JSON.parse(stdout) as { key: string };

  const got: { id: string; body: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ id: String(request.headers['webhook-id']), body });
      setTimeout(() => response.writeHead(204).end(), 20);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;

  const serve = async () => {
    const args = ['serve', '--state', state, '--port', String(port), '--allow-private-targets', '--json'];
    const started = start(args, env);
    await until(() => started.output.stdout.includes('url') || undefined, 40_000);
    return started;
  };
  let gateway = await serve();
  const made = await fetch(`http://127.0.0.1:${port}/v1/subscriptions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ trigger: 'new_event', input: { eventTypes: [TYPE] }, url, interval: 5 }),
  });
  expect(made.status).toBe(201);
  const uuids: string[] = [];
  const append = async () => {
    const events = Array(25).fill({ eventType: TYPE });
    uuids.push(...(await org.control('POST', '/events', events)).body.uuids);
  };
  await append();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = got.length;
    await until(() => got.length > before + 3 * kill || undefined, 40_000);
    gateway.child.kill('SIGKILL');
    await gateway.done;
    // While it is away, so that the next one looks at once.
    await append();
    gateway = await serve();
  }
  await until(() => uuids.every((id) => got.some((one) => one.id === id)) || undefined, 40_000);
  gateway.child.kill('SIGTERM');
  expect((await gateway.done).code).toBe(0);
  receiver.closeAllConnections();
  receiver.close();

  const firsts = got.filter(({ id }, at) => got.findIndex((one) => one.id === id) === at);
  expect(firsts.map(({ id }) => id)).toEqual(uuids);
  expect(got.length - firsts.length).toBeLessThanOrEqual(KILLS);
  expect(new Set(got.map(({ body }) => body)).size).toBe(uuids.length);
}, 120_000);
