import * as client from 'openid-client';
import { describe, expect, it } from 'vitest';
import { type Bench, useBench } from '../actions/support.ts';
import { Browser, type Page } from '../support/browser.ts';
import { SP } from '../support/sso.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const redirectUri = `${SP}/callback`;
const bye = `${SP}/bye`;
const password = 'Right-Pass-1';
const login = 'ana.ruiz@acme.test';

/** Creates a user, sets the app up, and configures openid-client with what the output says. */
async function application(more: Record<string, unknown> = {}, authentication = client.ClientSecretBasic) {
  const profile = { firstName: 'Ana', lastName: 'Ruiz', login, email: login };
  await bench.org.api('POST', '/api/v1/users', { profile, credentials: { password: { value: password } } });
  const done = await bench.client.run('set_up_oidc_sso', {
    ...{ label: 'CRM', application: 'openid-client', redirectUris: [redirectUri] },
    ...{ postLogoutRedirectUris: [bye], assignUsers: [login], ...more },
  });
  const config = await client.discovery(
    ...([new URL(done.issuer), String(done.clientId), {}, authentication(done.clientSecret)] as const),
    { execute: [client.allowInsecureRequests] },
  );
  const { configuration = '', clientSecret = '' } = done;
  const { appId = '', issuer, scopes } = done;
  return { config, scope: scopes.join(' '), appId, issuer, configuration, clientSecret };
}

type Application = Awaited<ReturnType<typeof application>>;

/** Signs in with the form of the page, as a person would. */
async function signIn({ config, scope }: Application, browser: Browser, query: Record<string, string> = {}) {
  const [state, nonce, verifier] = [
    client.randomState(),
    client.randomNonce(),
    client.randomPKCECodeVerifier(),
  ];
  const url = client.buildAuthorizationUrl(config, {
    ...{ redirect_uri: redirectUri, scope, state, nonce, code_challenge_method: 'S256' },
    ...{ code_challenge: await client.calculatePKCECodeChallenge(verifier), ...query },
  });
  const page = await browser.open(url.href);
  const { back } = page.text.includes('<form')
    ? await browser.submit(page, { username: login, password })
    : page;
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  return client.authorizationCodeGrant(config, back as URL, { ...checks, idTokenExpected: true });
}

describe('OD-3 openid-client, set up by the action', () => {
  it.each([
    ['by client_secret_basic', { authMethod: 'client_secret_basic' }, client.ClientSecretBasic],
    [
      'by client_secret_post, with PKCE',
      { authMethod: 'client_secret_post', pkceRequired: true },
      client.ClientSecretPost,
    ],
    ['at a custom authorization server', { issuer: 'default' }, client.ClientSecretBasic],
  ] as const)('signs in with the form %s, asks userinfo, and signs out', async (_, input, authentication) => {
    const made = await application(input, authentication);
    const browser = new Browser(bench.sandbox.orgUrl);
    const tokens = await signIn(made, browser);
    const claims = tokens.claims();
    const [user] = await bench.org.api(
      'GET',
      `/api/v1/users?search=${encodeURIComponent(`profile.login eq "${login}"`)}`,
    );
    expect(claims).toMatchObject({ iss: made.issuer, sub: user.id, amr: ['pwd'] });
    const about = await client.fetchUserInfo(made.config, tokens.access_token, String(claims?.sub));
    expect(about).toMatchObject({ sub: user.id, email: login, given_name: 'Ana', preferred_username: login });
    const leave = client.buildEndSessionUrl(made.config, {
      ...{ id_token_hint: String(tokens.id_token), post_logout_redirect_uri: bye, state: 'out' },
    });
    expect((await browser.open(leave.href)).back?.href).toBe(`${bye}?state=out`);
    expect(browser.sid).toBeUndefined();
  });

  it.each([
    ['client_secret_basic', false],
    ['client_secret_post', true],
  ] as const)(
    'runs the block of the output as it is: %s, PKCE required: %s',
    async (authMethod, pkceRequired) => {
      const { configuration, clientSecret } = await application({ authMethod, pkceRequired });
      const program = configuration.replace(/^import .*/, '').replace('{clientSecret}', clientSecret);
      const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
      const { url, signedIn } = await new AsyncFunction('client', `${program}; return { url, signedIn };`)(
        client,
      );
      const browser = new Browser(bench.sandbox.orgUrl);
      const { back } = await browser.submit(await browser.open(url.href), { username: login, password });
      expect((await signedIn(back)).claims()).toMatchObject({ iss: bench.sandbox.orgUrl, amr: ['pwd'] });
    },
  );

  it('sso-field 5 asks for the password again, and checks when it was given', async () => {
    const made = await application();
    const browser = new Browser(bench.sandbox.orgUrl);
    await browser.signIn(login, password);
    const tokens = await signIn(made, browser, { prompt: 'login', max_age: '5' });
    expect(tokens.claims()?.auth_time).toBeGreaterThan(0);
  });

  it('sso-field 13 is refused with the other way to authenticate', async () => {
    const made = await application({ authMethod: 'client_secret_post' }, client.ClientSecretBasic);
    await expect(signIn(made, new Browser(bench.sandbox.orgUrl))).rejects.toMatchObject({
      error: 'invalid_client',
    });
  });

  it('sso-field 4 is told that somebody is not assigned', async () => {
    const made = await application({ assignUsers: [] });
    await expect(signIn(made, new Browser(bench.sandbox.orgUrl))).rejects.toMatchObject({
      ...{ error: 'access_denied', error_description: 'User is not assigned to the client application.' },
    });
  });

  it('sso-field 8 gets the groups that the action asks for', async () => {
    const groups = { filterType: 'STARTS_WITH', filterValue: 'Sales' } as const;
    const sales = await bench.org.group('Sales EU');
    const made = await application({ groups });
    const [user] = await bench.org.api(
      'GET',
      `/api/v1/users?search=${encodeURIComponent(`profile.login eq "${login}"`)}`,
    );
    await bench.org.api('PUT', `/api/v1/groups/${sales.id}/users/${user.id}`);
    const tokens = await signIn(made, new Browser(bench.sandbox.orgUrl));
    expect(tokens.claims()?.groups).toEqual([sales.name]);
  });

  it('HALO-18 signs in with the code and an ID token at once', async () => {
    const made = await application({ implicit: true });
    client.useCodeIdTokenResponseType(made.config);
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(made.config, {
      ...{ redirect_uri: redirectUri, scope: made.scope, state, nonce },
    });
    const browser = new Browser(bench.sandbox.orgUrl);
    const page: Page = await browser.open(url.href);
    const { back } = await browser.submit(page, { username: login, password });
    const tokens = await client.authorizationCodeGrant(made.config, back as URL, {
      ...{ expectedState: state, expectedNonce: nonce },
    });
    expect(tokens.claims()?.iss).toBe(made.issuer);
  });
});
