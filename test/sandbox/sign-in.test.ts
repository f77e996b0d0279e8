import { describe, expect, it } from 'vitest';
import { serviceToken } from './oauth-client.ts';
import { newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
const signIn = (attempt: Record<string, unknown>) => client.control('POST', '/sign-in', attempt);

async function newUser(): Promise<string> {
  const credentials = { password: { value: 'first-Pass-1' } };
  return (await client.post('/api/v1/users', { profile: newProfile('walker'), credentials })).body.id;
}

/** The sign-ins of one user since the seed. */
async function attempts(id: string) {
  return (await client.events('user.session.start')).filter(({ actor }) => actor.id === id);
}

describe('signing in', () => {
  it('is written with who and from where, and moves lastLogin', async () => {
    const userId = await newUser();
    const { status, body } = await signIn({ userId, ipAddress: '192.0.2.9' });
    const succeeded = { outcome: 'SUCCESS', status: 'ACTIVE', sessionToken: expect.any(String) };
    expect([status, body]).toEqual([200, { uuid: expect.any(String), ...succeeded }]);
    const [event] = await attempts(userId);
    expect(event).toMatchObject({
      uuid: body.uuid,
      actor: { type: 'User', alternateId: 'walker@sandbox.example' },
      client: { ipAddress: '192.0.2.9', geographicalContext: { city: 'Lyon' } },
      outcome: { result: 'SUCCESS', reason: null },
    });
    expect((await client.get(`/api/v1/users/${userId}`)).body.lastLogin).toMatch(/^20/);
  });

  it('locks the account at the fifth failure in a row, until somebody unlocks it', async () => {
    const userId = await newUser();
    const login = 'Walker@Sandbox.example';
    const fail = () => signIn({ login, outcome: 'FAILURE' });
    for (let i = 0; i < 4; i++)
      expect((await fail()).body).toMatchObject({ outcome: 'FAILURE', status: 'ACTIVE' });
    await signIn({ login });
    for (let i = 0; i < 4; i++) expect((await fail()).body.status).toBe('ACTIVE');
    expect((await fail()).body.status).toBe('LOCKED_OUT');
    expect(await client.events('user.account.lock')).toEqual([
      expect.objectContaining({ target: [expect.objectContaining({ id: userId, type: 'User' })] }),
    ]);
    expect((await signIn({ login })).body).toMatchObject({ outcome: 'FAILURE', status: 'LOCKED_OUT' });
    await fail();
    const reasons = (await attempts(userId)).map(({ outcome }) => outcome.reason);
    const wrong = 'INVALID_CREDENTIALS';
    expect(reasons).toEqual([
      ...Array(4).fill(wrong),
      null,
      ...Array(5).fill(wrong),
      'LOCKED_OUT',
      'LOCKED_OUT',
    ]);
    expect(await client.events('user.account.lock')).toHaveLength(1);
    await client.post(`/api/v1/users/${userId}/lifecycle/unlock`);
    expect((await signIn({ userId })).body.outcome).toBe('SUCCESS');
  });

  it('fails for a suspended user and for nobody', async () => {
    const userId = await newUser();
    await client.post(`/api/v1/users/${userId}/lifecycle/suspend`);
    expect((await signIn({ userId })).body).toMatchObject({ outcome: 'FAILURE', status: 'SUSPENDED' });
    expect((await signIn({ login: 'nobody' })).body).toMatchObject({ outcome: 'FAILURE', status: null });
    const [unknown] = await attempts('unknown');
    expect(unknown.actor.alternateId).toBe('nobody');
    for (const attempt of [{ userId: 'x' }, {}, { userId, outcome: 'MAYBE' }])
      expect((await signIn(attempt)).status).toBe(400);
  });
});

describe('signing in at the authorize endpoint', () => {
  const authorize = async (changes: Record<string, string> = {}) => {
    const { clientId, redirectUris } = client.sandbox.webApp;
    const parameters = {
      client_id: clientId,
      redirect_uri: redirectUris[0] as string,
      response_type: 'code',
      scope: 'openid',
      state: 's',
      ...changes,
    };
    const { headers } = await client.get(`/oauth2/v1/authorize${query(parameters)}`);
    return new URL(headers.get('location') as string).searchParams;
  };
  const adminsAttempts = () => attempts(client.sandbox.admin.id);

  it('starts a session', async () => {
    const before = (await adminsAttempts()).length;
    expect((await authorize()).get('code')).toBeTruthy();
    expect((await adminsAttempts()).length).toBe(before + 1);
    const [code] = await client.events('app.oauth2.authorize.code');
    expect(code).toMatchObject({ outcome: { result: 'SUCCESS' }, target: [{ type: 'AppInstance' }] });
  });

  it('tells what went wrong', async () => {
    expect((await authorize({ login_hint: 'denied@x' })).get('error')).toBe('access_denied');
    expect((await authorize({ scope: '' })).get('error')).toBe('invalid_scope');
    const failed = await client.events('app.oauth2.authorize.code');
    expect(failed.map(({ outcome }) => outcome)).toEqual([
      { result: 'FAILURE', reason: 'access_denied' },
      { result: 'FAILURE', reason: 'invalid_scope' },
    ]);
  });

  it('fails for an administrator who is locked out', async () => {
    const userId = client.sandbox.admin.id;
    for (let i = 0; i < 5; i++) await signIn({ userId, outcome: 'FAILURE' });
    expect((await authorize()).get('error')).toBe('access_denied');
  });
});

it('writes that an API token was revoked, once', async () => {
  for (let i = 0; i < 2; i++)
    expect((await client.control('POST', '/tokens/revoke', { apiToken: true })).status).toBe(204);
  expect((await client.get('/api/v1/users/me')).status).toBe(401);
  const authorization = `Bearer ${(await serviceToken(client, 'okta.logs.read')).body.access_token}`;
  const filter = 'eventType eq "system.api_token.revoke"';
  const { body } = await client.get(`/api/v1/logs${query({ filter })}`, { authorization });
  expect(body).toEqual([
    expect.objectContaining({
      actor: expect.objectContaining({ id: client.sandbox.admin.id }),
      target: [expect.objectContaining({ type: 'Token' })],
    }),
  ]);
});
