import { createHash, randomUUID } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { Browser, fieldsOf, type Page } from '../support/browser.ts';
import { pkce, postForm } from './oauth-client.ts';
import { newProfile, useSandbox } from './support.ts';

const client = useSandbox();
const password = 'Right-Pass-1';
const redirect_uri = 'https://app.acme.test/callback?tenant=1';
const bye = 'https://app.acme.test/bye';

interface App {
  id: string;
  secret: string;
}

/** Creates an app as set-up does. */
async function newApp(
  settings: Record<string, unknown> = {},
  credentials: Record<string, unknown> = {},
  label = 'CRM',
): Promise<App> {
  const { body } = await client.post('/api/v1/apps', {
    ...{ name: 'oidc_client', label, signOnMode: 'OPENID_CONNECT' },
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic', ...credentials } },
    settings: {
      oauthClient: {
        ...{ application_type: 'web', grant_types: ['authorization_code'], response_types: ['code'] },
        ...{ redirect_uris: [redirect_uri], post_logout_redirect_uris: [bye], ...settings },
      },
    },
  });
  return { id: body.id, secret: body.credentials.oauthClient.client_secret };
}

const implicit = {
  grant_types: ['authorization_code', 'implicit'],
  response_types: ['code', 'id_token', 'token'],
};

async function newUser(name = 'walker', more: Record<string, unknown> = {}): Promise<string> {
  const profile = { ...newProfile(name), ...more };
  return (await client.post('/api/v1/users', { profile, credentials: { password: { value: password } } }))
    .body.id;
}

const assign = (app: App, id: string) => client.post(`/api/v1/apps/${app.id}/users`, { id });

/** An address at which the app sends people to sign in. */
function ask(app: App, rest: Record<string, string | undefined> = {}, base = '/oauth2/v1'): string {
  const query = {
    ...{ client_id: app.id, response_type: 'code', redirect_uri, state: 'st-1', scope: 'openid' },
    ...rest,
  };
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${base}/authorize?${new URLSearchParams(given)}`;
}

const answerOf = ({ back }: Page) => Object.fromEntries(back?.searchParams ?? []);
const fragmentOf = ({ back }: Page) => Object.fromEntries(new URLSearchParams(back?.hash.slice(1)));
const basic = ({ id, secret }: App) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

/** Trades a code as the app is registered to do. */
function trade(app: App, code = '', base = '/oauth2/v1', headers = basic(app) as Record<string, string>) {
  return postForm(client, `${base}/token`, { grant_type: 'authorization_code', code, redirect_uri }, headers);
}

let app: App;
let userId: string;
let browser: Browser;
const open = (rest: Record<string, string | undefined> = {}, base?: string) =>
  browser.open(ask(app, rest, base));
const signedIn = () => browser.signIn('walker@sandbox.example', password);

beforeEach(async () => {
  browser = new Browser(client.sandbox.orgUrl);
  app = await newApp();
  userId = await newUser();
});

/** All that the userinfo endpoint tells. */
const userinfo = (token: string, base = '/oauth2/v1') =>
  client.get(`${base}/userinfo`, { authorization: `Bearer ${token}` });

describe('an app of one’s own', () => {
  it('sends people to the sign-in page, and they come back with a code and no iss', async () => {
    await assign(app, userId);
    const page = await open({ login_hint: 'walker@sandbox.example' });
    expect(fieldsOf(page).username).toBe('walker@sandbox.example');
    const back = await browser.submit(page, { password });
    expect(back.back?.href).toMatch(/^https:\/\/app\.acme\.test\/callback\?tenant=1&/);
    expect(answerOf(back)).toEqual({ tenant: '1', code: expect.any(String), state: 'st-1' });
    expect(back.headers.get('referrer-policy')).toBe('no-referrer');
    const types = ['user.session.start', 'app.oauth2.authorize.code', 'user.authentication.sso'];
    for (const type of types) {
      const [event] = (await client.events(type)).filter(({ actor }) => actor.id === userId);
      expect(event?.outcome.result).toBe('SUCCESS');
    }
  });

  it('lets people in at once while their session lasts, also by POST', async () => {
    await assign(app, userId);
    await signedIn();
    expect(answerOf(await open()).code).toBeTruthy();
    const [path = '', query] = ask(app).split('?');
    const posted = await browser.open(path, { method: 'POST', body: new URLSearchParams(query) });
    expect(answerOf(posted).code).toBeTruthy();
    await client.control('POST', '/clock', { advanceMs: 2 * 3600_000 });
    expect((await open()).text).toContain('<form');
  });

  it('sso-field 5 shows the page all the same with prompt=login, once', async () => {
    await assign(app, userId);
    await signedIn();
    const page = await open({ prompt: 'login' });
    expect(page.text).toContain('<form');
    const back = await browser.submit(page, { username: 'walker@sandbox.example', password });
    expect(answerOf(back).code).toBeTruthy();
  });

  it('asks for the password again after max_age, and says when that was', async () => {
    await assign(app, userId);
    await signedIn();
    expect(answerOf(await open({ max_age: '60' })).code).toBeTruthy();
    await client.control('POST', '/clock', { advanceMs: 61_000 });
    const page = await open({ max_age: '60' });
    const { code } = answerOf(await browser.submit(page, { username: 'walker@sandbox.example', password }));
    const claims = decodeJwt((await trade(app, code)).body.id_token);
    expect(Number(claims.iat) - Number(claims.auth_time)).toBeLessThan(5);
    expect(answerOf(await open({ max_age: 'soon' })).error).toBe('invalid_request');
  });

  it('is told with prompt=none that nobody is signed in', async () => {
    expect(answerOf(await open({ prompt: 'none' }))).toMatchObject({
      error: 'login_required',
      state: 'st-1',
    });
    await assign(app, userId);
    await signedIn();
    expect(answerOf(await open({ prompt: 'none' })).code).toBeTruthy();
  });

  it('sso-field 4 sso-field 5 refuses who is not assigned, and the log says who that was', async () => {
    await signedIn();
    expect(answerOf(await open())).toMatchObject({
      error: 'access_denied',
      error_description: 'User is not assigned to the client application.',
      state: 'st-1',
    });
    const reasons = {
      'app.oauth2.authorize.code': 'user_not_assigned',
      'app.generic.unauth_app_access_attempt': 'User is not assigned to the application',
    };
    for (const [type, reason] of Object.entries(reasons)) {
      expect(await client.events(type)).toEqual([
        expect.objectContaining({
          actor: expect.objectContaining({ id: userId, alternateId: 'walker@sandbox.example' }),
          outcome: { result: 'FAILURE', reason },
          target: expect.arrayContaining([expect.objectContaining({ id: app.id, type: 'AppInstance' })]),
        }),
      ]);
    }
  });

  it('takes an assignment through a group', async () => {
    const group = (await client.post('/api/v1/groups', { profile: { name: 'Sales' } })).body.id;
    await client.put(`/api/v1/groups/${group}/users/${userId}`);
    await client.put(`/api/v1/apps/${app.id}/groups/${group}`, {});
    await signedIn();
    expect(answerOf(await open()).code).toBeTruthy();
  });

  it('refuses who its sign-on policy denies', async () => {
    const policy = (await client.post('/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Staff' })).body.id;
    await client.post(`/api/v1/policies/${policy}/rules`, {
      ...{
        name: 'Not walker',
        type: 'ACCESS_POLICY',
        conditions: { people: { users: { include: [userId] } } },
      },
      actions: { appSignOn: { access: 'DENY' } },
    });
    const other = await newUser('other');
    await client.put(`/api/v1/apps/${app.id}/policies/${policy}`);
    for (const id of [userId, other]) await assign(app, id);
    await signedIn();
    expect(answerOf(await open())).toMatchObject({ error: 'access_denied' });
    expect((await client.events('app.oauth2.authorize.code'))[0]).toMatchObject({
      outcome: { result: 'FAILURE', reason: 'sign_on_policy_denied' },
    });
    expect(await client.events('application.policy.sign_on.deny_access')).toHaveLength(1);
    await browser.signIn('other@sandbox.example', password);
    expect(answerOf(await open()).code).toBeTruthy();
  });

  it.each([
    ['https://app.acme.test/callback'],
    ['https://app.acme.test/callback?tenant=1&x'],
    ['https://APP.acme.test/callback?tenant=1'],
    ['https://app.acme.test:443/callback?tenant=1'],
    ['http://127.0.0.1:9/cb"><script>'],
  ])('HALO-19 takes a redirect URI to the letter, not %s, and names it', async (uri) => {
    const page = await open({ redirect_uri: uri });
    expect([page.status, page.back]).toEqual([400, undefined]);
    expect(page.text).toContain('must be a Login redirect URI in the client app settings');
    expect(page.text).toContain(
      uri.replace(/&/g, '&#38;').replace('"><', '&#34;&#62;&#60;').replace('t>', 't&#62;'),
    );
    expect((await client.events('app.oauth2.authorize.code'))[0]).toMatchObject({
      outcome: { result: 'FAILURE', reason: 'illegal_redirect_uri' },
      target: [{ id: app.id }],
      debugContext: { debugData: { redirectUri: uri } },
    });
  });

  it('is not known while it is inactive', async () => {
    await client.post(`/api/v1/apps/${app.id}/lifecycle/deactivate`);
    expect((await open()).status).toBe(400);
    expect((await trade(app)).body.error).toBe('invalid_client');
    expect((await client.events('app.oauth2.authorize.code'))[0]?.outcome.reason).toBe('client_inactive');
  });

  it.each([
    ['a missing', undefined],
    ['an empty', ''],
    ['another', 'ab cd<'],
  ])('sso-field 9 refuses %s state', async (_, state) => {
    expect(answerOf(await open({ state }))).toMatchObject({
      error: 'invalid_request',
      error_description: "The authentication request has an invalid 'state' parameter.",
    });
  });

  it('sso-field 9 takes a base64url or hexadecimal state, and base64, which passport-openidconnect sends', async () => {
    await assign(app, userId);
    await signedIn();
    for (const state of ['aZ-_09', 'a.b,c', 'f00', 'ab+/cd=='])
      expect(answerOf(await open({ state }))).toMatchObject({ state, code: expect.any(String) });
  });

  it.each([
    ['unsupported_response_type', { response_type: 'id_token', nonce: 'n' }],
    ['unsupported_response_type', { response_type: 'code token', nonce: 'n' }],
    ['unsupported_response_type', { response_type: undefined }],
    ['unsupported_response_mode', { response_mode: 'okta_post_message' }],
    ['invalid_request', { prompt: 'sometimes' }],
    ['request_not_supported', { request: 'ey' }],
    ['invalid_scope', { scope: 'profile' }],
    ['invalid_scope', { scope: '' }],
  ])('answers %s to %j', async (error, changes) => {
    expect(answerOf(await open(changes)).error).toBe(error);
  });

  it('sso-field 12 is opened by its tile with the issuer alone, no state and no code', async () => {
    const initiate_login_uri = 'https://app.acme.test/start?from=okta';
    const tiles = await newApp(
      { initiate_login_uri, idp_initiated_login: { mode: 'SPEC', default_scope: ['openid'] } },
      {},
      'Tile',
    );
    const { _links } = (await client.get(`/api/v1/apps/${tiles.id}`)).body;
    const { back } = await browser.open(_links.appLinks[0].href);
    expect(back?.href).toBe(`${initiate_login_uri}&iss=${encodeURIComponent(client.sandbox.orgUrl)}`);
    expect((await browser.open(_links.appLinks[0].href.replace(tiles.id, app.id))).status).toBe(400);
  });

  it('may push its request before, which then works once, for five minutes and for itself', async () => {
    await assign(app, userId);
    await signedIn();
    const push = async (headers = basic(app) as Record<string, string>, uri = redirect_uri) => {
      const form = { response_type: 'code', redirect_uri: uri, state: 'pushed', scope: 'openid' };
      return postForm(client, '/oauth2/v1/par', form, headers);
    };
    const follow = (client_id: string, request_uri: string) =>
      browser.open(`/oauth2/v1/authorize?${new URLSearchParams({ client_id, request_uri })}`);
    expect((await push({})).body.error).toBe('invalid_client');
    expect((await push(undefined, 'https://evil.example/')).body.error).toBe('invalid_request');
    const { status, body } = await push();
    expect([status, body.expires_in]).toEqual([201, 300]);
    const other = await newApp({}, {}, 'Other');
    expect((await follow(other.id, body.request_uri)).status).toBe(400);
    expect(answerOf(await follow(app.id, body.request_uri))).toMatchObject({
      state: 'pushed',
      code: expect.any(String),
    });
    expect((await follow(app.id, body.request_uri)).status).toBe(400);
    const late = (await push()).body.request_uri;
    await client.control('POST', '/clock', { advanceMs: 301_000 });
    expect((await follow(app.id, late)).status).toBe(400);
  });

  it('needs PKCE if it says so', async () => {
    app = await newApp({}, { pkce_required: true }, 'PKCE');
    await assign(app, userId);
    await signedIn();
    expect(answerOf(await open())).toMatchObject({
      error: 'invalid_request',
      error_description: 'PKCE code challenge is required by the application.',
    });
    const { challenge } = pkce();
    const back = await open({ code_challenge: challenge, code_challenge_method: 'S256' });
    expect((await trade(app, answerOf(back).code)).body.error).toBe('invalid_request');
  });
});

describe('tokens', () => {
  beforeEach(async () => {
    await assign(app, userId);
    await signedIn();
  });
  const tokens = async (rest: Record<string, string> = {}, base?: string) =>
    (await trade(app, answerOf(await open(rest, base)).code, base)).body;

  it('sso-field 6 are thin with an access token: the profile is at the userinfo endpoint', async () => {
    const { id_token, access_token, scope } = await tokens({ scope: 'openid email profile', nonce: 'n-1' });
    const keys = createRemoteJWKSet(new URL(`${client.sandbox.orgUrl}/oauth2/v1/keys`));
    const { payload, protectedHeader } = await jwtVerify(id_token, keys, {
      ...{ issuer: client.sandbox.orgUrl, audience: app.id, algorithms: ['RS256'] },
    });
    expect(protectedHeader.kid).toBeTruthy();
    const half = createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url');
    expect(payload).toEqual({
      ...{ ver: 1, iss: client.sandbox.orgUrl, aud: app.id, sub: userId, nonce: 'n-1', amr: ['pwd'] },
      ...{ iat: expect.any(Number), exp: expect.any(Number), auth_time: expect.any(Number) },
      ...{ jti: expect.any(String), idp: expect.stringMatching(/^00o/), at_hash: half },
    });
    expect(scope).toBe('openid email profile');
    expect((await userinfo(access_token)).body).toMatchObject({
      ...{ sub: userId, name: 'Test walker', given_name: 'Test', family_name: 'walker' },
      ...{
        preferred_username: 'walker@sandbox.example',
        email: 'walker@sandbox.example',
        email_verified: true,
      },
    });
  });

  it('tell at the userinfo endpoint what their scopes allow, as long as they are valid', async () => {
    const { access_token } = await tokens();
    expect((await userinfo(access_token)).body).toEqual({ sub: userId });
    expect((await client.get('/api/v1/users/me', { authorization: `Bearer ${access_token}` })).status).toBe(
      403,
    );
    const unknown = await userinfo('nonsense');
    expect(unknown.status).toBe(401);
    expect(unknown.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
    await client.post(`/api/v1/users/${userId}/lifecycle/suspend`);
    expect((await userinfo(access_token)).status).toBe(401);
  });

  it('are given for a code once, to the client and redirect URI that it was issued for', async () => {
    const other = await newApp({}, {}, 'Other');
    const stolen = answerOf(await open()).code;
    expect((await trade(other, stolen)).body.error).toBe('invalid_grant');
    const form = {
      grant_type: 'authorization_code',
      code: String(stolen),
      redirect_uri: 'https://app.acme.test/',
    };
    expect((await postForm(client, '/oauth2/v1/token', form, basic(app))).body.error).toBe('invalid_grant');
    const { access_token } = (await trade(app, stolen)).body;
    expect((await trade(app, stolen)).body.error).toBe('invalid_grant');
    expect((await userinfo(access_token)).status).toBe(401);
  });

  it('sso-field 13 are given by the registered method of authentication alone', async () => {
    const posted = await newApp({}, { token_endpoint_auth_method: 'client_secret_post' }, 'Posted');
    const form = { grant_type: 'authorization_code', code: 'x', redirect_uri };
    const inBody = ({ id, secret }: App) => ({ ...form, client_id: id, client_secret: secret });
    const path = '/oauth2/v1/token';
    const errors = [
      await postForm(client, path, form, basic(app)),
      await postForm(client, path, inBody(app)),
      await postForm(client, path, form, basic(posted)),
      await postForm(client, path, inBody(posted)),
      await postForm(client, path, { ...form, client_id: app.id }),
    ].map(({ body }) => body.error);
    expect(errors).toEqual([
      'invalid_grant',
      'invalid_client',
      'invalid_client',
      'invalid_grant',
      'invalid_client',
    ]);
    const failures = await client.events('app.oauth2.token.grant');
    expect(failures[1]).toMatchObject({
      outcome: { result: 'FAILURE', reason: 'invalid_client' },
      target: [{ id: app.id }],
      debugContext: { debugData: { clientAuthType: 'client_secret_post' } },
    });
    expect(JSON.stringify(failures)).not.toContain(app.secret);
  });

  it('are given for an assertion that the secret signs', async () => {
    const signing = await newApp({}, { token_endpoint_auth_method: 'client_secret_jwt' }, 'Signing');
    const path = '/oauth2/v1/token';
    const asserted = async (secret: string) => {
      const client_assertion = await new SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(signing.id)
        .setSubject(signing.id)
        .setAudience(client.sandbox.orgUrl + path)
        .setExpirationTime('1m')
        .sign(new TextEncoder().encode(secret));
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      const form = { grant_type: 'authorization_code', code: 'x', redirect_uri };
      return (await postForm(client, path, { ...form, client_assertion_type, client_assertion })).body.error;
    };
    expect(await asserted(signing.secret)).toBe('invalid_grant');
    expect(await asserted(`${signing.secret}x`)).toBe('invalid_client');
    expect((await trade(signing)).body.error).toBe('invalid_client');
  });

  it('are given for a percent-encoded pair', async () => {
    const encoded = [app.id, app.secret].map((text) =>
      [...text].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
    );
    const headers = { authorization: `Basic ${btoa(encoded.join(':'))}` };
    expect((await trade(app, answerOf(await open()).code, '/oauth2/v1', headers)).status).toBe(200);
  });

  it('have the groups that a claim of the app asks for, and sso-field 8 fail for more than 100', async () => {
    const expression = "user.getGroups({'group.profile.name': {'Team .*'}}).![name]";
    await client.post(`/api/v1/apps/${app.id}/federated-claims`, { name: 'groups', expression });
    expect(decodeJwt((await tokens()).id_token)).not.toHaveProperty('groups');
    for (let i = 0; i < 101; i++) {
      const name = `Team ${String(i).padStart(3, '0')}`;
      const group = (await client.post('/api/v1/groups', { profile: { name } })).body.id;
      await client.put(`/api/v1/groups/${group}/users/${userId}`);
      if (i === 1) {
        const { id_token, access_token } = await tokens();
        expect(decodeJwt(id_token).groups).toEqual(['Team 000', 'Team 001']);
        expect((await userinfo(access_token)).body.groups).toEqual(['Team 000', 'Team 001']);
      }
    }
    const failed = await trade(app, answerOf(await open()).code);
    expect(failed).toMatchObject({
      status: 400,
      body: { error: 'server_error', error_description: expect.stringContaining('too many groups') },
    });
    expect((await client.events('app.oauth2.token.grant'))[0]?.outcome.reason).toBe(
      'too_many_groups_in_groups_claim',
    );
  });

  it('sso-field 25 fail for a claim that cannot be computed, without its name', async () => {
    const claim = { name: 'boss', expression: 'Nonsense.of(user.login)' };
    await client.post(`/api/v1/apps/${app.id}/federated-claims`, claim);
    expect((await trade(app, answerOf(await open()).code)).body).toEqual({
      error: 'server_error',
      error_description: "The '{0}' system claim could not be evaluated.",
    });
    expect((await client.events('app.oauth2.as.evaluate.claim'))[0]).toMatchObject({
      outcome: { result: 'FAILURE' },
      debugContext: { debugData: { claim: 'boss' } },
    });
  });
});

describe('implicit and hybrid flows', () => {
  beforeEach(async () => {
    app = await newApp(implicit, {}, 'Implicit');
    await assign(app, userId);
    await signedIn();
  });

  it('HALO-18 answer with a full ID token in the fragment', async () => {
    const back = await open({ response_type: 'id_token', scope: 'openid email profile', nonce: 'n-1' });
    const { id_token, ...rest } = fragmentOf(back);
    expect(rest).toEqual({ state: 'st-1' });
    expect(back.back?.search).toBe('?tenant=1');
    expect(decodeJwt(String(id_token))).toMatchObject({
      ...{ sub: userId, aud: app.id, nonce: 'n-1', email: 'walker@sandbox.example' },
    });
    expect(await client.events('app.oauth2.authorize.implicit.id_token')).toHaveLength(1);
  });

  it('answer with a code that the ID token vouches for', async () => {
    const asked = { response_type: 'code id_token', nonce: 'n-1', response_mode: 'form_post' };
    const page = await open(asked);
    expect(page.text).toContain(`<form method="post" action="${redirect_uri}">`);
    const { code, id_token, state } = fieldsOf(page);
    expect(state).toBe('st-1');
    const half = createHash('sha256').update(String(code)).digest().subarray(0, 16).toString('base64url');
    expect(decodeJwt(String(id_token)).c_hash).toBe(half);
    expect(decodeProtectedHeader(String(id_token)).alg).toBe('RS256');
    expect((await trade(app, code)).status).toBe(200);
  });

  it('answer with an access token, and a thin ID token beside it', async () => {
    const back = await open({ response_type: 'id_token token', scope: 'openid email', nonce: 'n-1' });
    const { access_token, token_type, id_token } = fragmentOf(back);
    expect(token_type).toBe('Bearer');
    expect(decodeJwt(String(id_token))).not.toHaveProperty('email');
    expect((await userinfo(String(access_token))).body.email).toBe('walker@sandbox.example');
  });

  it('need a nonce and a mode that hides tokens', async () => {
    expect(fragmentOf(await open({ response_type: 'id_token' })).error).toBe('invalid_request');
    const shown = { response_type: 'id_token', nonce: 'n', response_mode: 'query' };
    expect(fragmentOf(await open(shown)).error).toBe('unsupported_response_mode');
  });
});

describe('a custom authorization server', () => {
  let id: string;
  let base: string;
  const servers = '/api/v1/authorizationServers';
  const rule = (more: Record<string, unknown> = {}) => ({
    ...{ name: 'All', type: 'RESOURCE_ACCESS', status: 'ACTIVE' },
    conditions: {
      people: { groups: { include: ['EVERYONE'] } },
      ...{ grantTypes: { include: ['authorization_code'] }, scopes: { include: ['*'] }, ...more },
    },
    actions: { token: { accessTokenLifetimeMinutes: 30 } },
  });
  async function admit(conditions = {}) {
    const clients = { include: [app.id] };
    const policy = await client.post(`${servers}/${id}/policies`, { name: 'CRM', conditions: { clients } });
    await client.post(`${servers}/${id}/policies/${policy.body.id}/rules`, rule(conditions));
  }
  beforeEach(async () => {
    const body = { name: 'Orders', description: 'x', audiences: ['api://orders'] };
    id = (await client.post(servers, body)).body.id;
    base = `/oauth2/${id}/v1`;
    await assign(app, userId);
    await signedIn();
  });

  it('OD-3 signs in with an issuer, keys and an audience of its own', async () => {
    await admit();
    await client.post(`${servers}/${id}/scopes`, { name: 'orders:read' });
    const { code } = answerOf(await open({ scope: 'openid email orders:read', nonce: 'n' }, base));
    expect((await trade(app, code)).body.error).toBe('invalid_grant');
    const { access_token, id_token, expires_in } = (await trade(app, code, base)).body;
    const issuer = `${client.sandbox.orgUrl}/oauth2/${id}`;
    const keys = createRemoteJWKSet(new URL(`${issuer}/v1/keys`));
    expect((await jwtVerify(id_token, keys, { issuer, audience: app.id })).payload.sub).toBe(userId);
    const { payload } = await jwtVerify(access_token, keys, { issuer, audience: 'api://orders' });
    expect(payload).toMatchObject({ scp: ['openid', 'email', 'orders:read'], cid: app.id, uid: userId });
    expect(expires_in).toBe(1800);
    expect((await userinfo(access_token, base)).body).toMatchObject({ sub: userId, email_verified: true });
    expect((await userinfo(access_token)).status).toBe(401);
    expect((await client.get('/api/v1/users/me', { authorization: `Bearer ${access_token}` })).status).toBe(
      401,
    );
    for (const type of ['authorize.code', 'token.grant.access_token', 'token.grant.id_token'])
      expect(await client.events(`app.oauth2.as.${type}`)).not.toEqual([]);
  });

  it('sso-field 18 signs with a new key after a rotation, and the one before still verifies', async () => {
    await admit();
    const idToken = async () => (await trade(app, answerOf(await open({}, base)).code, base)).body.id_token;
    const before = await idToken();
    await client.post(`${servers}/${id}/credentials/lifecycle/keyRotate`, { use: 'sig' });
    const after = await idToken();
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    const keys = createRemoteJWKSet(new URL(`${client.sandbox.orgUrl}${base}/keys`));
    for (const token of [before, after]) expect((await jwtVerify(token, keys)).payload.sub).toBe(userId);
  });

  it.each([
    ['without a policy for the client', undefined],
    ['by a rule for another grant', { grantTypes: { include: ['implicit'] } }],
    ['by a rule for other scopes', { scopes: { include: ['email'] } }],
    ['by a rule for other people', { people: { groups: { include: ['00gNone'] } } }],
  ])('sso-field 4 gives no tokens %s', async (_, conditions) => {
    if (conditions) await admit(conditions);
    expect(answerOf(await open({}, base))).toEqual({
      ...{ tenant: '1', state: 'st-1', error: 'access_denied' },
      error_description: 'Policy evaluation failed for this request, please check the policy configurations.',
    });
    expect((await client.events('app.oauth2.as.authorize.code'))[0]).toMatchObject({
      outcome: { result: 'FAILURE', reason: 'no_matching_policy' },
      debugContext: { debugData: { authorizationServerId: id } },
    });
  });

  it('sso-field 7 knows other scopes than the org does', async () => {
    await admit();
    expect(answerOf(await open({ scope: 'openid groups' }, base))).toMatchObject({
      error: 'invalid_scope',
      error_description: 'One or more scopes are not configured for the authorization server resource.',
    });
    expect(answerOf(await open({ scope: 'openid orders:read' }))).toMatchObject({
      error: 'invalid_scope',
      error_description: 'Custom scopes are not allowed for this request.',
    });
    expect(answerOf(await open({ scope: 'openid groups' })).code).toBeTruthy();
  });

  it('tells its claims: groups by their filter, attributes by expression, some only at the userinfo endpoint', async () => {
    await admit();
    const claim = (name: string, more: object) =>
      client.post(`${servers}/${id}/claims`, { name, claimType: 'IDENTITY', status: 'ACTIVE', ...more });
    await claim('groups', {
      ...{
        valueType: 'GROUPS',
        group_filter_type: 'STARTS_WITH',
        value: 'Every',
        alwaysIncludeInToken: true,
      },
    });
    await claim('mail', { valueType: 'EXPRESSION', value: 'user.email', alwaysIncludeInToken: false });
    await claim('role', { claimType: 'RESOURCE', valueType: 'EXPRESSION', value: '"agent"' });
    const { id_token, access_token } = (await trade(app, answerOf(await open({}, base)).code, base)).body;
    expect(decodeJwt(id_token)).toMatchObject({ groups: ['Everyone'] });
    expect(decodeJwt(id_token)).not.toHaveProperty('mail');
    expect((await userinfo(access_token, base)).body).toEqual({
      ...{ sub: userId, groups: ['Everyone'], mail: 'walker@sandbox.example' },
    });
    expect(decodeJwt(access_token).role).toBe('agent');
  });

  it('sso-field 3 is not there if it is inactive or unknown', async () => {
    for (const path of ['authorize', 'keys', 'userinfo'])
      expect((await client.get(`/oauth2/none/v1/${path}`)).status).not.toBe(200);
    expect((await client.get('/oauth2/none/v1/authorize')).status).toBe(404);
    await client.post(`${servers}/${id}/lifecycle/deactivate`);
    expect((await open({}, base)).status).toBe(404);
    expect((await client.get(`/oauth2/${id}/.well-known/openid-configuration`)).status).toBe(404);
  });
});

describe('signing out', () => {
  let id_token: string;
  beforeEach(async () => {
    await assign(app, userId);
    await signedIn();
    id_token = (await trade(app, answerOf(await open()).code)).body.id_token;
  });
  const leave = (query: Record<string, string>) =>
    browser.open(`/oauth2/v1/logout?${new URLSearchParams(query)}`);

  it('ends the session and leads back with the state, also with an ID token that has expired', async () => {
    await client.control('POST', '/clock', { advanceMs: 3600_000 + 1000 });
    const { back } = await leave({ id_token_hint: id_token, post_logout_redirect_uri: bye, state: 's 1' });
    expect(back?.href).toBe(`${bye}?state=s+1`);
    expect(browser.sid).toBeUndefined();
    expect((await open()).text).toContain('<form');
    const [event] = await client.events('user.session.end');
    expect(event).toMatchObject({ actor: { id: userId } });
    expect(JSON.stringify(event)).not.toContain(id_token);
  });

  it('leads to the sign-in page without an address to go to', async () => {
    expect((await leave({ id_token_hint: id_token })).text).toContain('<form');
  });

  it('goes nowhere that is not registered, and stays signed in', async () => {
    const elsewhere = 'https://evil.example/';
    const page = await leave({ id_token_hint: id_token, post_logout_redirect_uri: elsewhere });
    expect([page.status, page.back]).toEqual([400, undefined]);
    expect(page.text).toContain(`must be a Logout redirect URI in the client app settings: ${elsewhere}`);
    expect(answerOf(await open()).code).toBeTruthy();
  });

  it('takes no ID token that the org has not issued, and none of another person', async () => {
    const [head, , signature] = id_token.split('.');
    const forged = [head, btoa(JSON.stringify({ ...decodeJwt(id_token), sub: '00uOther' })), signature].join(
      '.',
    );
    for (const hint of ['', 'x.y.z', forged])
      expect((await leave({ id_token_hint: hint, post_logout_redirect_uri: bye })).status).toBe(400);
    await newUser('other');
    await browser.signIn('other@sandbox.example', password);
    expect((await leave({ id_token_hint: id_token, post_logout_redirect_uri: bye })).back?.href).toBe(bye);
    expect((await browser.open('/login/login.htm')).text).toContain('other@sandbox.example');
  });
});
