import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

let org: Sandbox;
let okta: ReturnType<typeof connect>;
beforeAll(async () => {
  org = await startSandbox();
  okta = connect({ orgUrl: org.orgUrl, auth: { type: 'api_token', token: org.apiToken } });
});
afterAll(async () => {
  okta.close();
  await org.close();
});

const person = (login: string, more: object = {}) =>
  okta.run('create_user', {
    profile: { login, email: login, firstName: 'Ana', lastName: 'Ruiz' },
    ...more,
  });

it('OIN-10 the statuses of a user can be read, and one comes back from a deactivation', async () => {
  const definition = JSON.stringify(manifest().actions.find(({ key }) => key === 'get_user'));
  for (const status of ['STAGED', 'PROVISIONED', 'ACTIVE', 'SUSPENDED', 'LOCKED_OUT', 'DEPROVISIONED'])
    expect(definition).toContain(status);
  const { id } = await person('oin10@acme.test', { credentials: { password: { value: 'Sandbox-Pass-1' } } });
  const statusNow = async () => (await okta.run('get_user', { userId: id })).status;
  expect(await statusNow()).toBe('ACTIVE');
  await okta.run('deactivate_user', { userId: id });
  expect(await statusNow()).toBe('DEPROVISIONED');
  await okta.run('activate_user', { userId: id, sendEmail: false });
  expect(['PROVISIONED', 'ACTIVE']).toContain(await statusNow());
});

it('OIN-11 the access of one user: groups, apps and roles', async () => {
  const { id: userId } = await person('oin11@acme.test');
  await okta.run('add_user_to_group', { userId, groupId: 'Sales' });
  await okta.run('assign_user_to_app', { userId, appId: 'Acme CRM' });
  await okta.run('assign_role_to_user', { userId, type: 'HELP_DESK_ADMIN' });
  const groups = await okta.run('list_user_groups', { userId });
  expect(groups.map(({ profile }) => profile.name).sort()).toEqual(['Everyone', 'Sales']);
  expect(await okta.run('list_user_apps', { userId })).toMatchObject([{ label: 'Acme CRM' }]);
  expect(await okta.run('list_user_roles', { userId })).toMatchObject([{ type: 'HELP_DESK_ADMIN' }]);
});

const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
it.each([
  {
    ...{ algorithm: 'BCRYPT', workFactor: 10, salt: 'rwh3vH166HCH/NT9XV5FYu' },
    value: 'qaMqvAPULkbiQzkTCWo5XDcvzpk8Tna',
  },
  ...[
    { algorithm: 'SHA-512', value: base64(64) },
    { algorithm: 'SHA-256', value: base64(32), salt: base64(16), saltOrder: 'POSTFIX' },
    { algorithm: 'SHA-1', value: base64(20) },
    { algorithm: 'MD5', value: base64(16) },
  ],
  {
    ...{ algorithm: 'PBKDF2', digestAlgorithm: 'SHA256_HMAC', iterationCount: 4096, keySize: 32 },
    ...{ salt: base64(16), value: base64(32) },
  },
] as const)('OIN-12 a password comes as a hash of $algorithm, and is in no answer', async (hash) => {
  const login = `oin12-${hash.algorithm.toLowerCase()}@acme.test`;
  const made = await person(login, { credentials: { password: { hash } } });
  expect(made).toMatchObject({ status: 'ACTIVE', credentials: { provider: { type: 'IMPORT' } } });
  expect(JSON.stringify(made)).not.toContain(hash.value);
});

it('OIN-12 the policy of passwords can be read', async () => {
  const [policy] = await okta.run('list_policies', { type: 'PASSWORD' });
  expect(policy).toMatchObject({
    type: 'PASSWORD',
    settings: { password: { complexity: expect.anything() } },
  });
});

it('OIN-16 a deactivation that takes its time says where it is going, and is waited for', async () => {
  const [one, other] = [await person('oin16a@acme.test'), await person('oin16b@acme.test')];
  await okta.run('deactivate_user', { userId: one.id, respondAsync: true });
  expect(await okta.run('get_user', { userId: one.id })).toMatchObject({
    transitioningToStatus: 'DEPROVISIONED',
  });
  await okta.run('deactivate_user', { userId: other.id, respondAsync: true, waitForCompletion: true });
  expect((await okta.run('get_user', { userId: other.id })).status).toBe('DEPROVISIONED');
});
