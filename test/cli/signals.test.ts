import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { useSandbox } from '../sandbox/support.ts';

vi.setConfig({ testTimeout: 120_000 });

const org = useSandbox();
const folder = mkdtempSync(join(tmpdir(), 'okta-connector-signals-'));
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

it('M listen signal_received receives signed events and leaves no stream behind', async () => {
  const { orgUrl, serviceApp } = org.sandbox;
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}/okta`;
  const args = ['listen', 'signal_received', '--input', '{"kinds":["credential_change"]}'];
  const where = ['--port', String(port), '--public-url', publicUrl, '--state', join(folder, 'state.json')];
  const env = {
    PATH: process.env.PATH ?? '',
    ...{ OKTA_CLIENT_ORGURL: orgUrl, OKTA_CLIENT_CLIENTID: serviceApp.clientId },
    ...{ OKTA_CLIENT_PRIVATEKEY: serviceApp.privateKey, OKTA_CLIENT_KEYID: serviceApp.keyId },
    OKTA_CLIENT_SCOPES: 'ssf.manage ssf.read okta.users.read',
    OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
  };
  const started = spawn(process.execPath, [main, ...args, ...where], { env });
  child = started;
  let [out, err] = ['', ''];
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  started.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  await expect.poll(() => err, { timeout: 60_000 }).toContain('Listening at');
  expect(err).toContain('The stream of signed events is verified');
  const target = [{ id: '00u1abcdefghijklmnop', type: 'User', alternateId: 'x', displayName: 'X' }];
  await org.control('POST', '/events', { eventType: 'user.mfa.factor.reset_all', target });
  await expect.poll(() => out, { timeout: 20_000 }).toMatch(/\n$/);
  expect(JSON.parse(out)).toMatchObject({ userId: target[0]?.id, credentialType: 'ALL_FACTORS' });
  started.kill('SIGTERM');
  await once(started, 'exit');
  expect((await org.control('POST', '/signals/send', {})).body).toEqual({ streams: 0 });
});
