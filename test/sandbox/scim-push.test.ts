import { describe, expect, it } from 'vitest';
import { enterprise, newGroup, newUser, pushingApp } from './scim-app.ts';
import { useScimRecorder } from './scim-recorder.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const server = useScimRecorder();

const path = (userName: string) => `/scim/v2/Users/${server.user(userName).id}`;

describe('a user who is assigned', () => {
  it.each(['WIZARD', 'NETWORK'] as const)(
    'scim-field 17, 24, OIN-7 is looked for and created, to the byte (%s)',
    async (kind) => {
      const app = await pushingApp(client, server, kind);
      const id = await newUser(client, 'Ruiz', {
        firstName: 'Ana',
        login: 'ana+b@x.test',
        email: 'ana@x.test',
      });
      server.forget();
      await app.assign(id);
      expect(await app.settled()).toEqual([]);
      const [asked, made, ...rest] = server.recorded;
      expect(rest).toEqual([]);
      const host = new URL(server.baseUrl).host;
      const common = ['Accept', 'application/scim+json', 'Accept-Charset', 'utf-8'];
      const last = ['Host', host, 'Connection', 'Keep-Alive', 'Accept-Encoding', 'gzip,deflate'];
      const agent = ['User-Agent', 'Okta SCIM Client 1.0.0', 'Authorization', 'Bearer tok-5f1'];
      expect(asked).toMatchObject({
        method: 'GET',
        url: '/scim/v2/Users?filter=userName%20eq%20%22ana%2Bb%40x.test%22&startIndex=1&count=100',
        headers: [...common, ...agent, ...last],
        text: '',
      });
      const { password } = JSON.parse(made?.text ?? '');
      expect(password).toMatch(/^[\w-]{8}$/);
      const body =
        '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ana+b@x.test",' +
        '"name":{"givenName":"Ana","familyName":"Ruiz"},' +
        '"emails":[{"primary":true,"value":"ana@x.test","type":"work"}],"displayName":"Ana Ruiz",' +
        `"locale":"en-US","externalId":"${id}","groups":[],"password":"${password}","active":true}`;
      expect(made).toMatchObject({
        method: 'POST',
        url: '/scim/v2/Users',
        headers: [
          ...common,
          ...['Content-Type', 'application/scim+json; charset=utf-8'],
          ...agent,
          ...['Content-Length', String(body.length)],
          ...last,
        ],
        text: body,
      });
      expect((await client.get(`/api/v1/apps/${app.id}/users/${id}`)).body).toMatchObject({
        externalId: server.user('ana+b@x.test').id,
        status: 'PROVISIONED',
        syncState: 'SYNCHRONIZED',
      });
      const [event] = await client.events('application.provision.user.push');
      expect(event.outcome).toEqual({ result: 'SUCCESS', reason: null });
      expect(event.target.map(({ type }: { type: string }) => type)).toEqual([
        'AppUser',
        'AppInstance',
        'User',
      ]);
    },
  );

  it('scim-field 1 is created 0.25 s after the answer that there is none, and replaced 0.2 s after it was read', async () => {
    const app = await pushingApp(client, server, 'WIZARD', { speed: 1 });
    const id = await newUser(client, 'Lee');
    server.forget();
    await app.assign(id);
    await app.settled();
    await client.post(`/api/v1/users/${id}`, { profile: { title: 'Cook' } });
    await app.settled();
    const [asked = 0, made = 0, read = 0, replaced = 0] = server.recorded.map(({ at }) => at);
    expect(made - asked).toBeGreaterThanOrEqual(250);
    expect(made - asked).toBeLessThan(1000);
    expect(replaced - read).toBeGreaterThanOrEqual(200);
  });

  it('scim-field 19 becomes the owner of the account that is there already', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const id = await newUser(client, 'Lee');
    server.users.set('4b1c7c0e-0000-4000-8000-000000000001', {
      ...{ id: '4b1c7c0e-0000-4000-8000-000000000001', userName: 'Lee@Sandbox.Example', active: true },
      ...{ name: { formatted: 'Mona Octocat', givenName: 'Mona' }, meta: { resourceType: 'User' } },
    });
    server.forget();
    await app.assign(id);
    expect(await app.settled()).toEqual([]);
    expect(server.recorded.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT']);
    expect(server.users.size).toBe(1);
    const { externalId } = (await client.get(`/api/v1/apps/${app.id}/users/${id}`)).body;
    expect(externalId).toBe('4b1c7c0e-0000-4000-8000-000000000001');
    expect(await client.events('application.provision.user.sync')).toHaveLength(1);
  });

  it('scim-field 19 before provisioning was on is left out of a Force Sync, but not of Provision User', async () => {
    const { body: made } = await client.post('/api/v1/apps', { label: 'Late', signOnMode: 'SAML_2_0' });
    const id = await newUser(client, 'Lee');
    await client.post(`/api/v1/apps/${made.id}/users`, { id });
    const connection = { baseUrl: server.baseUrl, authorization: { bearer: 'tok-5f1' } };
    await client.control('PUT', `/provisioning/apps/${made.id}`, connection);
    const on = { create: { lifecycleCreate: { status: 'ENABLED' } } };
    await client.put(`/api/v1/apps/${made.id}/features/USER_PROVISIONING`, on);
    const flush = () => client.control('POST', '/provisioning/flush');
    await client.control('POST', `/provisioning/apps/${made.id}/force-sync`);
    await flush();
    expect(server.users.size).toBe(0);
    await client.control('POST', `/provisioning/apps/${made.id}/provision`);
    await flush();
    expect(server.user('lee@sandbox.example').externalId).toBe(id);
  });

  it('scim-field 27 is sent without what has no value; the extension only with something in it', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const full = { title: 'Cook', department: 'Kitchen', employeeNumber: '7', mobilePhone: '+49 1' };
    await app.assign(await newUser(client, 'Full', { ...full, middleName: 'Q', locale: 'de_DE' }));
    await app.settled();
    const [body] = server.bodies('POST', /Users/);
    expect(body.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:User', enterprise]);
    expect(body[enterprise]).toEqual({ employeeNumber: '7', department: 'Kitchen' });
    expect(body).toMatchObject({
      name: { givenName: 'Test', middleName: 'Q', familyName: 'Full' },
      title: 'Cook',
      phoneNumbers: [{ value: '+49 1', type: 'mobile' }],
      locale: 'de-DE',
    });
    expect(Object.keys(body)).not.toContain('nickName');
    expect(Object.keys(body).slice(-2)).toEqual(['active', enterprise]);
  });

  it('scim-field 30 gets roles and entitlements as lists of objects', async () => {
    const app = await pushingApp(client, server, 'NETWORK');
    await app.assign(await newUser(client, 'Lee'), { profile: { roles: ['admin', 'author'] } });
    await app.settled();
    expect(server.bodies('POST', /Users/)[0].roles).toEqual([
      { value: 'admin', display: 'admin', primary: true },
      { value: 'author', display: 'author', primary: false },
    ]);
  });

  it('is nobody while staged, and pushed once active', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const profile = { firstName: 'A', lastName: 'B', login: 'staged@x.test', email: 'staged@x.test' };
    const { body } = await client.post('/api/v1/users?activate=false', { profile });
    await app.assign(body.id);
    await app.settled();
    expect(server.users.size).toBe(0);
    await client.post(`/api/v1/users/${body.id}/lifecycle/activate?sendEmail=false`);
    await app.settled();
    expect(server.user('staged@x.test').active).toBe(true);
  });
});

describe('a change of a user', () => {
  it.each(['WIZARD', 'NETWORK'] as const)(
    'scim-field 1, 26, OIN-8 reads the account and writes it back, with what the server added (%s)',
    async (kind) => {
      const app = await pushingApp(client, server, kind);
      const id = await newUser(client, 'Lee', { department: 'Bar' });
      await app.assign(id);
      await app.settled();
      const known = server.user('lee@sandbox.example');
      Object.assign(known, { nickName: 'gone', badge: 9, groups: [{ value: 'g1' }] });
      Object.assign(known.name, { formatted: 'Mona Octocat' });
      known.emails[0].display = 'old@x.test';
      known.emails.push({ type: 'home', primary: true, value: 'home@x.test' });
      server.forget();
      const change = { firstName: 'Jane', department: null, title: 'Chef' };
      await client.post(`/api/v1/users/${id}`, { profile: change });
      expect(await app.settled()).toEqual([]);
      expect(server.lines).toEqual(['GET /Users/lee@sandbox.example', 'PUT /Users/lee@sandbox.example']);
      const [body] = server.bodies('PUT', /./);
      expect(body).toMatchObject({
        ...{ id: known.id, meta: { resourceType: 'User' }, badge: 9, groups: [{ value: 'g1' }] },
        ...{ name: { formatted: 'Mona Octocat', givenName: 'Jane' }, title: 'Chef', externalId: id },
        ...{ displayName: 'Jane Lee', active: true },
      });
      expect(body.emails).toEqual([
        { primary: true, value: 'lee@sandbox.example', type: 'work', display: 'old@x.test' },
        { type: 'home', primary: false, value: 'home@x.test' },
      ]);
      // Okta maps both, and has no value for them.
      expect(body).not.toHaveProperty('nickName');
      expect(body).not.toHaveProperty([enterprise]);
      expect(await client.events('application.provision.user.push_profile')).toHaveLength(1);
    },
  );

  it('that no app maps sends nothing', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.settled();
    server.forget();
    await client.post(`/api/v1/users/${id}`, { profile: { secondEmail: 'else@x.test' } });
    await app.settled();
    expect(server.lines).toEqual([]);
    await app.console('POST', '/force-sync');
    await app.settled();
    expect(server.recorded.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  });

  it('scim-field 25 of the login renames the account; an assignment with the old name asks for that', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.settled();
    await client.post(`/api/v1/users/${id}`, { profile: { login: 'new@x.test' } });
    await app.settled();
    expect(server.user('new@x.test').externalId).toBe(id);
    expect(await client.events('application.user_membership.change_username')).toHaveLength(1);
    await app.unassign(id);
    await app.settled();
    server.forget();
    await app.assign(id, { credentials: { userName: 'lee@sandbox.example' } });
    await app.settled();
    expect(server.lines).toEqual([
      'GET /Users?filter=userName eq "lee@sandbox.example"&startIndex=1&count=100',
      'POST /Users',
    ]);
    expect(server.bodies('POST', /./)[0]).toMatchObject({ userName: 'lee@sandbox.example', externalId: id });
  });

  it('OIN-12 of the password is pushed where password sync is on', async () => {
    const bodies: unknown[] = [];
    for (const kind of ['WIZARD', 'NETWORK'] as const) {
      const app = await pushingApp(client, server, kind);
      const id = await newUser(client, `Lee${kind}`);
      await app.assign(id);
      await app.settled();
      server.forget();
      const change = (value: string) =>
        client.post(`/api/v1/users/${id}`, { credentials: { password: { value } } });
      await change('Not-Pushed-1');
      await app.settled();
      expect(server.lines).toEqual([]);
      const password = { status: 'ENABLED', seed: 'OKTA', change: 'CHANGE' };
      await client.put(`/api/v1/apps/${app.id}/features/USER_PROVISIONING`, { update: { password } });
      await change('Pushed-Pass-2');
      await app.settled();
      bodies.push(JSON.parse(server.recorded.at(-1)?.text ?? ''));
    }
    expect(bodies[0]).toMatchObject({ password: 'Pushed-Pass-2', active: true });
    expect(bodies[1]).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { password: 'Pushed-Pass-2' } }],
    });
    expect(await client.events('application.provision.user.push_okta_password')).toHaveLength(2);
    expect(JSON.stringify((await client.get('/api/v1/logs?limit=1000')).body)).not.toContain('Pushed-Pass-2');
  });
});

describe('a user who leaves', () => {
  it('scim-field 1, OIN-10 an app of the wizard is written back whole, as not active', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.settled();
    const before = structuredClone(server.user('lee@sandbox.example'));
    server.forget();
    await app.unassign(id);
    await app.settled();
    expect(server.lines).toEqual(['GET /Users/lee@sandbox.example', 'PUT /Users/lee@sandbox.example']);
    expect(server.bodies('PUT', /./)).toEqual([{ ...before, active: false }]);
    expect(await client.events('application.provision.user.deactivate')).toHaveLength(1);
  });

  it('scim-field 2, OIN-10 an app of the network is patched without a path, and nothing else', async () => {
    const app = await pushingApp(client, server, 'NETWORK');
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.settled();
    server.forget();
    await app.unassign(id);
    await app.settled();
    expect(server.recorded).toHaveLength(1);
    expect(server.recorded[0]).toMatchObject({
      method: 'PATCH',
      url: path('lee@sandbox.example'),
      text:
        '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],' +
        '"Operations":[{"op":"replace","value":{"active":false}}]}',
    });
  });

  it('scim-field 20 Okta: suspension and deletion send nothing, deactivation only its unassignment, 2 s later', async () => {
    const app = await pushingApp(client, server, 'NETWORK', { speed: 4 });
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.settled();
    server.forget();
    await client.post(`/api/v1/users/${id}/lifecycle/suspend`);
    await client.post(`/api/v1/users/${id}/lifecycle/unsuspend`);
    await app.settled();
    expect(server.lines).toEqual([]);
    const left = Date.now();
    await client.post(`/api/v1/users/${id}/lifecycle/deactivate`);
    await app.settled();
    expect((server.recorded[0]?.at ?? 0) - left).toBeGreaterThanOrEqual(500);
    expect(server.lines).toEqual(['PATCH /Users/lee@sandbox.example']);
    await client.delete(`/api/v1/users/${id}`);
    await app.settled();
    expect(server.recorded).toHaveLength(1);
    expect(server.recorded.some(({ method }) => method === 'DELETE')).toBe(false);
  });

  it('scim-field 20 an activation alone brings nobody back: that takes a new assignment', async () => {
    const app = await pushingApp(client, server, 'NETWORK');
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await client.post(`/api/v1/users/${id}/lifecycle/deactivate`);
    await app.settled();
    server.forget();
    await client.post(`/api/v1/users/${id}/lifecycle/activate?sendEmail=false`);
    await app.settled();
    expect(server.lines).toEqual([]);
    await app.assign(id);
    await app.settled();
    expect(server.lines.map((line) => line.split('?')[0])).toEqual([
      ...['GET /Users', 'PATCH /Users/lee@sandbox.example'],
      ...['GET /Users/lee@sandbox.example', 'PUT /Users/lee@sandbox.example'],
    ]);
    expect(server.bodies('PATCH', /./)[0].Operations).toEqual([{ op: 'replace', value: { active: true } }]);
    expect(server.user('lee@sandbox.example').active).toBe(true);
    expect(await client.events('application.provision.user.reactivate')).toHaveLength(1);
  });

  it('scim-field 21 and whom the server hides since is created a second time, with the same externalId', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.unassign(id);
    await app.settled();
    server.users.clear();
    await app.assign(id);
    await app.settled();
    const externalIds = server.bodies('POST', /Users/).map(({ externalId }) => externalId);
    expect(externalIds).toEqual([id, id]);
  });

  it('stays as it is where deactivation is off', async () => {
    const app = await pushingApp(client, server, 'NETWORK');
    const off = { update: { lifecycleDeactivate: { status: 'DISABLED' } } };
    await client.put(`/api/v1/apps/${app.id}/features/USER_PROVISIONING`, off);
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.settled();
    server.forget();
    await app.unassign(id);
    await app.settled();
    expect(server.lines).toEqual([]);
  });
});

describe('OIN-18 membership of a group', () => {
  it('that is assigned gives and takes the account', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const [first, second] = [await newUser(client, 'First'), await newUser(client, 'Second')];
    const group = await newGroup(client, 'Cooks', [first]);
    await client.call('PUT', `/api/v1/apps/${app.id}/groups/${group}`, {});
    await app.settled();
    expect([...server.users.values()].map(({ externalId }) => externalId)).toEqual([first]);
    await client.call('PUT', `/api/v1/groups/${group}/users/${second}`);
    await client.delete(`/api/v1/groups/${group}/users/${first}`);
    await app.settled();
    const states = [...server.users.values()].map(({ externalId, active }) => [externalId, active]);
    expect(states).toEqual([
      [first, false],
      [second, true],
    ]);
    await client.delete(`/api/v1/apps/${app.id}/groups/${group}`);
    await app.settled();
    expect([...server.users.values()].map(({ active }) => active)).toEqual([false, false]);
  });
});
