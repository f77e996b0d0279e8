import { describe, expect, it } from 'vitest';
import { query, useSandbox } from './support.ts';

const client = useSandbox();

describe('the settings of the org', () => {
  it('change as far as the body names them; what nobody can change is ignored', async () => {
    const before = (await client.get('/api/v1/org')).body;
    const changed = await client.post('/api/v1/org', { supportPhoneNumber: '123', id: 'other' });
    expect(changed.body).toEqual({
      ...before,
      lastUpdated: changed.body.lastUpdated,
      supportPhoneNumber: '123',
    });
    const replaced = await client.put('/api/v1/org', { city: 'Bern' });
    const { lastUpdated } = replaced.body;
    expect(replaced.body).toEqual({ ...before, lastUpdated, city: 'Bern' });
    expect((await client.get('/api/v1/org')).body).toEqual(replaced.body);
  });

  it('have contacts, who are users', async () => {
    const path = '/api/v1/org/contacts/BILLING';
    expect((await client.get(path)).body.userId).toBe(client.sandbox.admin.id);
    const [, other] = (await client.get('/api/v1/users?limit=2')).body;
    expect((await client.put(path, { userId: other.id })).body.userId).toBe(other.id);
    expect((await client.get(path)).body._links.user.href).toContain(other.id);
    expect((await client.put(path, { userId: 'nobody' })).body.errorCode).toBe('E0000007');
    expect((await client.get('/api/v1/org/contacts/SALES')).status).toBe(404);
    expect((await client.get('/api/v1/org/contacts')).body).toMatchObject([
      { contactType: 'BILLING' },
      { contactType: 'TECHNICAL' },
    ]);
  });

  it.each([
    ['/api/v1/org/preferences', 'hideEndUserFooter', 'showEndUserFooter', { showEndUserFooter: false }],
    ['/api/v1/org/privacy/oktaCommunication', 'optOut', 'optIn', { optOutEmailUsers: true }],
  ])('%s is switched by %s, and links to %s then', async (path, one, other, state) => {
    const before = (await client.get(path)).body;
    expect(Object.keys(before._links)).toEqual([one]);
    const switched = (await client.post(`${path}/${one}`)).body;
    expect(switched).toMatchObject(state);
    expect(Object.keys(switched._links)).toEqual([other]);
    expect((await client.get(path)).body).toEqual(switched);
    expect((await client.post(`${path}/${other}`)).body).toEqual(before);
  });

  it('limit rates with members of their type only', async () => {
    const path = '/api/v1/rate-limit-settings/admin-notifications';
    expect((await client.put(path, { notificationsEnabled: false })).body).toEqual({
      notificationsEnabled: false,
    });
    expect((await client.get(path)).body).toEqual({ notificationsEnabled: false });
    for (const body of [{ notificationsEnabled: 'no' }, { other: true }])
      expect(await client.put(path, body)).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
  });

  it('show a CAPTCHA on known pages', async () => {
    const path = '/api/v1/org/captcha';
    const body = { captchaId: 'cap1', enabledPages: ['SSPR'] };
    const set = await client.put(path, body);
    expect(set.body).toMatchObject(body);
    expect(set.body._links.captcha.href).toMatch(/captchas\/cap1$/);
    expect((await client.put(path, { captchaId: 'cap1', enabledPages: ['HOME'] })).status).toBe(400);
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).body).toMatchObject({ captchaId: null, enabledPages: [] });
  });

  it('keep push providers, without telling their keys', async () => {
    const path = '/api/v1/push-providers';
    const account = { type: 'service_account', project_id: 'p1', private_key: 'secret' };
    const body = { name: 'F', providerType: 'FCM', configuration: { serviceAccountJson: account } };
    const made = await client.post(path, body);
    expect(made.body).toMatchObject({ name: 'F', configuration: { projectId: 'p1' } });
    expect(JSON.stringify(made.body)).not.toContain('secret');
    expect((await client.get(`${path}?type=APNS`)).body).toEqual([]);
    expect((await client.get(`${path}?type=FCM`)).body).toEqual([made.body]);
    for (const wrong of [
      { ...body, name: '' },
      { ...body, providerType: 'OTHER' },
    ])
      expect((await client.post(path, wrong)).body.errorCode).toBe('E0000001');
  });

  it('act on threats, with times in a form of their own', async () => {
    const path = '/api/v1/threats/configuration';
    expect((await client.get(path)).body).toMatchObject({ action: 'none', excludeZones: [] });
    const changed = (await client.post(path, { action: 'block', excludeZones: ['nzo1'] })).body;
    expect(changed).toMatchObject({ action: 'block', excludeZones: ['nzo1'] });
    expect(changed.lastUpdated).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect((await client.get(path)).body).toEqual(changed);
    expect((await client.post(path, { action: 'panic' })).status).toBe(400);
    expect((await client.post(path, { action: 'none', excludeZones: 'nzo1' })).status).toBe(400);
  });

  it('let support in for some hours', async () => {
    const path = '/api/v1/org/privacy/oktaSupport';
    const state = async () => (await client.get(path)).body.support;
    const later = (hours: number) => client.control('POST', '/clock', { advanceMs: hours * 3600 * 1000 });
    expect(await state()).toBe('DISABLED');
    expect(Object.keys((await client.post(`${path}/grant`)).body._links)).toEqual(['extend', 'revoke']);
    await client.post(`${path}/extend`);
    await later(31);
    expect(await state()).toBe('ENABLED');
    await later(2);
    expect(await state()).toBe('DISABLED');
    await client.post(`${path}/grant`);
    expect((await client.post(`${path}/revoke`)).body).toMatchObject({
      support: 'DISABLED',
      expiration: null,
    });
  });

  it('turn features on and off, in any case of letters', async () => {
    const [feature] = (await client.get('/api/v1/features')).body;
    const path = `/api/v1/features/${feature.id}`;
    expect(feature.status).toBe('DISABLED');
    expect((await client.post(`${path}/enable`)).body.status).toBe('ENABLED');
    expect(Object.keys((await client.get(path)).body._links)).toContain('disable');
    expect((await client.post(`${path}/DISABLE`)).body).toEqual(feature);
    expect((await client.post(`${path}/explode`)).status).toBe(404);
    expect((await client.get(`${path}/dependencies`)).body).toEqual([]);
  });

  it('have factors of Classic Engine by name', async () => {
    const path = '/api/v1/org/factors/okta_question';
    expect((await client.get(path)).body).toMatchObject({ factorType: 'question', status: 'INACTIVE' });
    const active = (await client.post(`${path}/lifecycle/activate`)).body;
    expect(active.status).toBe('ACTIVE');
    expect(Object.keys(active._links)).toEqual(['deactivate', 'self']);
  });
});

describe('API tokens and their limits', () => {
  const tokens = '/api/v1/api-tokens';

  it('include the token of the sandbox, which ends when it is deleted', async () => {
    const [token] = (await client.get(tokens)).body;
    expect(token).toMatchObject({ userId: client.sandbox.admin.id, clientName: 'Okta API' });
    const network = { connection: 'ZONE', include: ['nzo1'] };
    expect((await client.put(`${tokens}/${token.id}`, { network, name: 'x' })).body).toMatchObject({
      name: token.name,
      network,
    });
    expect((await client.delete(`${tokens}/00Tother`)).status).toBe(404);
    expect((await client.delete(`${tokens}/${token.id}`)).status).toBe(204);
    expect((await client.get(tokens)).body.errorCode).toBe('E0000011');
  });

  it('limit a known principal once, and are listed for one kind of principal', async () => {
    const path = '/api/v1/principal-rate-limits';
    const [{ id: principalId }] = (await client.get(tokens)).body;
    const body = { principalId, principalType: 'SSWS_TOKEN' };
    const made = await client.post(path, body);
    expect(made).toMatchObject({ status: 201, body: { ...body, defaultPercentage: 50 } });
    expect((await client.post(path, body)).body.errorCode).toBe('E0000001');
    expect((await client.post(path, { ...body, principalId: '00Tother' })).body.errorCode).toBe('E0000007');
    const changed = await client.put(`${path}/${made.body.id}`, { ...body, defaultPercentage: 75 });
    // It may have been changed in the next second.
    expect(changed.body).toEqual({ ...made.body, defaultPercentage: 75, lastUpdate: expect.any(String) });
    expect((await client.get(path)).body.errorCauses).toHaveLength(1);
    const list = async (filter: string) => (await client.get(`${path}${query({ filter })}`)).body;
    expect(await list('principalType eq "SSWS_TOKEN"')).toEqual([changed.body]);
    expect(await list('principalType eq "OAUTH_CLIENT"')).toEqual([]);
    expect(await list('principalType eq "SSWS_TOKEN" and principalId eq "00Tother"')).toEqual([]);
  });
});

describe('sessions', () => {
  const path = '/api/v1/sessions';
  const signIn = async () => {
    const { login } = client.sandbox.admin;
    return (await client.control('POST', '/sign-in', { login })).body.sessionToken;
  };

  it('are made once from the token of a sign-in', async () => {
    const sessionToken = await signIn();
    const made = await client.post(path, { sessionToken });
    expect(made.body).toMatchObject({ ...{ userId: client.sandbox.admin.id, status: 'ACTIVE' } });
    expect((await client.post(path, { sessionToken })).body.errorCode).toBe('E0000004');
    expect((await client.get(`${path}/${made.body.id}`)).body.login).toBe(client.sandbox.admin.login);
    expect((await client.delete(`${path}/${made.body.id}`)).status).toBe(204);
    expect((await client.get(`${path}/${made.body.id}`)).body.errorSummary).toContain('(AppSession)');
  });

  it('end after two hours unless they are refreshed, and with all those of a user', async () => {
    const later = (hours: number) => client.control('POST', '/clock', { advanceMs: hours * 3600 * 1000 });
    const { id } = (await client.post(path, { sessionToken: await signIn() })).body;
    await later(1.5);
    expect((await client.post(`${path}/${id}/lifecycle/refresh`)).status).toBe(200);
    await later(1.5);
    expect((await client.get(`${path}/${id}`)).status).toBe(200);
    await later(1);
    expect((await client.get(`${path}/${id}`)).status).toBe(404);
    const other = (await client.post(path, { sessionToken: await signIn() })).body;
    await client.delete(`/api/v1/users/${other.userId}/sessions`);
    expect((await client.get(`${path}/${other.id}`)).status).toBe(404);
  });
});
