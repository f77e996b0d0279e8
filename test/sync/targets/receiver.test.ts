import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { webhookTarget } from '../../../src/sync/targets/webhook.ts';
import { freePort } from '../../support/free-port.ts';
import { rejection } from '../../support/server.ts';
import { userChange } from './changes.ts';

const root = join(import.meta.dirname, '../../..');
const [, code = ''] =
  /<!-- test: receiver -->\n```js\n([\s\S]*?)```/.exec(
    readFileSync(join(root, 'docs/sync-targets.md'), 'utf8'),
  ) ?? [];

it('the receiver in docs/sync-targets.md takes what is signed, once', async () => {
  // Inside the package, so that it finds the library.
  const file = join(root, 'node_modules', `.receiver-${process.pid}.mjs`);
  writeFileSync(file, code);
  const port = await freePort();
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const env = { ...process.env, PORT: String(port), OKTA_CONNECTOR_WEBHOOK_SECRET: secret };
  const receiver = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    receiver.kill();
    rmSync(file);
  });
  let lines = '';
  receiver.stdout.on('data', (chunk) => {
    lines += chunk;
  });
  const url = `http://127.0.0.1:${port}`;
  const changes = ['00u1', '00u2'].map((id) => userChange('user.created', id, { login: `${id}@x.test` }));
  // It repeats until the receiver is up.
  await webhookTarget({ url, secret }).apply(changes);
  await webhookTarget({ url, secret }).apply(changes);
  await expect
    .poll(() =>
      lines
        .trim()
        .split('\n')
        .map((line) => line && JSON.parse(line)),
    )
    .toEqual(changes);
  const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  expect(await rejection(webhookTarget({ url, secret: other }).apply(changes))).toMatchObject({
    status: 401,
  });
});
