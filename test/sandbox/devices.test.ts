import { describe, expect, it } from 'vitest';
import { DEVICES } from '../support/devices.ts';
import { allPages, query, type Reply, useSandbox } from './support.ts';

const client = useSandbox();
const path = '/api/v1/devices';

const errorOf = ({ status, body }: Reply) => [status, body.errorCode];

async function deviceNamed(name: string): Promise<{ id: string; one: string }> {
  const search = `profile.displayName eq "${name}"`;
  const { id } = (await client.get(path + query({ search }))).body[0];
  return { id, one: `${path}/${id}` };
}

describe('devices', () => {
  it('are found by status, time and profile, page by page', async () => {
    const found = async (search: string) =>
      (await client.get(path + query({ search }))).body.map(
        (device: { profile: { displayName: string } }) => device.profile.displayName,
      );
    expect(await found('status eq "SUSPENDED"')).toEqual([DEVICES.suspended]);
    expect(await found('profile.serialNumber co "SBOX" and profile.platform eq "MACOS"')).toEqual([
      DEVICES.active,
    ]);
    expect(await found('lastUpdated gt "2000-01-01T00:00:00.000Z"')).toHaveLength(3);
    expect((await allPages(client, `${path}?limit=2`)).map(({ length }) => length)).toEqual([2, 1]);
  });

  it.each(['search=colour eq "red"', 'search=profile.model co "Mac"', 'search=status', 'after=nowhere'])(
    'refuse %s with the code of a wrong search',
    async (parameters) => {
      expect(errorOf(await client.get(`${path}?${encodeURI(parameters)}`))).toEqual([400, 'E0000031']);
    },
  );

  it('show their users on request, and the authenticator that enrolled them', async () => {
    const { one } = await deviceNamed(DEVICES.active);
    const user = { id: client.sandbox.admin.id };
    expect((await client.get(`${one}/users`)).body).toMatchObject([
      { managementStatus: 'NOT_MANAGED', user },
    ]);
    const [first] = (await client.get(`${path}?expand=userSummary&limit=1`)).body;
    expect(first._embedded.users[0].user).toMatchObject(user);
    expect((await client.get(one)).body._embedded).toMatchObject({
      originatedFrom: [{ key: 'okta_verify' }],
    });
    expect((await client.get('/api/v1/users/me/devices')).body).toMatchObject([
      { device: { profile: { displayName: DEVICES.active } } },
    ]);
  });

  it('lose their users when deactivated, and can only then be deleted', async () => {
    const { one } = await deviceNamed(DEVICES.active);
    expect(errorOf(await client.delete(one))).toEqual([403, 'E0000107']);
    const move = async (name: string) => (await client.post(`${one}/lifecycle/${name}`)).status;
    expect([await move('suspend'), await move('activate'), await move('deactivate')]).toEqual([
      204, 403, 204,
    ]);
    expect((await client.get(`${one}/users`)).body).toEqual([]);
    expect([await move('suspend'), await move('activate'), await move('deactivate')]).toEqual([
      403, 204, 204,
    ]);
    expect(Object.keys((await client.get(one)).body._links).sort()).toEqual(['activate', 'self']);
    expect((await client.delete(one)).status).toBe(204);
    expect(await client.events('device.user.remove')).toHaveLength(1);
    expect(await client.events('device.lifecycle.deactivate')).toHaveLength(2);
    expect(await client.events('device.lifecycle.delete')).toMatchObject([
      { target: [{ displayName: DEVICES.active }] },
    ]);
  });
});

describe('authenticators', () => {
  const list = '/api/v1/authenticators';
  const keyed = async (key: string) =>
    (await client.get(list)).body.find((one: { key: string }) => one.key === key);

  it('are not deactivated while a policy uses them', async () => {
    const { id } = await keyed('okta_verify');
    const refused = await client.post(`${list}/${id}/lifecycle/deactivate`);
    expect(errorOf(refused)).toEqual([403, 'E0000148']);
    expect(refused.body.errorCauses[0].errorSummary).toContain('Default Policy');
  });

  it('are created and changed, and activated later', async () => {
    const body = {
      ...{ key: 'custom_app', name: 'Acme app', agreeToTerms: true },
      settings: { appInstanceId: '0oa1', userVerification: 'PREFERRED' },
    };
    const made = await client.post(`${list}?activate=false`, body);
    expect(made.body).toMatchObject({
      ...{ type: 'app', status: 'INACTIVE', settings: { oauthClientId: '0oa1' } },
    });
    const one = `${list}/${made.body.id}`;
    expect(errorOf(await client.post(`${one}/lifecycle/deactivate`))).toEqual([400, 'E0000001']);
    expect((await client.put(one, { ...body, name: 'Acme' })).body).toMatchObject({
      ...{ name: 'Acme', status: 'INACTIVE' },
    });
    expect((await client.post(`${one}/lifecycle/activate`)).body.status).toBe('ACTIVE');
    expect(await client.events('security.authenticator.lifecycle.activate')).toHaveLength(1);
    expect((await client.post(list, { name: 'Acme' })).status).toBe(400);
  });

  it('have methods', async () => {
    const { id } = await keyed('phone_number');
    const methods = `${list}/${id}/methods`;
    expect((await client.post(`${methods}/voice/lifecycle/deactivate`)).body).toMatchObject({
      ...{ type: 'voice', status: 'INACTIVE' },
    });
    expect((await client.get(methods)).body.map(({ status }: { status: string }) => status)).toEqual([
      ...['ACTIVE', 'INACTIVE'],
    ]);
    expect((await client.get(`${list}/aut1/methods`)).status).toBe(404);
    const { id: webauthn } = await keyed('webauthn');
    expect((await client.get(`${list}/${webauthn}/methods/webauthn`)).body.settings).toBeDefined();
    expect((await client.get(`${list}/${webauthn}/aaguids`)).body).toEqual([]);
  });
});

describe('what sign-ins are checked with', () => {
  it('is a captcha, whose secret stays secret', async () => {
    const made = await client.post('/api/v1/captchas', {
      ...{ name: 'Robots', type: 'HCAPTCHA', siteKey: 'site', secretKey: 'hush' },
    });
    expect(made.status).toBe(201);
    expect(JSON.stringify(made.body)).not.toContain('hush');
    expect(await client.events('system.captcha.create')).toHaveLength(1);
  });

  it('is a behavior, with times in a form of its own', async () => {
    const { body } = await client.post('/api/v1/behaviors', { name: 'Far away', type: 'VELOCITY' });
    expect(body.created).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.0$/);
    const one = `/api/v1/behaviors/${body.id}`;
    expect((await client.post(`${one}/lifecycle/deactivate`)).body.status).toBe('INACTIVE');
    expect((await client.delete(one)).status).toBe(204);
    expect((await client.post('/api/v1/behaviors', { name: 'x', type: 'MOOD' })).status).toBe(400);
  });

  it('is a device assurance, whose creator a replacement does not tell', async () => {
    const list = '/api/v1/device-assurances';
    const { body } = await client.post(list, { name: 'New phones', platform: 'IOS', jailbreak: false });
    expect(body).toMatchObject({ displayRemediationMode: 'HIDE', createdBy: client.sandbox.admin.id });
    const replaced = await client.put(`${list}/${body.id}`, { name: 'Newer phones', platform: 'IOS' });
    expect(replaced.body).not.toHaveProperty('createdBy');
    expect(replaced.body).not.toHaveProperty('jailbreak');
    expect((await client.get(`${list}/${body.id}`)).body).toMatchObject({
      ...{ createdBy: client.sandbox.admin.id, resourceDisplayName: { value: 'Newer phones' } },
    });
    expect((await client.post(list, { name: 'Toasters', platform: 'TOASTER' })).status).toBe(400);
  });

  it('is what other programs know of a device', async () => {
    const one = '/api/v1/device-integrations/com.crowdstrike.zta';
    expect((await client.post(`${one}/lifecycle/activate`)).body.status).toBe('ACTIVE');
    expect((await client.get(one)).body.status).toBe('ACTIVE');
  });
});
