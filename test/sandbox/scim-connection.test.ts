import { beforeEach, describe, expect, it } from 'vitest';
import { newGroup, newUser, pushingApp } from './scim-app.ts';
import { json, scimError, useScimRecorder } from './scim-recorder.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const server = useScimRecorder();

const newApp = async (label = 'Roster') =>
  (await client.post('/api/v1/apps', { label, signOnMode: 'SAML_2_0' })).body.id;
const save = (id: string, body: object) => client.control('PUT', `/provisioning/apps/${id}`, body);
const bearer = { bearer: 'tok-5f1' };

const header = (name: string) => {
  const { headers = [] } = server.recorded.at(-1) ?? {};
  const at = headers.indexOf(name);
  return at === -1 ? undefined : headers[at + 1];
};

describe('the connection of an app', () => {
  it('scim-field 14 is tested when it is saved and by the button: two users are asked for, nothing else', async () => {
    const id = await newApp();
    const { status, body } = await save(id, { baseUrl: server.baseUrl, authorization: bearer });
    expect([status, body]).toEqual([200, { appId: id, kind: 'WIZARD', baseUrl: server.baseUrl }]);
    const tested = await client.control('POST', `/provisioning/apps/${id}/test`);
    expect(tested.body).toEqual({ ok: true });
    const asked = { method: 'GET', url: '/scim/v2/Users?startIndex=1&count=2', text: '' };
    expect(server.recorded).toMatchObject([asked, asked]);
    expect(header('Content-Type')).toBeUndefined();
    expect((await client.get(`/api/v1/apps/${id}/connections/default`)).body).toMatchObject({
      ...{ status: 'ENABLED', profile: { authScheme: 'TOKEN' }, baseUrl: server.baseUrl },
    });
  });

  it.each([
    ['an array', []],
    ['no Resources', { totalResults: 1 }],
    ['an empty body', undefined],
  ])('scim-field 15 is not saved if the server answers with %s', async (_, body) => {
    server.answer = (_, response) => {
      if (body) return json(response, 200, body);
      response.end();
      return true;
    };
    const saved = await save(await newApp(), { baseUrl: server.baseUrl, authorization: bearer });
    expect([saved.status, saved.body.error]).toEqual([400, 'No results for users returned']);
  });

  it('scim-field 15 works with a server that has no users', async () => {
    const saved = await save(await newApp(), { baseUrl: server.baseUrl, authorization: bearer });
    expect(saved.status).toBe(200);
  });

  it('is not saved if the server refuses the credentials', async () => {
    server.answer = (_, response) => scimError(response, 401, 'This token is not known');
    const id = await newApp();
    const saved = await save(id, { baseUrl: server.baseUrl, authorization: bearer });
    expect(saved.body.error).toBe(
      'Error authenticating: Unauthorized. Errors reported by remote server: This token is not known',
    );
    const tested = await client.control('POST', `/provisioning/apps/${id}/test`);
    expect(tested.body.error).toBe('provisioning of this app is off');
  });

  it.each([
    ['the token after Bearer', bearer, 'Bearer tok-5f1'],
    ['a header as it is typed', { header: 'tok-5f1' }, 'tok-5f1'],
    ['a typed header with its scheme', { header: 'Bearer tok-5f1' }, 'Bearer tok-5f1'],
    ['Basic', { userName: 'okta', password: 'pw-ü' }, 'Basic b2t0YTpwdy3DvA=='],
  ])('scim-field 18 Okta sends %s', async (_, authorization, expected) => {
    await save(await newApp(), { baseUrl: server.baseUrl, authorization });
    expect(header('Authorization')).toBe(expected);
  });

  it.each([
    ['https://scim.example.com/v2', /calls no other machine/],
    ['http://127.0.0.1.example.com/v2', /calls no other machine/],
    ['http://10.0.0.1/scim', /calls no other machine/],
    ['ftp://localhost/scim', /http or https is expected/],
    ['http://localhost:1/scim_v2', /underscore/],
    ['http://localhost:1/scim/v2/', /slash/],
    ['http://localhost:1/scim?x=1', /query/],
    ['localhost', /is no URL/],
  ])('scim-field 28 does not lead to %s', async (baseUrl, problem) => {
    const saved = await save(await newApp(), { baseUrl, authorization: bearer });
    expect(saved.status).toBe(400);
    expect(saved.body.error).toMatch(problem);
  });

  it('does not follow a redirect to another machine', async () => {
    server.answer = (_, response) => {
      response.writeHead(302, { location: 'http://203.0.113.7/Users' }).end();
      return true;
    };
    const saved = await save(await newApp(), { baseUrl: server.baseUrl, authorization: bearer });
    expect(saved.body.error).toBe('Error authenticating: Found');
  });

  it('is made through the API with a token, if its address is on this machine; the token is never shown', async () => {
    const id = await newApp();
    const path = `/api/v1/apps/${id}/connections/default`;
    const profile = { authScheme: 'TOKEN', token: 'tok-api-9' };
    await client.post(`${path}?activate=true`, { profile, baseUrl: server.baseUrl });
    expect(header('Authorization')).toBe('Bearer tok-api-9');
    expect(JSON.stringify((await client.get(path)).body)).not.toContain('tok-api-9');
    expect(JSON.stringify((await client.get(`/api/v1/apps/${id}`)).body)).not.toContain('tok-api-9');
    server.answer = (_, response) => scimError(response, 401, 'no');
    const refused = await client.post(`${path}?activate=true`, { profile, baseUrl: server.baseUrl });
    expect([refused.status, refused.body.errorCode]).toEqual([400, 'E0000001']);
    const elsewhere = { profile, baseUrl: 'https://scim.example.com' };
    expect((await client.post(`${path}?activate=true`, elsewhere)).status).toBe(200);
  });

  it('of an app of the network has its address in the settings of the app', async () => {
    const given = { name: 'acme_scim', label: 'Acme', signOnMode: 'SAML_2_0' };
    const settings = { app: { baseUrl: server.baseUrl } };
    const { id } = (await client.post('/api/v1/apps', { ...given, settings })).body;
    const profile = { authScheme: 'TOKEN', token: 'tok-api-9' };
    await client.post(`/api/v1/apps/${id}/connections/default?activate=true`, { profile });
    await client.put(`/api/v1/apps/${id}/features/USER_PROVISIONING`, {
      create: { lifecycleCreate: { status: 'ENABLED' } },
      update: { lifecycleDeactivate: { status: 'ENABLED' } },
    });
    await client.control('PUT', '/settings', { pushSpeed: 1000 });
    const userId = await newUser(client, 'Lee');
    await client.post(`/api/v1/apps/${id}/users`, { id: userId });
    await client.delete(`/api/v1/apps/${id}/users/${userId}`);
    await client.control('POST', '/provisioning/flush');
    expect(server.recorded.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST', 'PATCH']);
  });

  it.each(['connection', 'app'])('of which the %s is off sends nothing', async (what) => {
    const app = await pushingApp(client, server, 'WIZARD');
    const off = what === 'app' ? '' : '/connections/default';
    await client.post(`/api/v1/apps/${app.id}${off}/lifecycle/deactivate`);
    server.forget();
    await app.assign(await newUser(client, 'Lee'));
    await app.settled();
    expect(server.recorded).toEqual([]);
  });
});

describe('an import', () => {
  const account = (n: number, rest: object = {}) => ({
    ...{ id: `r-${n}`, userName: `user${n}@x.test`, active: true, ...rest },
    ...{
      name: { givenName: 'U', familyName: `N${n}` },
      emails: [{ value: `user${n}@x.test`, primary: true }],
    },
  });
  const rules = (change: object) => ({ importRules: { userCreateAndMatch: change } });
  let app: Awaited<ReturnType<typeof pushingApp>>;
  beforeEach(async () => {
    app = await pushingApp(client, server, 'WIZARD');
  });
  const importNow = async (body = {}) => {
    server.forget();
    const { body: report } = await app.console('POST', '/import', body);
    expect(await app.settled()).toEqual([]);
    return report;
  };
  const match = (change: object) =>
    client.put(`/api/v1/apps/${app.id}/features/INBOUND_PROVISIONING`, rules(change));

  it('scim-field 13, 21, OIN-9 reads pages of 100; accounts that are not active do not count', async () => {
    for (let n = 1; n <= 250; n++) server.users.set(`r-${n}`, account(n, { active: n !== 7 }));
    const report = await importNow();
    expect(server.recorded.map(({ url }) => url)).toEqual(
      [1, 101, 201].map((start) => `/scim/v2/Users?startIndex=${start}&count=100`),
    );
    expect(report).toMatchObject({ scanned: 249, matched: 0, created: 0, unchanged: 0, groups: 0 });
    expect(report.unconfirmed).toHaveLength(249);
    expect(await client.events('system.import.complete')).toHaveLength(1);
  });

  it('links the account to the user of that name who is assigned, and knows it from then on', async () => {
    await client.put(`/api/v1/apps/${app.id}/features/USER_PROVISIONING`, {
      create: { lifecycleCreate: { status: 'DISABLED' } },
    });
    const id = await newUser(client, 'Lee');
    const other = await newUser(client, 'Other');
    await app.assign(id);
    server.users.set('r-1', account(1, { userName: 'LEE@sandbox.example' }));
    server.users.set('r-2', account(2, { userName: 'other@sandbox.example' }));
    expect(await importNow()).toMatchObject({ matched: 1, unconfirmed: ['other@sandbox.example'] });
    expect((await client.get(`/api/v1/apps/${app.id}/users/${id}`)).body.externalId).toBe('r-1');
    await match({ autoConfirmExactMatch: true });
    expect(await importNow()).toMatchObject({ matched: 1, unchanged: 1, unconfirmed: [] });
    expect((await client.get(`/api/v1/apps/${app.id}/users/${other}`)).body.externalId).toBe('r-2');
    expect(server.recorded.map(({ method }) => method)).toEqual(['GET']);
  });

  it('makes users of accounts that nobody has, if nobody needs to confirm them', async () => {
    server.users.set('r-1', account(1));
    await match({ autoConfirmNewUsers: true, autoActivateNewUsers: true });
    expect(await importNow()).toMatchObject({ scanned: 1, created: 1 });
    const user = (await client.get('/api/v1/users/user1@x.test')).body;
    expect(user).toMatchObject({ status: 'PROVISIONED', profile: { firstName: 'U', lastName: 'N1' } });
    expect(await client.events('system.import.user.create')).toHaveLength(1);
    expect(server.recorded.map(({ method }) => method)).toEqual(['GET']);
  });

  it('matches by e-mail address where the app says so', async () => {
    const id = await newUser(client, 'Lee', { email: 'user1@x.test' });
    server.users.set('r-1', account(1, { userName: 'somebody' }));
    await match({ exactMatchCriteria: 'EMAIL', autoConfirmExactMatch: true });
    expect(await importNow()).toMatchObject({ matched: 1 });
    expect((await client.get(`/api/v1/apps/${app.id}/users/${id}`)).body).toMatchObject({
      ...{ externalId: 'r-1', credentials: { userName: 'somebody' } },
    });
  });

  it('reads groups and their members if asked; one of them can be the target of a mapping', async () => {
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.settled();
    const value = server.user('lee@sandbox.example').id;
    server.groups.set('g-1', {
      id: 'g-1',
      displayName: 'Remote',
      members: [{ value }, { value: 'unknown' }],
    });
    expect(await importNow({ groups: true })).toMatchObject({ unchanged: 1, groups: 1 });
    const [target] = (await client.get('/api/v1/groups?q=Remote')).body;
    expect(target.type).toBe('APP_GROUP');
    const members = (await client.get(`/api/v1/groups/${target.id}/users`)).body;
    expect(members.map((one: { id: string }) => one.id)).toEqual([id]);
    const sourceGroupId = await newGroup(client, 'Local');
    server.forget();
    await client.post(`/api/v1/apps/${app.id}/group-push/mappings`, {
      sourceGroupId,
      targetGroupId: target.id,
    });
    await app.settled();
    expect(server.lines).toEqual(['GET /Groups/g-1', 'PUT /Groups/g-1']);
    expect(server.groups.get('g-1').members).toEqual([]);
  });

  it('that fails says why', async () => {
    server.answer = (_, response) => scimError(response, 500, 'The disk is full');
    const { status, body } = await app.console('POST', '/import');
    expect([status, body.error]).toEqual([
      400,
      'Internal Server Error. Errors reported by remote server: The disk is full',
    ]);
    const [event] = await client.events('system.import.complete');
    expect(event.outcome.result).toBe('FAILURE');
  });
});

describe('a control route', () => {
  it.each([
    ['PUT', '/apps/0oaNone', { baseUrl: 'http://localhost:1', authorization: bearer }, /no app/],
    ['POST', '/apps/0oaNone/test', {}, /no app/],
    ['POST', '/retry', { ids: 1 }, /expected array/],
  ])('%s %s refuses what it does not know', async (method, path, body, problem) => {
    const answer = await client.control(method, `/provisioning${path}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(problem);
  });

  it('settings of pushes are checked', async () => {
    for (const setting of [{ pushSpeed: 0 }, { pushConcurrency: 0.5 }])
      expect((await client.control('PUT', '/settings', setting)).status).toBe(400);
  });
});
