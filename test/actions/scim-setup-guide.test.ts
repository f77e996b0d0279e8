import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/connect.ts';
import type { Actions } from '../../src/connector.ts';
import type { Transport } from '../../src/http/types.ts';
import { sqliteScimStore } from '../../src/scim/store/sqlite.ts';
import { opened } from '../scim/support.ts';

type Input = Actions['scim_setup_guide']['input'];

const answering = (status: number, body: object): Transport => {
  return async () => ({
    ...{ status, headers: { 'content-type': 'application/json' } },
    text: JSON.stringify(body),
  });
};
const guide = (input: Partial<Input>, transport: Transport = answering(500, {})) =>
  connect(
    { orgUrl: 'https://acme.okta.com', auth: { type: 'api_token', token: 'not-a-token' } },
    { transport, maxRetries: 0 },
  ).run('scim_setup_guide', { publicUrl: 'https://scim.acme.test', ...input });

it("OIN-17 sees whether Okta's test reached the server", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scimhosts-guide-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const state = join(folder, 'people.db');
  const store = await sqliteScimStore(state);
  const server = opened({ store });
  onTestFinished(() => server.close());
  await server.get('/Users?startIndex=1&count=100');
  const before = await guide({ state });
  expect(before.testedAt).toBeNull();
  expect(before.next.join()).toContain("has not seen Okta's test");
  const wrong = await server.call('GET', '/Users?startIndex=1&count=2', undefined, { authorization: 'x' });
  expect(wrong.status).toBe(401);
  expect((await guide({ state })).testedAt).toBeNull();
  await server.get('/Users?startIndex=1&count=2');
  const { testedAt, next } = await guide({ state });
  expect(Date.parse(testedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  expect(next.join()).not.toContain('has not seen');
});

it('OIN-17 says what to do in the console where provisioning is off, and sends nothing without an app', async () => {
  const off = answering(400, { errorCode: 'E0000001', errorSummary: 'Provisioning is not supported.' });
  const found = await guide({ appId: '0oa1abcdefghijklmnop' }, off);
  expect(found).toMatchObject({ provisioning: 'off', changed: false });
  expect(found.next[0]).toBe('In the app: General, App Settings, Provisioning: SCIM.');
  const never: Transport = () => expect.fail('nothing is to be sent');
  const network = await guide({ kind: 'network' }, never);
  expect(network.provisioning).toBe('unknown');
  expect(network.next[0]).toContain('Enable API integration');
  expect(network.fields.map(({ field }) => field)).toHaveLength(5);
});

it.each([
  ['http://scim.acme.test', 'https URLs only'],
  ['https://scim_x.acme.test', '"_"'],
  ['https://localhost:8080', 'cannot reach this machine'],
  ['nowhere', 'public URL'],
])('scim-field 28 refuses %s before anything is sent', async (publicUrl, message) => {
  const never: Transport = () => expect.fail('nothing is to be sent');
  await expect(guide({ publicUrl, appId: '0oa1abcdefghijklmnop' }, never)).rejects.toMatchObject({
    ...{ code: 'invalid_input', message: expect.stringContaining(message), hint: expect.any(String) },
  });
});
