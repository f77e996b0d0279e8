import { expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { memoryStateStore } from '../../src/state/store.ts';
import { useSandbox } from '../sandbox/support.ts';
import { SP } from '../support/sso.ts';

const sandbox = useSandbox();

function open() {
  const { orgUrl, apiToken: token } = sandbox.sandbox;
  return connect({ orgUrl, auth: { type: 'api_token', token } });
}

async function samlAppWithKey(label: string) {
  const signOn = { ssoAcsUrl: `${SP}/acs`, recipient: `${SP}/acs`, destination: `${SP}/acs`, audience: SP };
  const { body: app } = await sandbox.post('/api/v1/apps', {
    ...{ label, signOnMode: 'SAML_2_0', settings: { signOn } },
  });
  const generate = async () => {
    const path = `/api/v1/apps/${app.id}/credentials/keys/generate?validityYears=2`;
    const { kid } = (await sandbox.post(path)).body;
    await sandbox.put(`/api/v1/apps/${app.id}`, { ...app, credentials: { signing: { kid } } });
    return kid as string;
  };
  return { id: app.id as string, generate };
}

it('OD-15 tells each credential once, and its replacement when its end is near', async () => {
  const client = open();
  const { id, generate } = await samlAppWithKey('CRM');
  const kid = await generate();
  const state = memoryStateStore();
  const input = { days: 1_000, kinds: ['saml_certificate' as const] };
  const poll = () => Array.fromAsync(client.poll('credential_expiring', input, { state }));
  expect(await poll()).toMatchObject([
    { kind: 'saml_certificate', appId: id, credentialId: kid, name: 'CRM' },
  ]);
  expect(await poll()).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const next = await generate();
  expect(await poll()).toMatchObject([{ credentialId: next }]);
  expect(await poll()).toEqual([]);
  expect(await client.sample('credential_expiring', input)).toHaveLength(1);
  client.close();
});

it('tells again what a consumer did not take', async () => {
  const client = open();
  for (const label of ['CRM', 'Wiki']) await (await samlAppWithKey(label)).generate();
  const state = memoryStateStore();
  const input = { days: 1_000, kinds: ['saml_certificate' as const] };
  const names: unknown[] = [];
  for await (const { name } of client.poll('credential_expiring', input, { state })) {
    names.push(name);
    break;
  }
  const rest = await Array.fromAsync(open().poll('credential_expiring', input, { state }));
  expect([...names, ...rest.map(({ name }) => name)].slice(-2)).toEqual(['CRM', 'Wiki']);
  client.close();
});
