import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { newProfile, useSandbox } from '../sandbox/support.ts';
import { rejection } from '../support/server.ts';

const org = useSandbox();
let client: ReturnType<typeof connect>;
const userId = newProfile('ana').login;

beforeEach(async () => {
  const { orgUrl, apiToken: token } = org.sandbox;
  client = connect({ orgUrl, auth: { type: 'api_token', token } });
  await client.run('create_user', { profile: newProfile('ana'), activate: false });
  return () => client.close();
});

const refuse = (method: string, errorCode: string, ...causes: string[]) =>
  org.control('POST', '/faults', {
    method,
    path: '/users/[^/]+/',
    fault: {
      kind: 'status',
      status: 403,
      body: {
        ...{ errorCode, errorSummary: 'Refused' },
        errorCauses: causes.map((errorSummary) => ({ errorSummary })),
      },
    },
  });

describe('unlock_user', () => {
  it('tells an account of a directory from a user who is not locked out', async () => {
    expect(await client.run('unlock_user', { userId })).toMatchObject({ changed: false });
    await refuse('POST', 'E0000032', 'The user is managed by Active Directory.');
    expect(await rejection(client.run('unlock_user', { userId }))).toMatchObject({
      ...{ code: 'permission_denied', hint: expect.stringContaining('directory') },
    });
    await refuse('POST', 'E0000032');
    expect(await client.run('unlock_user', { userId })).toMatchObject({ changed: false, status: 'STAGED' });
    const { id } = (await org.get(`/api/v1/users?filter=${encodeURIComponent('status eq "LOCKED_OUT"')}`))
      .body[0];
    await refuse('POST', 'E0000032');
    expect(await rejection(client.run('unlock_user', { userId: id }))).toMatchObject({
      ...{ code: 'wrong_state', hint: expect.stringContaining('directory') },
    });
  });
});

describe('reactivate_user', () => {
  it('says which status is in the way', async () => {
    expect(await rejection(client.run('reactivate_user', { userId }))).toMatchObject({
      ...{ code: 'wrong_state', message: expect.stringContaining('the user is STAGED') },
    });
  });
});

describe('update_user_risk', () => {
  it.each(['why?', 'a'.repeat(501)])('refuses the reason %s before anything is sent', async (riskReason) => {
    const run = client.run('update_user_risk', { userId, riskLevel: 'HIGH', riskReason });
    expect(await rejection(run)).toMatchObject({ code: 'invalid_input' });
    expect((await org.control('GET', '/requests?path=risk')).body.requests).toEqual([]);
  });

  it('says that an org without the feature does not have it', async () => {
    await refuse('GET', 'E0000015');
    const run = client.run('update_user_risk', { userId, riskLevel: 'HIGH' });
    expect(await rejection(run)).toMatchObject({ code: 'feature_unavailable' });
  });
});

describe('revoke_user_grants', () => {
  it.each([{ clientId: '0oa1abcdefghijklmnop', grantId: 'oag1abcdefghijklmnop' }, { revokeTokens: true }])(
    'refuses %j before anything is sent',
    async (input) => {
      const run = client.run('revoke_user_grants', { userId, ...input });
      expect(await rejection(run)).toMatchObject({ code: 'invalid_input' });
      expect((await org.control('GET', '/requests?path=grants')).body.requests).toEqual([]);
    },
  );

  it('fails for a user who does not exist', async () => {
    const run = client.run('revoke_user_grants', {
      userId: 'nobody@acme.test',
      grantId: 'oag1abcdefghijklmnop',
    });
    expect(await rejection(run)).toMatchObject({ code: 'not_found' });
  });
});

it('revoke_user_grants leaves alone what was revoked before', async () => {
  const { id } = await client.run('get_user', { userId });
  const body = { clientId: org.sandbox.webApp.clientId, scopeId: 'okta.users.read', status: 'REVOKED' };
  await org.control('PUT', '/objects', { path: `/api/v1/users/${id}/grants/oag00000000000000000`, body });
  expect(await client.run('revoke_user_grants', { userId })).toMatchObject({ changed: false });
  await org.control('PUT', '/objects', {
    path: `/api/v1/users/${id}/grants/oag00000000000000001`,
    body: { ...body, status: 'ACTIVE' },
  });
  await org.control('POST', '/faults', { method: 'DELETE', fault: { kind: 'reset_after' } });
  const one = await client.run('revoke_user_grants', { userId, grantId: 'oag00000000000000001' });
  expect(one).toMatchObject({ changed: true });
});

describe('run_universal_logout', () => {
  it.each([
    {},
    { iss: 'https://idp.test' },
    { userId, iss: 'https://idp.test', sub: 'ana' },
    { userId, sub: 'ana' },
  ])('refuses %j: a user is named in one way', async (input) => {
    expect(await rejection(client.run('run_universal_logout', input))).toMatchObject({
      code: 'invalid_input',
    });
  });
});
