import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { rejection } from '../support/server.ts';

let sandbox: Sandbox;
let client: ReturnType<typeof connect>;

beforeAll(async () => {
  sandbox = await startSandbox();
  const auth = { type: 'api_token', token: sandbox.apiToken } as const;
  client = connect({ orgUrl: sandbox.orgUrl, auth });
});
afterAll(async () => {
  client.close();
  await sandbox.close();
});

it.each([
  [401, 'authentication_failed'],
  [403, 'permission_denied'],
])('list_access_requests says after a %i that it needs OAuth', async (status, code) => {
  const fault = { kind: 'status', status };
  await fetch(`${sandbox.orgUrl}/__sandbox__/faults`, {
    method: 'POST',
    body: JSON.stringify({ path: '/governance/', fault }),
  });
  const error = await rejection(client.run('list_access_requests', {}));
  expect(error).toMatchObject({ code, hint: expect.stringContaining('OAuth connections only') });
});
