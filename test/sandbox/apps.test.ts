import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { allPages, query, useSandbox } from './support.ts';

const client = useSandbox();
const list = (parameters: Record<string, string>) => client.get(`/api/v1/apps${query(parameters)}`);
const appPath = async (label: string) => `/api/v1/apps/${(await list({ q: label })).body[0].id}`;
// biome-ignore lint/suspicious/noExplicitAny: apps of every shape
const labels = (apps: any[]) => apps.map((app) => app.label);
const usersIn = async (status: string) =>
  (await client.get(`/api/v1/users${query({ filter: `status eq "${status}"` })}`)).body;

describe('lists of apps', () => {
  it('page, filter and look up', async () => {
    const pages = await allPages(client, '/api/v1/apps?limit=3');
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(labels((await list({ q: 'acme' })).body)).toEqual(['Acme CRM']);
    expect(labels((await list({ filter: 'status eq "INACTIVE"' })).body)).toEqual(['Old Intranet']);
    expect(labels((await list({ filter: 'name eq "bookmark" and status eq "ACTIVE"' })).body)).toEqual([
      'Company Wiki',
    ]);
    for (const filter of ['label eq "x"', 'status sw "A"', 'status pr', 'nonsense'])
      expect((await list({ filter })).body.errorCode).toBe('E0000031');
  });

  it('never show the secret of an OAuth client', async () => {
    const text = JSON.stringify((await list({})).body);
    expect(text).toContain('oidc_client');
    expect(text).not.toContain(client.sandbox.webApp.clientSecret);
  });

  it('know who has which app, with the assignment when asked', async () => {
    const [sales] = (await client.get('/api/v1/groups?q=Sales')).body;
    const [member] = (await client.get(`/api/v1/groups/${sales.id}/users`)).body;
    const filter = `user.id eq "${member.id}"`;
    expect(labels((await list({ filter })).body)).toContain('Acme CRM');
    const expanded = (await list({ filter, expand: `user/${member.id}` })).body;
    expect(expanded.find((app: { label: string }) => app.label === 'Acme CRM')._embedded.user).toMatchObject({
      id: member.id,
      scope: 'GROUP',
    });
    expect(labels((await list({ filter: `group.id eq "${sales.id}"` })).body)).toEqual(['Acme CRM']);
    const tiles = (await client.get(`/api/v1/users/${member.id}/appLinks`)).body;
    expect(tiles.find((tile: { label: string }) => tile.label === 'Acme CRM').id).toMatch(/^00l/);
  });
});

describe('assigning a user', () => {
  it('works once, with an event, until it is taken back', async () => {
    const { id, login } = client.sandbox.admin;
    const path = await appPath('Company Wiki');
    const assigned = await client.post(`${path}/users`, { id, scope: 'USER', profile: { team: 'a' } });
    expect(assigned.body).toMatchObject({
      id,
      scope: 'USER',
      credentials: { userName: login },
      profile: { team: 'a' },
    });
    expect(await client.post(`${path}/users`, { id })).toMatchObject({
      status: 409,
      body: { errorCode: 'E0000062' },
    });
    const renamed = await client.post(`${path}/users/${id}`, { credentials: { userName: 'boss' } });
    expect(renamed.body).toMatchObject({ credentials: { userName: 'boss' }, profile: { team: 'a' } });
    expect((await client.delete(`${path}/users/${id}`)).status).toBe(204);
    expect((await client.delete(`${path}/users/${id}`)).body.errorSummary).toContain('(AppUser)');
    const [event] = await client.events('application.user_membership.add');
    expect(event.target.map((target: { type: string }) => target.type)).toEqual([
      'AppUser',
      'AppInstance',
      'User',
    ]);
    expect(await client.events('application.user_membership.remove')).toHaveLength(1);
  });

  it('is refused for who is not active and with credentials where the app owns them', async () => {
    const path = `${await appPath('Acme CRM')}/users`;
    const [gone] = await usersIn('DEPROVISIONED');
    expect(await client.post(path, { id: gone.id })).toMatchObject({
      status: 403,
      body: { errorCode: 'E0000117' },
    });
    const withPassword = { id: client.sandbox.admin.id, credentials: { password: { value: 'x' } } };
    expect(await client.post(path, withPassword)).toMatchObject({
      status: 400,
      body: { errorCode: 'E0000041' },
    });
    expect((await client.post(path, { id: '00uNone' })).status).toBe(404);
    expect((await client.get('/api/v1/apps/0oaNone')).body.errorSummary).toContain('0oaNone (AppInstance)');
  });

  it('pages through direct and group assignments in one order', async () => {
    const path = `${await appPath('Acme CRM')}/users`;
    const pages = await allPages(client, `${path}?limit=3`);
    const found = pages.flat();
    expect(found).toEqual((await client.get(path)).body);
    expect(new Set(found.map((user) => user.scope))).toEqual(new Set(['USER', 'GROUP']));
    expect(found.map((user) => user.id)).toEqual(found.map((user) => user.id).sort());
    const [first] = found;
    expect(
      (await client.get(`${path}?q=${first.credentials.userName}`)).body.map(
        (user: { id: string }) => user.id,
      ),
    ).toEqual([first.id]);
  });

  it('through a group cannot be taken back alone', async () => {
    const path = `${await appPath('Acme CRM')}/users`;
    const through = (await client.get(path)).body.find((user: { scope: string }) => user.scope === 'GROUP');
    expect((await client.delete(`${path}/${through.id}`)).status).toBe(204);
    expect((await client.get(`${path}/${through.id}`)).body.scope).toBe('GROUP');
  });
});

describe('assigning a group', () => {
  it('reaches its members, can be repeated and ends', async () => {
    const app = await appPath('Company Wiki');
    const [finance] = (await client.get('/api/v1/groups?q=Finance')).body;
    const [member] = (await client.get(`/api/v1/groups/${finance.id}/users`)).body;
    const path = `${app}/groups/${finance.id}`;
    expect((await client.put(path, { priority: 4 })).body).toMatchObject({ id: finance.id, priority: 4 });
    expect((await client.put(path)).body.priority).toBe(4);
    expect((await client.get(`${app}/users/${member.id}`)).body.scope).toBe('GROUP');
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).status).toBe(404);
    expect((await client.get(`${app}/users/${member.id}`)).status).toBe(404);
    expect(await client.events('group.application_assignment.add')).toHaveLength(1);
    expect(await client.events('group.application_assignment.update')).toHaveLength(1);
    const [removed] = await client.events('group.application_assignment.remove');
    expect(removed.target.map(({ type }: { type: string }) => type)).toEqual(['UserGroup', 'AppInstance']);
  });
});

it('an app can rest and come back', async () => {
  const path = await appPath('Company Wiki');
  expect((await client.post(`${path}/lifecycle/deactivate`)).body).toEqual({});
  expect((await client.get(path)).body.status).toBe('INACTIVE');
  await client.post(`${path}/lifecycle/activate`);
  expect((await client.get(path)).body.status).toBe('ACTIVE');
  expect(await client.events('application.lifecycle.deactivate')).toHaveLength(1);
});

const saml = (label: string) => ({ label, signOnMode: 'SAML_2_0', settings: { signOn: {} } });
const webApp = (label: string, oauthClient: object = {}) => ({
  ...{ name: 'oidc_client', label, signOnMode: 'OPENID_CONNECT', credentials: { oauthClient } },
  settings: { oauthClient: { application_type: 'web', grant_types: ['implicit'] } },
});
const created = async (body: object) => (await client.post('/api/v1/apps', body)).body;

describe('a new app', () => {
  it.each([
    ['SAML_2_0', {}, { name: 'sandbox_wiki_7', appLinks: { sandbox_wiki_7_link: true } }],
    ['AUTO_LOGIN', {}, { name: 'sandbox_wiki_7', scheme: 'EDIT_USERNAME_AND_PASSWORD' }],
    ['BOOKMARK', { name: 'bookmark' }, { appLinks: { login: true }, scheme: undefined }],
    ['BASIC_AUTH', { name: 'template_basic_auth' }, { scheme: 'EDIT_USERNAME_AND_PASSWORD' }],
    ['SECURE_PASSWORD_STORE', { name: 'template_sps' }, { scheme: 'EDIT_USERNAME_AND_PASSWORD' }],
    ['BROWSER_PLUGIN', { name: 'Deel', signOnMode: 'AUTO_LOGIN' }, { name: 'deel' }],
    ['OPENID_CONNECT', { name: 'Deel' }, { name: 'deel', logout: { status: 'UNSUPPORTED' } }],
  ])('signs on by %s, completed as Okta does', async (signOnMode, given, expected) => {
    const app = await created({ label: 'Wiki!', signOnMode, ...given });
    expect(app).toMatchObject({ label: 'Wiki!', status: 'ACTIVE', signOnMode });
    const { name, visibility, credentials, universalLogout: logout } = app;
    const { scheme } = credentials;
    expect({ name, appLinks: visibility.appLinks, scheme, logout }).toMatchObject(expected);
    expect(await client.events('application.lifecycle.create')).toHaveLength(1);
  });

  it('shares one user name, and keeps its password to itself', async () => {
    const { credentials } = await created({
      ...{ name: 'template_swa', label: 'Shop', signOnMode: 'BROWSER_PLUGIN' },
      credentials: { scheme: 'SHARED_USERNAME_AND_PASSWORD', userName: 'shop', password: { value: 'x' } },
    });
    expect(credentials).toMatchObject({ userName: 'shop', password: {} });
  });

  it('needs a label that no other has, a sign-on mode, and a name where there is a template', async () => {
    for (const [body, errorCode] of [
      [{ ...saml('Acme CRM') }, 'E0000040'],
      [{ signOnMode: 'SAML_2_0' }, 'E0000001'],
      [{ label: 'x', name: 'x' }, 'E0000001'],
      [{ label: 'x', signOnMode: 'BOOKMARK' }, 'E0000001'],
      [{ label: 'x', name: 'office365', signOnMode: 'SAML_1_1' }, 'E0000001'],
    ] as const)
      expect(await client.post('/api/v1/apps', body)).toMatchObject({ status: 400, body: { errorCode } });
  });

  it('shows the secret of its client only where it is written, and keeps it', async () => {
    const app = await created(webApp('Nightly', { token_endpoint_auth_method: 'client_secret_post' }));
    const { client_secret: secret } = app.credentials.oauthClient;
    const path = `/api/v1/apps/${app.id}`;
    expect((await client.get(path)).body.credentials.oauthClient.client_secret).toBeUndefined();
    const replaced = (await client.put(path, webApp('Nightly'))).body;
    expect(replaced.credentials.oauthClient.client_secret).toBe(secret);
    const changed = (await client.put(path, webApp('Nightly', { client_secret: 'chosen-by-the-admin' })))
      .body;
    expect(changed.credentials.oauthClient.client_secret).toBe('chosen-by-the-admin');
    const open = await created(webApp('Open', { token_endpoint_auth_method: 'none' }));
    expect(open.credentials.oauthClient.client_secret).toBeUndefined();
  });

  it('is deleted once it is inactive', async () => {
    const { id } = await created(saml('Ledger'));
    const path = `/api/v1/apps/${id}`;
    expect(await client.delete(path)).toMatchObject({ status: 403, body: { errorCode: 'E0000056' } });
    await client.post(`${path}/lifecycle/deactivate`);
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).status).toBe(404);
    expect(await client.events('application.lifecycle.delete')).toHaveLength(1);
  });
});

describe('what belongs to an app', () => {
  it('a key, more keys, and metadata that names one of them', async () => {
    const { id, credentials } = await created(saml('Ledger'));
    const path = `/api/v1/apps/${id}`;
    const keys = `${path}/credentials/keys`;
    const [first] = (await client.get(keys)).body;
    expect(first.kid).toBe(credentials.signing.kid);
    const years = (time: string) => new Date(time).getUTCFullYear();
    expect(years(first.expiresAt) - years(first.created)).toBe(10);
    expect((await client.post(`${keys}/generate?validityYears=1`)).status).toBe(400);
    const second = (await client.post(`${keys}/generate?validityYears=2`)).body;
    const x509 = new X509Certificate(Buffer.from(second.x5c[0], 'base64'));
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect((await client.get(`${keys}/${second.kid}`)).body).toEqual(second);
    const metadata = (kid: string, accept = 'application/xml') =>
      client.get(`${path}/sso/saml/metadata?kid=${kid}`, { Accept: accept });
    const { body, headers } = await metadata(second.kid);
    expect(String(body).replaceAll('\n', '')).toContain(second.x5c[0]);
    expect(headers.get('content-type')).toBe('application/xml;charset=ISO-8859-1');
    expect(await metadata(first.kid, 'application/json')).toMatchObject({
      ...{ status: 400, body: { errorCode: 'E0000019' } },
    });
    expect((await metadata('other')).status).toBe(404);
    const wiki = await appPath('Company Wiki');
    expect((await client.get(`${wiki}/sso/saml/metadata`, { Accept: '*/*' })).status).toBe(400);
  });

  it('requests for certificates', async () => {
    const csrs = `${await appPath('Acme CRM')}/credentials/csrs`;
    const subject = { countryName: 'US', commonName: 'SP issuer' };
    const { status, body } = await client.post(csrs, { subject });
    expect({ status, ...body }).toMatchObject({ status: 201, kty: 'RSA' });
    expect(Buffer.from(body.csr, 'base64').toString('latin1')).toContain('SP issuer');
    expect((await client.get(csrs)).body).toEqual([body]);
    expect((await client.delete(`${csrs}/${body.id}`)).status).toBe(204);
  });

  it('a schema, whose base attributes can be changed and to which others can be added', async () => {
    const { id } = await created(webApp('Nightly'));
    const path = `/api/v1/meta/schemas/apps/${id}/default`;
    const { definitions } = (await client.get(path)).body;
    expect(definitions.base.required).toEqual(['userName', 'name']);
    const seat = { title: 'Seat', type: 'string', required: true };
    const change = {
      base: { properties: { name: { title: 'Name', type: 'string', required: false }, other: seat } },
      custom: { properties: { seat } },
    };
    const changed = (await client.post(path, { definitions: change })).body.definitions;
    expect(changed.base.required).toEqual(['userName']);
    expect(changed.base.properties.other).toBeUndefined();
    expect(changed.custom).toMatchObject({ properties: { seat: { scope: 'NONE' } }, required: ['seat'] });
    expect(changed.custom.properties.seat.permissions).toBeUndefined();
    expect((await client.post(path, {})).status).toBe(400);
  });

  it('a connection for provisioning', async () => {
    const connection = `${await appPath('Acme CRM')}/connections/default`;
    expect((await client.get(connection)).body).toEqual({
      ...{ status: 'UNKNOWN', profile: { authScheme: 'UNKNOWN' } },
    });
    const profile = { authScheme: 'TOKEN', token: 'secret' };
    const made = (await client.post(connection, { profile, baseUrl: 'https://crm.example' })).body;
    expect(made).toMatchObject({ status: 'DISABLED', profile: { authScheme: 'TOKEN' } });
    expect(JSON.stringify(made)).not.toContain('secret');
    expect((await client.post(`${connection}/lifecycle/activate`)).status).toBe(204);
    expect((await client.get(connection)).body._links.deactivate).toBeDefined();
  });

  it('a sign-on policy, except for the Admin Console', async () => {
    const path = await appPath('Company Wiki');
    const { _links } = (await client.get(path)).body;
    const policy = _links.accessPolicy.href.split('/').pop();
    expect((await client.put(`${path}/policies/${policy}`)).status).toBe(204);
    expect((await client.put(`${path}/policies/rstNone`)).status).toBe(404);
    const { id } = await created({
      name: 'saasure',
      label: 'Okta Admin Console',
      signOnMode: 'OPENID_CONNECT',
    });
    expect((await client.put(`/api/v1/apps/${id}/policies/${policy}`)).body.errorCode).toBe('E0000001');
  });

  it('a logo', async () => {
    const path = await appPath('Company Wiki');
    const body = new FormData();
    body.set('file', new Blob(['png']), 'logo.png');
    const { orgUrl, apiToken } = client.sandbox;
    const headers = { Authorization: `SSWS ${apiToken}` };
    const uploaded = await fetch(`${orgUrl}${path}/logo`, { method: 'POST', headers, body });
    expect([uploaded.status, uploaded.headers.get('location')]).toEqual([
      201,
      expect.stringContaining('fs0'),
    ]);
    expect((await client.post(`${path}/logo`, {})).body.errorCode).toBe('E0000021');
  });
});
