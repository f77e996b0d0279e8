/**
 * The shapes of objects, compared with what was counted in recorded traffic of Okta orgs (Identity Engine, November 2026).
 * The numbers say how many recorded objects of that kind have the shape.
 */
import { describe, expect, it } from 'vitest';
import { newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
// biome-ignore lint/suspicious/noExplicitAny: objects of every shape
type Any = any;
const apps = async (): Promise<Any[]> => (await client.get('/api/v1/apps?limit=200')).body;
const appOf = async (test: (app: Any) => boolean) => (await apps()).find(test);
const rels = (object: Any) => Object.keys(object._links);
const create = async (name: string, more: object = {}, parameters: Record<string, string> = {}) =>
  (await client.post(`/api/v1/users${query(parameters)}`, { profile: newProfile(name), ...more })).body;
const inStatus = async (status: string) =>
  (await client.get(`/api/v1/users${query({ filter: `status eq "${status}"` })}`)).body[0];

describe('G.14 an app', () => {
  // 62, 18, 261 and 425 apps.
  it.each([
    [
      'BOOKMARK',
      'ACTIVE',
      'uploadLogo,appLinks,profileEnrollment,policies,groups,logo,accessPolicy,users,deactivate',
    ],
    [
      'BOOKMARK',
      'INACTIVE',
      'uploadLogo,appLinks,profileEnrollment,activate,policies,groups,logo,accessPolicy,users',
    ],
    [
      'SAML_2_0',
      'ACTIVE',
      'help,metadata,uploadLogo,appLinks,profileEnrollment,policies,groups,logo,accessPolicy,users,deactivate',
    ],
    [
      'OPENID_CONNECT',
      'ACTIVE',
      'uploadLogo,appLinks,profileEnrollment,policies,groups,logo,clientCredentials,accessPolicy,users,deactivate',
    ],
  ])('G.14 has the recorded links: %s, %s', async (signOnMode, status, expected) => {
    const app = await appOf((one) => one.signOnMode === signOnMode && one.status === status);
    expect(rels(app)).toEqual(expected.split(','));
    const self = `${client.sandbox.orgUrl}/api/v1/apps/${app.id}`;
    expect(app._links).toMatchObject({
      uploadLogo: { href: `${self}/logo`, hints: { allow: ['POST'] } },
      policies: { href: `${self}/policies`, hints: { allow: ['PUT'] } },
      users: { href: `${self}/users` },
      groups: { href: `${self}/groups` },
    });
    expect(app._links.logo).toMatchObject([{ name: 'medium', type: 'image/png' }]);
    for (const rel of ['accessPolicy', 'profileEnrollment'])
      expect(app._links[rel].href).toMatch(/\/api\/v1\/policies\/rst\w{17}$/);
  });

  it('G.14 names the metadata and the instructions of SAML', async () => {
    const { id, name, _links } = await appOf((one) => one.signOnMode === 'SAML_2_0');
    const { orgUrl } = client.sandbox;
    expect(_links.metadata).toEqual({
      href: `${orgUrl}/api/v1/apps/${id}/sso/saml/metadata`,
      type: 'application/xml',
    });
    expect(_links.help).toEqual({
      href: `${orgUrl}/app/${name}/${id}/setup/help/SAML_2_0/instructions`,
      type: 'text/html',
    });
  });

  // 275 with a secret, 36 with keys, 102 public clients.
  it('G.14 names its client credentials by the way it authenticates', async () => {
    const names = new Map(
      (await apps())
        .filter((app) => app.signOnMode === 'OPENID_CONNECT')
        .map((app) => [app.id, app._links.clientCredentials?.map(({ name }: Any) => name)]),
    );
    const { webApp, nativeApp, serviceApp } = client.sandbox;
    expect(names.get(webApp.clientId)).toEqual(['secrets']);
    expect(names.get(serviceApp.clientId)).toEqual(['jwks']);
    expect(names.get(nativeApp.clientId)).toBeUndefined();
  });

  it('G.14 tells its universal logout and the settings of every app', async () => {
    for (const app of await apps()) {
      expect(Object.keys(app)).toContain('universalLogout');
      // 1,361 and 1,356 of 1,376 apps.
      expect(app.settings).toMatchObject({ manualProvisioning: false, implicitAssignment: false });
      const [link] = app._links.appLinks;
      expect(app.visibility.appLinks).toEqual({ [link.name]: true });
    }
    // 372 of 624 OIDC apps.
    expect((await appOf((app) => app.signOnMode === 'OPENID_CONNECT')).universalLogout).toEqual({
      status: 'DISABLED',
      supportType: 'FULL',
      identityStack: 'NOT_SHARED',
      protocol: 'GLOBAL_TOKEN_REVOCATION',
    });
    // No app of March 2025 has it, all apps since June 2025 have.
    await client.control('POST', '/clock', { nowMs: Date.parse('2025-03-14T00:00:00Z') });
    for (const app of await apps()) expect(Object.keys(app)).not.toContain('universalLogout');
  });

  it('G.14 offers the other status after a change', async () => {
    const { id } = await appOf((app) => app.label === 'Company Wiki');
    await client.post(`/api/v1/apps/${id}/lifecycle/deactivate`);
    const links = rels((await client.get(`/api/v1/apps/${id}`)).body);
    expect(links).toContain('activate');
    expect(links).not.toContain('deactivate');
  });

  it('G.14 names the algorithms and settings of an OAuth client as all 521 recorded ones do', async () => {
    const { settings, credentials } = await appOf((app) => app.id === client.sandbox.webApp.clientId);
    expect(settings.oauthClient).toMatchObject({
      client_uri: null,
      logo_uri: null,
      consent_method: 'TRUSTED',
      issuer_mode: 'ORG_URL',
      idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
      wildcard_redirect: 'DISABLED',
      participate_slo: false,
    });
    expect(credentials.signing.kid).toMatch(/^[\w-]{43}$/);
  });
});

describe('G.14 a group', () => {
  // 298 groups of orgs on Identity Engine.
  it('G.14 has two logos, owners, users and apps', async () => {
    for (const group of (await client.get('/api/v1/groups')).body) {
      const self = `${client.sandbox.orgUrl}/api/v1/groups/${group.id}`;
      expect(rels(group)).toEqual(['logo', 'owners', 'users', 'apps']);
      expect(group._links.owners.href).toBe(`${self}/owners`);
      expect(group._links.logo).toMatchObject([
        { name: 'medium', type: 'image/png' },
        { name: 'large', type: 'image/png' },
      ]);
    }
  });
});

describe('G.14 a user', () => {
  it('G.14 has a realm, before its type, alone and in lists (267 users)', async () => {
    const keys =
      'id,status,created,activated,statusChanged,lastLogin,lastUpdated,passwordChanged,realmId,type,profile,credentials,_links';
    const [listed] = (await client.get('/api/v1/users?limit=1')).body;
    const single = (await client.get(`/api/v1/users/${listed.id}`)).body;
    for (const user of [listed, single]) {
      expect(Object.keys(user).join()).toBe(keys);
      expect(user.realmId).toMatch(/^guo\w{17}$/);
    }
  });

  it('G.14 stays in the realm it is put in', async () => {
    const { id } = await create('realm', { realmId: 'guo1abcdefghijklmnop' });
    const path = `/api/v1/users/${id}`;
    expect((await client.get(path)).body.realmId).toBe('guo1abcdefghijklmnop');
    await client.post(path, { profile: { nickName: 'R' } });
    expect((await client.get(path)).body.realmId).toBe('guo1abcdefghijklmnop');
    await client.post(path, { realmId: 'guo1abcdefghijklmno2' });
    expect((await client.get(path)).body.realmId).toBe('guo1abcdefghijklmno2');
  });

  // 72 of 72, 2 of 2 and 2 of 2 creates.
  it('G.14 fact 32: an empty password makes PROVISIONED, without activation STAGED', async () => {
    expect((await create('empty', { credentials: { password: {} } })).status).toBe('PROVISIONED');
    const staged = await create('staged', { credentials: { password: {} } }, { activate: 'false' });
    expect(staged.status).toBe('STAGED');
  });

  it('G.14 fact 35: staged without a password it was never activated nor changed its status', async () => {
    const staged = await create('fresh', {}, { activate: 'false' });
    expect(staged).toMatchObject({ activated: null, statusChanged: null, passwordChanged: null });
    const seeded = await inStatus('STAGED');
    expect(seeded).toMatchObject({ activated: null, statusChanged: null });
    const credentials = { password: { value: 'first-Pass-1' } };
    const withPassword = await create('keen', { credentials }, { activate: 'false' });
    expect(withPassword).toMatchObject({ status: 'STAGED', activated: null });
    expect(withPassword.statusChanged).not.toBeNull();
  });

  it('G.14 facts 4, 13, 20 and 33: times in seconds, ids of 20 characters, one link in lists', async () => {
    for (const user of (await client.get('/api/v1/users?limit=200')).body) {
      expect(rels(user)).toEqual(['self']);
      expect(user.id).toHaveLength(20);
      expect(user.lastUpdated).toMatch(/\.000Z$/);
      expect(user.profile).toMatchObject({ secondEmail: null, mobilePhone: null });
    }
  });
});

describe('G.14 the ETag of a user', () => {
  const etagOf = async (id: string) =>
    (await client.get(`/api/v1/users/${id}`)).headers.get('etag') as string;

  it('G.14 fact 1: follows the profile and the type, not the status or the password', async () => {
    const { id } = await create('tagged', { credentials: { password: { value: 'first-Pass-1' } } });
    const path = `/api/v1/users/${id}`;
    const first = await etagOf(id);
    expect(first).toMatch(/^W\/"[0-9a-f]{64}"$/);
    await client.post(`${path}/lifecycle/suspend`);
    expect(await etagOf(id)).toBe(first);
    await client.post(`${path}/lifecycle/unsuspend`);
    await client.post(path, { credentials: { password: { value: 'second-Pass-2' } } });
    await client.post(`${path}/lifecycle/expire_password`);
    expect(await etagOf(id)).toBe(first);
    expect((await client.post(path, { profile: {} }, { 'if-match': first })).status).toBe(200);

    await client.post(path, { profile: { nickName: 'T' } });
    const renamed = await etagOf(id);
    expect(renamed).not.toBe(first);
    expect((await client.post(path, { profile: {} }, { 'if-match': first })).status).toBe(412);
    await client.post(path, { profile: { nickName: null } });
    expect(await etagOf(id)).toBe(first);

    const types = (await client.get('/api/v1/meta/types/user')).body;
    const type = { id: types.find((one: Any) => !one.default).id };
    await client.put(path, { profile: newProfile('tagged'), type });
    expect(await etagOf(id)).not.toBe(first);
  });

  it('G.14 fact 2: changes without lastUpdated when the schema loses an attribute', async () => {
    const { id } = await create('sized', { profile: { ...newProfile('sized'), shirtSize: 'M' } });
    const before = await client.get(`/api/v1/users/${id}`);
    await client.control('POST', '/clock', { advanceMs: 5000 });
    await client.post('/api/v1/meta/schemas/user/default', {
      definitions: { custom: { properties: { shirtSize: null } } },
    });
    const after = await client.get(`/api/v1/users/${id}`);
    expect(after.body.lastUpdated).toBe(before.body.lastUpdated);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });

  it('G.14 comes with GET of a single user alone', async () => {
    const { id } = await create('single');
    const path = `/api/v1/users/${id}`;
    expect((await client.post(path, { profile: { nickName: 'S' } })).headers.get('etag')).toBeNull();
    expect((await client.get('/api/v1/users')).headers.get('etag')).toBeNull();
  });
});

describe('G.14 an app user', () => {
  it('G.14 of a PROVISIONED user is ACTIVE', async () => {
    const { id } = await inStatus('PROVISIONED');
    const app = await appOf((one) => one.label === 'Company Wiki');
    const assigned = await client.post(`/api/v1/apps/${app.id}/users`, { id });
    expect(assigned.body.status).toBe('ACTIVE');
  });
});

describe('G.14 a schema', () => {
  it('G.14 fact 34: is draft-04 with required beside the property and in the list', async () => {
    const { body } = await client.get('/api/v1/meta/schemas/user/default');
    expect(body.$schema).toBe('http://json-schema.org/draft-04/schema#');
    expect(body.description).toBe('Okta user profile template with default permission settings');
    const { base } = body.definitions;
    for (const name of base.required) expect(base.properties[name].required).toBe(true);
    expect(Object.values<Any>(base.properties).map(({ format }) => format)).toEqual(
      expect.arrayContaining(['country-code', 'language-code', 'locale', 'timezone']),
    );
  });

  // 92 of 92 properties with an enum.
  it('G.14 fact 34: gives a oneOf to each enum and drops required: false', async () => {
    const level = { title: 'Level', type: 'integer', enum: [1, 2], required: false };
    const sizes = { title: 'Sizes', type: 'array', items: { type: 'string', enum: ['S'] } };
    const properties = { level, sizes };
    const { body } = await client.post('/api/v1/meta/schemas/user/default', {
      definitions: { custom: { properties } },
    });
    const custom = body.definitions.custom.properties;
    expect(custom.level.oneOf).toEqual([
      { const: 1, title: '1' },
      { const: 2, title: '2' },
    ]);
    expect(custom.level).not.toHaveProperty('required');
    expect(custom.sizes.items.oneOf).toEqual([{ const: 'S', title: 'S' }]);
  });
});

describe('G.14 the org', () => {
  it('G.14 is described as in recordings', async () => {
    const organization = (await client.get('/.well-known/okta-organization')).body;
    expect(Object.keys(organization)).toEqual(['id', 'cell', '_links', 'pipeline', 'settings']);
    expect(Object.keys(organization.settings)).toEqual([
      'analyticsCollectionEnabled',
      'bugReportingEnabled',
      'omEnabled',
      'pssoEnabled',
      'desktopMFAEnabled',
      'itpEnabled',
    ]);
    expect(rels((await client.get('/api/v1/org')).body)).toEqual([
      'preferences',
      'uploadLogo',
      'oktaCommunication',
      'logo',
      'oktaSupport',
      'contacts',
    ]);
  });

  it('G.14 has complete OAuth metadata', async () => {
    const oauth = (await client.get('/.well-known/oauth-authorization-server')).body;
    const openid = (await client.get('/.well-known/openid-configuration')).body;
    const common = [
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'registration_endpoint',
      'jwks_uri',
      'response_types_supported',
      'response_modes_supported',
      'grant_types_supported',
      'subject_types_supported',
      'scopes_supported',
      'token_endpoint_auth_methods_supported',
      'claims_supported',
      'code_challenge_methods_supported',
      'introspection_endpoint',
      'introspection_endpoint_auth_methods_supported',
      'revocation_endpoint',
      'revocation_endpoint_auth_methods_supported',
      'end_session_endpoint',
      'request_parameter_supported',
      'request_object_signing_alg_values_supported',
      'device_authorization_endpoint',
      'pushed_authorization_request_endpoint',
      'dpop_signing_alg_values_supported',
    ];
    expect(Object.keys(oauth).sort()).toEqual([...common].sort());
    expect(Object.keys(openid).sort()).toEqual(
      [...common, 'userinfo_endpoint', 'id_token_signing_alg_values_supported'].sort(),
    );
    expect(oauth.token_endpoint_auth_methods_supported).toContain('client_secret_jwt');
    expect(oauth.grant_types_supported).toContain('client_credentials');
    expect(openid.claims_supported).toContain('preferred_username');
    for (const [name, value] of Object.entries(openid))
      if (name.endsWith('_endpoint') || name === 'jwks_uri')
        expect(String(value).startsWith(`${client.sandbox.orgUrl}/oauth2/v1/`)).toBe(true);
  });
});
