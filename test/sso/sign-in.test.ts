import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../src/connect.ts';
import type { Actions } from '../../src/connector.ts';
import { systemClock } from '../../src/http/clock.ts';
import { oidcProvider, type Tampering } from '../support/oidc-provider.ts';
import { httpServer, json, rejection } from '../support/server.ts';

const redirectUri = 'https://app.acme.test/sso/openid';
const auth = { type: 'api_token', token: 'not-a-real-token' } as const;

/** A client of an org on this machine, which is not asked. */
function clientOf(options: Parameters<typeof connect>[1] = {}, orgUrl = 'http://127.0.0.1:1') {
  const client = connect({ orgUrl, auth }, { maxRetries: 0, ...options });
  onTestFinished(() => client.close());
  return client;
}

type Client = ReturnType<typeof clientOf>;
type Complete = Actions['complete_sign_in']['input'];

let provider: Awaited<ReturnType<typeof oidcProvider>>;
let client: Client;
beforeEach(async () => {
  provider = await oidcProvider();
  client = clientOf();
});
afterEach(() => vi.useRealTimers());

const begin = (more: object = {}, by = client) =>
  by.run('begin_sign_in', { issuer: provider.issuer, clientId: 'app', redirectUri, ...more });

/** Signs in, and changes what the person brings back or the application gives. */
async function complete(more: Partial<Complete> = {}, beginning: object = {}, by = client) {
  const { url, signIn } = await begin(beginning, by);
  const input = {
    signIn,
    callbackUrl: provider.signIn(url),
    clientSecret: provider.secret,
    provisioning: true,
  };
  return by.run('complete_sign_in', { ...input, ...more });
}

const refused = async (
  wrong: Tampering,
  more: Partial<Complete> = {},
  beginning: object = {},
  by = client,
) => {
  Object.assign(provider.wrong, wrong);
  const error = await rejection(complete(more, beginning, by));
  expect(error).toMatchObject({ name: 'OktaError', code: 'sign_in_refused', retryable: false });
  expect(JSON.stringify(error)).not.toContain(provider.secret);
  return error;
};
const asked = (path: string) => provider.requests.filter(({ url }) => url === path).length;

describe('begin_sign_in', () => {
  it('OD-17 takes any provider, and asks for what was chosen', async () => {
    const given = { prompt: 'login', loginHint: 'ana@acme.test', maxAgeSeconds: 60, nonce: 'n'.repeat(16) };
    const { url, state, nonce, signIn, ...rest } = await begin({ ...given, scopes: ['email', 'groups'] });
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe(`${provider.issuer}/authorize`);
    expect(Object.fromEntries(searchParams)).toEqual({
      ...{ tenant: '1', client_id: 'app', response_type: 'code', redirect_uri: redirectUri },
      ...{ scope: 'openid email', state, nonce, prompt: 'login', login_hint: 'ana@acme.test', max_age: '60' },
      ...{ code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: 'S256' },
    });
    expect(rest).toMatchObject({ issuer: provider.issuer, scopes: ['openid', 'email'] });
    expect(nonce).toBe(given.nonce);
    expect(signIn).toContain(state);
  });

  it('sso-field 7 asks only for scopes that the server names, and says which are missing', async () => {
    const { scopes, warnings } = await begin({ scopes: ['openid', 'groups', 'halo.read'] });
    expect(scopes).toEqual(['openid']);
    expect(warnings).toEqual([
      `${provider.issuer} does not offer the scope groups: it was left out.`,
      `${provider.issuer} does not offer the scope halo.read: it was left out.`,
    ]);
  });

  it('sso-field 9 makes a state that is new each time and that Okta takes', async () => {
    const states = new Set<string>();
    for (let n = 0; n < 20; n += 1) states.add((await begin()).state);
    expect(states.size).toBe(20);
    for (const state of states) expect(state).toMatch(/^[\w-]{43}$/);
  });

  it('leaves PKCE out where that is asked for', async () => {
    const { url } = await begin({ pkce: false });
    expect(new URL(url).searchParams.has('code_challenge')).toBe(false);
    expect(await complete({}, { pkce: false })).toMatchObject({ decision: 'create' });
  });

  it.each([
    [{ redirectUri: 'https://app.acme.test/#x' }, 'redirectUri has URIs'],
    [{ redirectUri: 'app.acme.test' }, 'redirectUri has URIs'],
    [{ scopes: ['openid email'] }, 'A scope has characters'],
    [{ clientId: '' }, 'input of begin_sign_in'],
    [{ issuer: 'acme' }, 'not the URL of one'],
    [{ issuer: 'https://acme.okta.com/?x=1' }, 'not the URL of one'],
    [{ issuer: 'http://id.acme.test' }, 'starts with http:'],
    [{ issuer: 'https://10.1.2.3' }, 'private address'],
    [{ issuer: 'https://169.254.169.254/latest' }, 'private address'],
  ])('refuses %j before anything is sent', async (more, message) => {
    expect(await rejection(begin(more))).toMatchObject({
      ...{ code: 'invalid_input', message: expect.stringContaining(message) },
    });
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'http://id.acme.test/authorize', '/authorize', ''])(
    'sends nobody to %j, whatever the metadata say',
    async (authorization_endpoint) => {
      provider.wrong.metadata = (right) => ({ ...right, authorization_endpoint });
      expect(await rejection(begin())).toMatchObject({ code: 'sign_in_refused' });
    },
  );

  it('asks no provider on this machine for an org that is elsewhere', async () => {
    const elsewhere = clientOf({}, 'https://acme.okta.com');
    expect(await rejection(begin({}, elsewhere))).toMatchObject({ code: 'sign_in_refused' });
    expect(provider.requests).toEqual([]);
  });

  it('HALO-20 says that the Admin Console signs nobody in, and what to use', async () => {
    expect(await rejection(begin({ issuer: 'https://acme-admin.okta.com/oauth2/default' }))).toMatchObject({
      ...{ code: 'invalid_input', hint: 'Use https://acme.okta.com/oauth2/default.' },
    });
    // The end of a name of one's own is no Admin Console.
    expect(await rejection(begin({ issuer: 'https://acme-admin.okta.com.invalid' }))).toMatchObject({
      code: 'target_unavailable',
    });
  });

  it('HALO-20 says what is there instead of an issuer', async () => {
    expect(await rejection(begin({ issuer: `${provider.issuer}/portal` }))).toMatchObject({
      ...{ code: 'not_found', status: 404, hint: expect.stringContaining('No Okta org is there either') },
    });
    const org = await httpServer((request, response) =>
      request.url === '/.well-known/okta-organization'
        ? json(response, 200, { id: '00o1', _links: { organization: { href: 'https://acme.okta.com' } } })
        : json(response, 404, {}),
    );
    expect(await rejection(begin({ issuer: org.origin }))).toMatchObject({
      hint: 'An Okta org is there: use https://acme.okta.com.',
    });
    expect(await rejection(begin({ issuer: `${org.origin}/oauth2/default` }))).toMatchObject({
      message: expect.stringContaining('has no authorization server default'),
      hint: expect.stringContaining('Without API Access Management'),
    });
  });

  it('sso-field 1 compares the issuer exactly, and says which setting to change', async () => {
    provider.wrong.metadata = (right) => ({ ...right, issuer: 'https://acme.okta.com' });
    expect(await rejection(begin())).toMatchObject({
      message: `The issuer is https://acme.okta.com, not ${provider.issuer}`,
      hint: expect.stringMatching(/^Give https:\/\/acme\.okta\.com, or set the issuer .*dynamic/),
    });
  });

  it('sso-field 10 keeps a slash at the end of an issuer, but not in URLs', async () => {
    expect(await rejection(begin({ issuer: `${provider.issuer}/` }))).toMatchObject({
      hint: expect.stringContaining('character by character'),
    });
    provider = await oidcProvider({ path: '/tenant/' });
    expect(await complete()).toMatchObject({ identity: { issuer: provider.issuer } });
    expect(provider.issuer).toMatch(/\/tenant\/$/);
    expect(asked('/tenant/.well-known/openid-configuration')).toBe(1);
  });

  it('follows no redirect', async () => {
    const server = await httpServer((_, response) =>
      response.writeHead(302, { location: `${provider.issuer}/.well-known/openid-configuration` }).end(),
    );
    expect(await rejection(begin({ issuer: server.origin }))).toMatchObject({ code: 'redirect_refused' });
    expect(provider.requests).toEqual([]);
  });
});

describe('complete_sign_in', () => {
  it('OD-17 says who signed in at a provider that is not Okta, and what to do', async () => {
    const { idTokenClaims, ...output } = await complete();
    expect(output).toMatchObject({
      identity: {
        ...{ issuer: provider.issuer, subject: 'ana', email: 'ana@acme.test', emailVerified: true },
        claims: { name: 'Ana Ruiz', groups: ['Agents'] },
      },
      ...{ profile: { email: 'ana@acme.test', displayName: 'Ana Ruiz' }, decision: 'create', warnings: [] },
    });
    expect(idTokenClaims).toMatchObject({ sub: 'ana', aud: 'app' });
    expect(output).not.toHaveProperty('accessToken');
    expect(output).not.toHaveProperty('idToken');
    const headers = provider.requests.map((one) => one.headers);
    expect(JSON.stringify(headers)).not.toContain('not-a-real-token');
  });

  it('returns the tokens only if asked to', async () => {
    expect(await complete({ returnTokens: true })).toMatchObject({
      ...{ accessToken: expect.stringMatching(/^[\w-]{36}$/), idToken: expect.stringMatching(/^eyJ/) },
    });
  });

  it('OD-7 names the user and the customer who share an e-mail address', async () => {
    const records = [
      { id: '1', kind: 'user' as const, email: 'ana@acme.test' },
      { id: '2', kind: 'customer' as const, email: 'Ana@acme.test' },
    ];
    expect(await complete({ records })).toMatchObject({ decision: 'conflict', records });
  });

  it('OD-13 makes no account unless provisioning is on', async () => {
    expect(await complete({ provisioning: false })).toMatchObject({ decision: 'deny' });
  });

  it('takes the query and the posted body as well as the URL', async () => {
    for (const part of [(url: URL) => url.search, (url: URL) => url.search.slice(1)]) {
      const { url, signIn } = await begin();
      const callbackUrl = part(new URL(provider.signIn(url)));
      const input = { signIn, callbackUrl, clientSecret: provider.secret, provisioning: true };
      expect(await client.run('complete_sign_in', input)).toMatchObject({ decision: 'create' });
    }
  });

  it('refuses another state, and spends nothing', async () => {
    const { signIn, url } = await begin();
    const right = provider.signIn(url);
    const input = { signIn, clientSecret: provider.secret, provisioning: true };
    for (const callbackUrl of [right.replace(/state=\w/, 'state=_'), right.replace(/&?state=[^&]*/, '')]) {
      const error = await rejection(client.run('complete_sign_in', { ...input, callbackUrl }));
      expect(error).toMatchObject({
        code: 'sign_in_refused',
        message: expect.stringContaining('state differs'),
      });
    }
    expect(asked('/token')).toBe(0);
    expect(await client.run('complete_sign_in', { ...input, callbackUrl: right })).toMatchObject({
      decision: 'create',
    });
  });

  it('refuses the second use of a sign-in, with another code too', async () => {
    const { signIn, url } = await begin();
    const input = () => ({ signIn, callbackUrl: provider.signIn(url), clientSecret: provider.secret });
    await client.run('complete_sign_in', input());
    const error = await rejection(client.run('complete_sign_in', input()));
    expect(error).toMatchObject({ message: 'The sign-in has been completed already' });
    expect(asked('/token')).toBe(1);
  });

  it('is foretold by a dry run, which spends nothing', async () => {
    const { url, signIn } = await begin();
    const row = { signIn, callbackUrl: provider.signIn(url), clientSecret: provider.secret };
    const [foretold] = await Array.fromAsync(client.bulk('complete_sign_in', [row], { dryRun: true }));
    expect(foretold).toMatchObject({ status: 'ok', would: { method: 'POST', path: '/token' } });
    expect(asked('/token')).toBe(0);
    expect(await client.run('complete_sign_in', row)).toMatchObject({ decision: 'deny' });
  });

  it('refuses a code that was used, in another process too', async () => {
    const { signIn, url } = await begin();
    const input = { signIn, callbackUrl: provider.signIn(url), clientSecret: provider.secret };
    await client.run('complete_sign_in', input);
    const error = await rejection(clientOf().run('complete_sign_in', input));
    expect(error).toMatchObject({
      ...{ code: 'sign_in_refused', oktaCode: 'invalid_grant', status: 400 },
      message: expect.stringContaining('The code has been used or has expired'),
    });
    // The provider repeats the code in its text.
    expect(error.message).toContain('code [redacted] is not valid');
  });

  it('refuses the code of another sign-in: PKCE', async () => {
    const [mine, other] = [await begin(), await begin()];
    const code = new URL(provider.signIn(other.url)).searchParams.get('code');
    const callbackUrl = `${redirectUri}?code=${code}&state=${mine.state}`;
    const input = { signIn: mine.signIn, callbackUrl, clientSecret: provider.secret };
    expect(await rejection(client.run('complete_sign_in', input))).toMatchObject({
      oktaCode: 'invalid_grant',
    });
  });

  it('refuses a sign-in that has expired, and one that is none', async () => {
    let ahead = 0;
    const later = clientOf({ clock: { ...systemClock, now: () => Date.now() + ahead } });
    const { signIn, url } = await begin({}, later);
    const input = { signIn, callbackUrl: provider.signIn(url), clientSecret: provider.secret };
    ahead = 30 * 60_000;
    expect(await rejection(later.run('complete_sign_in', input))).toMatchObject({
      ...{ code: 'sign_in_refused', message: expect.stringContaining('has expired') },
    });
    for (const nothing of ['x', '{"state":1}']) {
      expect(await rejection(client.run('complete_sign_in', { ...input, signIn: nothing }))).toMatchObject({
        code: 'invalid_input',
      });
    }
    expect(asked('/token')).toBe(0);
  });

  it('finds mistakes in the input before the code is spent', async () => {
    for (const more of [
      { mapping: { fields: { a: 'nothing' } } },
      { clientSecret: undefined },
      { authMethod: 'none' as const },
      { authMethod: 'private_key_jwt' as const },
      { privateKey: 'x' },
      { authMethod: 'private_key_jwt' as const, clientSecret: undefined, privateKey: 'x' },
      { callbackUrl: redirectUri },
    ]) {
      const error = await rejection<Error & { code: string }>(complete(more));
      expect(['invalid_input', 'invalid_connection'], error.message).toContain(error.code);
    }
    expect(asked('/token')).toBe(0);
  });

  it.each([
    ['nonce', { nonce: 'another' }, 'belongs to another sign-in'],
    ['nonce', { nonce: undefined }, 'Begin the sign-in again'],
    ['iss', { iss: 'https://evil.test' }, 'another issuer'],
    ['iss', { iss: undefined }, ''],
    ['aud', { aud: 'other' }, 'clientId'],
    ['aud', { aud: ['other', 'app2'] }, 'clientId'],
    ['azp', { aud: ['app', 'other'], azp: 'other' }, 'another client'],
    ['aud', { aud: ['app', 'other'] }, 'clientId'],
    ['at_hash', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, ''],
    ['sub', { sub: undefined }, ''],
    ['exp', { exp: undefined }, ''],
    ['iat', { iat: undefined }, ''],
    ['auth_time', { auth_time: 'yesterday' }, ''],
  ])('refuses an ID token whose %s is wrong: %j', async (claim, changes, hint) => {
    const error = await refused({ claims: (right) => ({ ...right, ...changes }) });
    expect(JSON.stringify(error)).toContain(claim);
    expect(error).toMatchObject({ hint: expect.stringContaining(hint) });
  });

  it.each([
    [
      'alg none',
      {
        idToken: (right: string) =>
          [btoa('{"alg":"none"}').replaceAll('=', ''), right.split('.')[1], ''].join('.'),
      },
    ],
    ['HS256 with the secret', { header: { alg: 'HS256' } }],
    ['a changed claim', { idToken: (right: string) => right.replace(/\.(.{10})./, '.$1A') }],
    [
      'another signature',
      { idToken: (right: string) => right.replace(/\.[^.]{20}([^.]*)$/, '.AAAAAAAAAAAAAAAAAAAA$1') },
    ],
    ['no ID token', { idToken: () => undefined }],
    ['crit', { header: { crit: ['b64'], b64: true } }],
  ])('refuses %s', async (_, wrong) => {
    await refused(wrong as Tampering);
  });

  it('refuses a key that only looks like that of the issuer', async () => {
    await provider.rotate({ publish: false });
    await refused({ header: { kid: 'k1' } });
  });

  it('sso-field 18 reads the keys again once for a key that it does not know, and not twice within a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await complete();
    expect(asked('/keys')).toBe(1);
    vi.setSystemTime(Date.now() + 61_000);
    await provider.rotate({ publish: true });
    expect(await complete()).toMatchObject({ decision: 'create' });
    expect(asked('/keys')).toBe(2);
    await provider.rotate({ publish: false });
    const error = await refused({});
    expect(error.message).toContain('a key that the issuer does not publish');
    expect(asked('/keys')).toBe(2);
  });

  it('sso-field 16 has one tolerance for all times, and reports the measured difference', async () => {
    for (const aheadSeconds of [110, -400]) {
      Object.assign(provider.wrong, { aheadSeconds });
      expect(await complete()).toMatchObject({ decision: 'create' });
    }
    expect(await refused({ aheadSeconds: 130 })).toMatchObject({
      ...{
        message: expect.stringContaining('not yet valid'),
        hint: expect.stringMatching(/^It is 1(29|30|31) s behind/),
      },
    });
    expect(await refused({ aheadSeconds: -430 })).toMatchObject({
      ...{ message: expect.stringContaining('no longer valid') },
      hint: expect.stringMatching(/^It is 4(29|30|31) s ahead of that of the issuer\. Set the clock/),
    });
    expect(await refused({ aheadSeconds: 70 }, { allowedSkewSeconds: 60 })).toMatchObject({
      message: expect.stringContaining('not yet valid'),
    });
    Object.assign(provider.wrong, { aheadSeconds: 130 });
    expect(await complete({ allowedSkewSeconds: 150 })).toMatchObject({ decision: 'create' });
    const nbf = (right: Record<string, unknown>) => ({ ...right, nbf: Number(right.iat) + 200 });
    expect(await refused({ aheadSeconds: 0, claims: nbf })).toMatchObject({
      ...{ message: expect.stringContaining('not yet'), hint: expect.stringContaining('It agrees with') },
    });
  });

  it('checks how long ago the person signed in, where that was asked for', async () => {
    const signedIn = (ago: number) => (right: Record<string, unknown>) => ({
      ...right,
      auth_time: Number(right.iat) - ago,
    });
    provider.wrong.claims = signedIn(100);
    expect(await complete({}, { maxAgeSeconds: 60 })).toMatchObject({ decision: 'create' });
    expect(await refused({ claims: signedIn(200) }, {}, { maxAgeSeconds: 60 })).toMatchObject({
      ...{
        message: 'The person did not sign in recently enough',
        hint: expect.stringContaining('prompt=login'),
      },
    });
    await refused({ claims: (right) => right }, {}, { maxAgeSeconds: 60 });
    provider.wrong.claims = signedIn(100_000);
    expect(await complete()).toMatchObject({ decision: 'create' });
  });

  it('sso-field 6 asks userinfo when a claim is missing that is wanted, and only then', async () => {
    Object.assign(provider.claims, { name: 'Ana Ruiz' });
    await complete();
    expect(asked('/userinfo')).toBe(0);
    const mapping = { preset: false, fields: { fullName: 'profile.displayName' } };
    await complete({ mapping });
    expect(asked('/userinfo')).toBe(0);
    const more = { ...mapping, rules: [{ group: 'Agents', assign: { role: 'Agent' } }] };
    expect(await complete({ mapping: more })).toMatchObject({
      ...{ profile: { fullName: 'Ana Ruiz' }, assignments: [{ type: 'role', value: 'Agent' }] },
    });
    expect(asked('/userinfo')).toBe(1);
  });

  it('refuses userinfo of another person, and takes no address from one source and its verification from another', async () => {
    provider.wrong.userinfo = { sub: 'ana', email: 'ana@acme.test', email_verified: true };
    provider.wrong.claims = ({ email_verified: _, ...right }) => right;
    expect(await complete()).toMatchObject({ identity: { emailVerified: true } });
    provider.wrong.userinfo = { sub: 'ana', email: 'eve@evil.test', email_verified: true };
    const mixed = await complete({ records: [{ id: '1', kind: 'user', email: 'ana@acme.test' }] });
    expect(mixed).toMatchObject({ identity: { email: 'ana@acme.test' }, decision: 'deny' });
    expect(mixed.identity).not.toHaveProperty('emailVerified');
    expect(await refused({ userinfo: { sub: 'eve', email_verified: true } })).toMatchObject({
      message: 'The userinfo are those of another person than the ID token',
    });
  });

  it('sso-field 8 warns of groups that may be cut', async () => {
    const groups = Array.from({ length: 100 }, (_, n) => `Team ${n}`);
    provider.wrong.claims = (right) => ({ ...right, name: 'Ana', groups });
    expect(await complete()).toMatchObject({
      ...{ groupsAreComplete: false, warnings: [expect.stringContaining('take no role away')] },
    });
  });

  it.each([
    [
      'sso-field 5 ',
      'access_denied',
      'User is not assigned to the client application.',
      'not assigned',
      'prompt=login',
    ],
    [
      'sso-field 4 ',
      'access_denied',
      'Policy evaluation failed for this request, please check the policy configurations.',
      'No access policy',
      'Assigning people does not help',
    ],
    [
      'sso-field 7 ',
      'invalid_scope',
      'One or more scopes are not configured for the authorization server resource.',
      'scopes',
      'its metadata name',
    ],
    [
      'sso-field 7 ',
      'invalid_scope',
      'Custom scopes are not allowed for this request.',
      'scopes',
      'its metadata name',
    ],
    [
      'sso-field 25 ',
      'server_error',
      "The '{0}' system claim could not be evaluated.",
      'An expression of a claim fails for this person',
      'attributes',
    ],
    [
      '',
      'login_required',
      'The client specified not to prompt, but the user is not logged in.',
      'prompt=none',
      'without prompt',
    ],
    ['', 'invalid_request', 'PKCE code challenge is required by the application.', 'wants PKCE', 'pkce=true'],
    ['', 'access_denied', '', 'not let in', 'System Log'],
    ['', 'brand_new', 'Something\nelse', 'Something else', 'System Log'],
  ])('%snames cause and fix of %s: %s', async (_, error, description, cause, fix) => {
    const { state, signIn } = await begin();
    const query = new URLSearchParams({
      state,
      error,
      ...(description ? { error_description: description } : {}),
    });
    const input = { signIn, callbackUrl: `${redirectUri}?${query}`, clientSecret: provider.secret };
    expect(await rejection(client.run('complete_sign_in', input))).toMatchObject({
      ...{ code: 'sign_in_refused', oktaCode: error, message: expect.stringContaining(cause) },
      actor: expect.stringMatching(/^(caller|admin|okta)$/),
      hint: expect.stringContaining(fix),
    });
  });

  it('sso-field 12 says that a tile of Okta begins a sign-in', async () => {
    const { signIn } = await begin();
    const callbackUrl = `${redirectUri}?iss=https%3A%2F%2Fevil.test`;
    const input = { signIn, callbackUrl, clientSecret: provider.secret };
    expect(await rejection(client.run('complete_sign_in', input))).toMatchObject({
      ...{
        message: expect.stringContaining('came from a tile'),
        hint: expect.stringContaining('begin_sign_in'),
      },
    });
    expect(asked('/token')).toBe(0);
  });

  it('refuses the answer of another issuer', async () => {
    const { signIn, url } = await begin();
    const callbackUrl = `${provider.signIn(url)}&iss=https%3A%2F%2Fevil.test`;
    const input = { signIn, callbackUrl, clientSecret: provider.secret };
    expect(await rejection(client.run('complete_sign_in', input))).toMatchObject({ code: 'sign_in_refused' });
    expect(asked('/token')).toBe(0);
  });

  it('sso-field 13 says that the method of the app decides how the secret is sent', async () => {
    expect(await refused({}, { authMethod: 'client_secret_post' })).toMatchObject({
      ...{ oktaCode: 'invalid_client', actor: 'admin' },
      hint: expect.stringContaining('token_endpoint_auth_method'),
    });
    expect(await refused({}, { clientSecret: 'wrong' })).toMatchObject({ oktaCode: 'invalid_client' });
  });

  it('sso-field 23 lets nobody in whose account is inactive', async () => {
    const record = { id: '1', kind: 'user' as const, issuer: provider.issuer, subject: 'ana', active: false };
    expect(await complete({ records: [record] })).toMatchObject({ decision: 'deny', record });
  });

  it('does not know what became of the code when the answer is lost', async () => {
    provider.wrong.token = (response) => response.destroy();
    expect(await rejection(complete())).toMatchObject({ code: 'outcome_unknown', retryable: false });
    expect(asked('/token')).toBe(1);
  });

  it('tells the status of an answer that is none', async () => {
    const error = await refused({
      token: (response) => response.writeHead(502).end('<html>bad gateway</html>'),
    });
    expect(error).toMatchObject({ status: 502, message: expect.stringContaining('(502)') });
  });

  it('ends when the caller gives up', async () => {
    provider.wrong.token = () => {};
    const { url, signIn } = await begin();
    const input = { signIn, callbackUrl: provider.signIn(url), clientSecret: provider.secret };
    const signal = AbortSignal.timeout(50);
    await expect(client.run('complete_sign_in', input, { signal })).rejects.toHaveProperty(
      'name',
      'TimeoutError',
    );
  });
});
