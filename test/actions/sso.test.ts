import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/connect.ts';
import type { OktaError } from '../../src/errors/errors.ts';
import { Browser } from '../support/browser.ts';
import { SP, spMetadata, stepsOf } from '../support/sso.ts';
import { type Bench, useBench } from './support.ts';

let bench: Bench;
useBench(
  (made) => {
    bench = made;
  },
  { maxRetries: 2 },
);

const redirectUris = [`${SP}/sso/openid`];
const oidc = { label: 'OneDesk', redirectUris, postLogoutRedirectUris: [`${SP}/bye`] };
const saml = { label: 'CRM', entityId: `${SP}/saml`, acsUrl: `${SP}/acs` };
const labels = async () =>
  (await bench.org.api('GET', '/api/v1/apps?limit=200')).map((app: { label: string }) => app.label);
const fault = (method: string, path: string, kind: object, more: object = {}) =>
  bench.org.control('POST', '/faults', { method, path, fault: kind, ...more });
const FORBIDDEN = { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } };
const failure = (run: Promise<unknown>): Promise<OktaError> =>
  run.then(
    () => expect.fail('must fail'),
    (error) => error,
  );
const server = (name: string) =>
  bench.org.api('POST', '/api/v1/authorizationServers', { name, description: name, audiences: ['api://x'] });

/** A browser in which the administrator is signed in, who has the app. */
async function administratorsBrowser(appId: string): Promise<Browser> {
  const { orgUrl, admin } = bench.sandbox;
  await bench.org.api('POST', `/api/v1/apps/${appId}/users`, { id: admin.id });
  const browser = new Browser(orgUrl);
  await browser.signIn(admin.login);
  return browser;
}

/** Whether a client may use a secret: the code is refused either way, but not for the same reason. */
async function isValid(clientId: string, secret: string): Promise<boolean> {
  const answer = await fetch(`${bench.sandbox.orgUrl}/oauth2/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: String(redirectUris[0]),
    }),
  });
  return ((await answer.json()) as { error: string }).error !== 'invalid_client';
}

describe('set_up_oidc_sso', () => {
  it('OD-2 run again changes nothing and tells no secret; the secret of the first run works', async () => {
    const group = await bench.org.group('Sales');
    const groups = { filterValue: 'Sales', filterType: 'EQUALS' as const };
    const input = { ...oidc, assignGroups: [group.id], groups };
    const first = await bench.client.run('set_up_oidc_sso', input);
    expect(await isValid(String(first.clientId), String(first.clientSecret))).toBe(true);
    const again = await bench.client.run('set_up_oidc_sso', input);
    expect(again).toMatchObject({ appId: first.appId, changed: false, configuration: first.configuration });
    expect(again.steps.map(({ status }) => status)).toEqual(Array(5).fill('unchanged'));
    expect(again).not.toHaveProperty('clientSecret');
    expect(JSON.stringify(again)).not.toContain(first.clientSecret);
  });

  it('keeps the sign-out URIs if none are given, and takes them away if the list is empty', async () => {
    const { postLogoutRedirectUris, ...rest } = { ...oidc, application: 'apache' as const };
    await bench.client.run('set_up_oidc_sso', { ...rest, postLogoutRedirectUris });
    const kept = await bench.client.run('set_up_oidc_sso', rest);
    expect(kept).toMatchObject({ changed: false, warnings: [] });
    expect(kept.configuration).toContain('?logout=');
    const none = { ...rest, postLogoutRedirectUris: [] };
    const { steps, warnings, appId } = await bench.client.run('set_up_oidc_sso', none);
    expect(stepsOf({ steps }).create_or_update_app?.changes).toMatchObject([
      { change: 'update_app', name: 'settings.oauthClient.post_logout_redirect_uris' },
    ]);
    expect(warnings).toEqual([expect.stringContaining('No sign-out URI')]);
    const { settings } = await bench.org.api('GET', `/api/v1/apps/${appId}`);
    expect(settings.oauthClient.post_logout_redirect_uris ?? []).toEqual([]);
    expect(await bench.client.run('set_up_oidc_sso', none)).toMatchObject({ changed: false });
  });

  it('takes the app back when a later step fails, and says so', async () => {
    const group = await bench.org.group('Sales');
    const before = await labels();
    await fault('PUT', '/groups/', FORBIDDEN);
    const error = await failure(bench.client.run('set_up_oidc_sso', { ...oidc, assignGroups: [group.id] }));
    expect(error.message).toMatch(/Done so far: create_or_update_app; .*taken back: the app 0oa\w+$/);
    expect(error.code).toBe('permission_denied');
    expect(await labels()).toEqual(before);
    expect(await bench.client.run('set_up_oidc_sso', { ...oidc, assignGroups: [group.id] })).toMatchObject({
      changed: true,
    });
  });

  it('takes back what it made on a custom authorization server', async () => {
    const { id } = await server('Portal');
    const user = await bench.org.user('ana');
    const claims = `/api/v1/authorizationServers/${id}/claims`;
    const before = await bench.org.api('GET', claims);
    await fault('POST', '/apps/.*/users', FORBIDDEN);
    const input = { ...oidc, issuer: 'Portal', groups: {}, assignUsers: [user.login] };
    const error = await failure(bench.client.run('set_up_oidc_sso', input));
    expect(error.message).toMatch(/taken back: the claim ocl\w+, the policy 00p\w+, the app 0oa\w+$/);
    expect(await bench.org.api('GET', claims)).toEqual(before);
    expect(await bench.org.api('GET', `/api/v1/authorizationServers/${id}/policies`)).toEqual([]);
  });

  it('takes back what it made when it is stopped, also while the app is being made', async () => {
    const group = await bench.org.group('Sales');
    const before = await labels();
    for (const [method, path] of [
      ['POST', '/api/v1/apps$'],
      ['PUT', '/groups/'],
    ] as const) {
      const stop = new AbortController();
      await fault(method, path, { kind: 'delay', ms: 300 });
      const input = { ...oidc, assignGroups: [group.id] };
      const run = failure(bench.client.run('set_up_oidc_sso', input, { signal: stop.signal }));
      // It is gone once the request has arrived.
      while ((await bench.org.control('GET', '/faults')).length > 0) await setTimeout(10);
      stop.abort(new Error('stopped'));
      expect((await run).message).toBe('stopped');
      expect(await labels()).toEqual(before);
    }
  });

  it.each(['reset_after', 'partial', 'empty', 'truncate'])(
    'loses no app and no secret when the answer to the creation is lost (%s)',
    async (kind) => {
      const { orgUrl, apiToken: token } = bench.sandbox;
      const hasty = connect({ orgUrl, auth: { type: 'api_token', token } }, { maxRetries: 0 });
      onTestFinished(() => hasty.close());
      await fault('POST', '/api/v1/apps$', { kind });
      const { clientId, clientSecret } = await hasty.run('set_up_oidc_sso', oidc);
      expect(await isValid(String(clientId), String(clientSecret))).toBe(true);
    },
  );

  it('says what is left when it cannot be taken back', async () => {
    const group = await bench.org.group('Sales');
    await fault('PUT', '/groups/', FORBIDDEN);
    await fault('DELETE', '/apps/', FORBIDDEN);
    const error = await failure(bench.client.run('set_up_oidc_sso', { ...oidc, assignGroups: [group.id] }));
    expect(error.message).toMatch(/; not taken back: the app 0oa\w+$/);
    expect(error.hint).toMatch(/Delete the app 0oa\w+ \(tear_down_sso\)\. Then run the action again\.$/);
    expect(await bench.client.run('tear_down_sso', { appId: oidc.label })).toMatchObject({ changed: true });
  });

  it('finds the app, and its secret, when the answer to its creation was lost', async () => {
    await fault('POST', '/api/v1/apps', { kind: 'reset_after' });
    const found = await bench.client.run('set_up_oidc_sso', oidc);
    expect(found.changed).toBe(true);
    expect(await isValid(String(found.clientId), String(found.clientSecret))).toBe(true);
    expect((await labels()).filter((label: string) => label === oidc.label)).toHaveLength(1);
  });

  it('leaves an app alone that was not set up by it, whatever its sign-on mode', async () => {
    const { appId } = await bench.client.run('set_up_saml_sso', { ...saml, label: oidc.label });
    const error = await failure(bench.client.run('set_up_oidc_sso', { ...oidc, takeOver: true }));
    expect(error).toMatchObject({ code: 'already_exists', message: expect.stringContaining(String(appId)) });
    const { id } = await bench.client.run('create_app', {
      ...{ name: 'bookmark', label: 'Wiki', signOnMode: 'BOOKMARK', settings: { app: { url: SP } } },
    });
    await expect(bench.client.run('set_up_saml_sso', { ...saml, label: 'Wiki' })).rejects.toMatchObject({
      message: `The app ${id} has this label, and its sign-on mode is BOOKMARK`,
    });
  });

  it('sso-field 10 refuses redirect URIs that cannot work before anything is sent, and changes none', async () => {
    const wrong = [
      ' https://a.test/',
      'https://a.test/\nOIDCClientID x',
      'https://*.a.test/',
      'http://a.test/',
      'https://a.test/#x',
      'a.test',
      'https://u:secret-value@a.test/',
      'JavaScript:alert(1)',
      'data:text/html,x',
      'file:///tmp/x',
      'https:/a.test/',
      'https:///a.test/',
      'https://a.test\\@b.test/',
    ];
    const error = await failure(bench.client.run('set_up_oidc_sso', { ...oidc, redirectUris: wrong }));
    expect(error).toMatchObject({
      code: 'invalid_input',
      causes: wrong.map((_, at) => expect.stringContaining(`redirectUris.${at}: `)),
    });
    expect(JSON.stringify(error)).not.toContain('secret-value');
    const exact = [`${SP}/a/`, `${SP}/A`, 'http://localhost:1880/auth', 'myapp:/callback'];
    const { appId } = await bench.client.run('set_up_oidc_sso', { ...oidc, redirectUris: exact });
    const { settings } = await bench.org.api('GET', `/api/v1/apps/${appId}`);
    expect(settings.oauthClient.redirect_uris).toEqual(exact);
  });

  it.each(['A\nB', 'A\r\nokta-connector sso:Other', 'A\u0000'])(
    'refuses the label %j, which its own mark would not find again',
    async (label) => {
      const before = await labels();
      const errors = await Promise.all([
        failure(bench.client.run('set_up_oidc_sso', { ...oidc, label })),
        failure(bench.client.run('set_up_saml_sso', { ...saml, label })),
      ]);
      expect(errors.map(({ code }) => code)).toEqual(['invalid_input', 'invalid_input']);
      expect(await labels()).toEqual(before);
    },
  );

  it('sso-field 13 lets Node-RED post its secret, and refuses PKCE, which it does not know', async () => {
    const input = { ...oidc, application: 'node-red' } as const;
    await expect(bench.client.run('set_up_oidc_sso', { ...input, pkceRequired: true })).rejects.toMatchObject(
      {
        ...{ code: 'invalid_input', message: expect.stringContaining('passport-openidconnect') },
      },
    );
    await expect(
      bench.client.run('set_up_oidc_sso', { ...input, authMethod: 'client_secret_basic' }),
    ).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('posts the secret') });
    const { appId, configuration, authMethod } = await bench.client.run('set_up_oidc_sso', input);
    expect(authMethod).toBe('client_secret_post');
    const { credentials } = await bench.org.api('GET', `/api/v1/apps/${appId}`);
    expect(credentials.oauthClient).toMatchObject({
      token_endpoint_auth_method: 'client_secret_post',
      pkce_required: false,
    });
    expect(configuration).toContain("name: 'openidconnect'");
    expect(configuration).toContain("scope: ['email', 'profile']");
    expect(configuration).toContain(`callbackURL: '${redirectUris[0]}'`);
  });

  it.each([
    ['apache', ['OIDCPKCEMethod S256', 'OIDCRemoteUserClaim email', 'OIDCClientSecret {clientSecret}']],
    ['openid-client', ["code_challenge_method: 'S256'", 'client.discovery(']],
    ['onedesk', ['Token endpoint: ', 'Redirect URI: ']],
    ['halo', ['Sign-out redirect URIs: ']],
    ['other', ['PKCE: required (S256)', 'End session endpoint: ']],
  ] as const)('says what to enter in %s', async (application, lines) => {
    const { configuration } = await bench.client.run('set_up_oidc_sso', {
      ...oidc,
      application,
      pkceRequired: true,
    });
    for (const line of lines) expect(configuration).toContain(line);
  });

  it.each([
    ['apache', 'OIDCProviderTokenEndpointAuth client_secret_post'],
    ['openid-client', "client.ClientSecretPost('{clientSecret}')"],
    ['other', 'Client authentication: client_secret_post'],
  ] as const)('sso-field 13 says in the block of %s how the secret is sent', async (application, line) => {
    const input = { ...oidc, application, authMethod: 'client_secret_post' } as const;
    expect((await bench.client.run('set_up_oidc_sso', input)).configuration).toContain(line);
  });

  it('lets nobody in without PKCE where it is required, and names no login URL then', async () => {
    const {
      clientId = '',
      endpoints,
      loginUrls,
    } = await bench.client.run('set_up_oidc_sso', { ...oidc, pkceRequired: true });
    expect(loginUrls).toEqual([]);
    const url = new URL(endpoints.authorization);
    const query = {
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      state: 'x',
      redirect_uri: String(redirectUris[0]),
    };
    url.search = new URLSearchParams(query).toString();
    const { headers } = await fetch(url, { redirect: 'manual' });
    expect(new URL(String(headers.get('location'))).searchParams.get('error')).toBe('invalid_request');
  });

  it('OD-4 HALO-19 has a login URL for each redirect URI, which the org understands', async () => {
    const uris = [`${SP}/main`, `${SP}/portal?a=1&b=2`];
    const { loginUrls, clientId } = await bench.client.run('set_up_oidc_sso', {
      ...oidc,
      redirectUris: uris,
    });
    const browser = await administratorsBrowser(String(clientId));
    expect(loginUrls).toHaveLength(2);
    for (const { redirectUri, url } of loginUrls ?? []) {
      const { status, back } = await browser.open(url);
      expect(status).toBe(302);
      expect(back?.href).toMatch(new RegExp(`^${redirectUri.replace(/[?.]/g, '\\$&')}[?&]`));
      expect(back?.searchParams.get('code')).toBeTruthy();
    }
  });

  it('HALO-17 HALO-18 HALO-21 keeps several set-ups apart, each with its own people', async () => {
    const [agents, users] = [await bench.org.group('Agents'), await bench.org.group('Users')];
    const run = (label: string, audience: 'users' | 'customers', group: { id: string }) =>
      bench.client.run('set_up_oidc_sso', {
        ...oidc,
        label,
        audience,
        application: 'halo',
        assignGroups: [group.id],
      });
    const production = await run('Halo production', 'users', agents);
    const test = await run('Halo test', 'customers', users);
    expect(test.appId).not.toBe(production.appId);
    expect(production.configuration).toContain('Applies to: agents');
    expect(test.configuration).toContain('Applies to: users');
    // Groups without members let nobody in.
    expect(production).toMatchObject({
      readyForAutoRedirect: false,
      warnings: ['The groups have no members yet: nobody can sign in.'],
    });
    const { id: userId } = await bench.org.user('ann');
    await bench.client.run('add_user_to_group', { userId, groupId: agents.id });
    expect(await run('Halo production', 'users', agents)).toMatchObject({
      ...{ changed: false, readyForAutoRedirect: true, warnings: [] },
    });
  });

  it('sso-field 1 takes the issuer from the metadata, and says that it is not the URL of the connection', async () => {
    const issuer = 'https://login.acme.test';
    const { orgUrl, apiToken: token } = bench.sandbox;
    const client = connect(
      { orgUrl, auth: { type: 'api_token', token } },
      {
        async transport({ method, url, headers, body, signal }) {
          const answer = await fetch(url, { method, headers, body, signal });
          const text = await answer.text();
          const isMetadata = url.endsWith('openid-configuration');
          return {
            ...{ status: answer.status, headers: Object.fromEntries(answer.headers) },
            text: isMetadata
              ? text.replace(`"issuer":"${orgUrl}"`, `"issuer":"${issuer}"`).replace('"email",', '')
              : text,
          };
        },
      },
    );
    const done = await client.run('set_up_oidc_sso', oidc);
    expect(done.issuer).toBe(issuer);
    expect(done.warnings.join()).toContain(`The issuer is ${issuer}, not the URL of this connection`);
    // sso-field 7: only scopes that the server knows.
    expect(done.scopes).toEqual(['openid', 'profile']);
    client.close();
  });

  it('sso-field 3 falls back for the default server only: a wrong name is an error', async () => {
    await bench.org.control('PUT', '/settings', { missingFeatures: '/oauth2/default' });
    const { issuerFallBack } = await bench.client.run('set_up_oidc_sso', { ...oidc, issuer: 'default' });
    expect(issuerFallBack).toContain('does not answer with its metadata');
    await expect(bench.client.run('set_up_oidc_sso', { ...oidc, issuer: 'Nowhere' })).rejects.toMatchObject({
      code: 'not_found',
    });
    const { id } = await server('Old');
    await bench.org.api('POST', `/api/v1/authorizationServers/${id}/lifecycle/deactivate`);
    expect(await bench.client.run('set_up_oidc_sso', { ...oidc, issuer: 'Old' })).toMatchObject({
      issuerFallBack: 'The authorization server Old is inactive.',
    });
  });

  it('sso-field 4 admits the client once, and leaves a claim of others as it is', async () => {
    const { id } = await server('Portal');
    const input = { ...oidc, issuer: 'Portal', groups: {} };
    expect(stepsOf(await bench.client.run('set_up_oidc_sso', input)).admit_client?.status).toBe('done');
    expect(await bench.client.run('set_up_oidc_sso', input)).toMatchObject({ changed: false });
    const other = { ...input, label: 'Other', groups: { filterValue: 'Sales' } };
    const { warnings } = await bench.client.run('set_up_oidc_sso', other);
    expect(warnings.join()).toContain('another claim groups, which is left as it is');
    expect(await bench.org.api('GET', `/api/v1/authorizationServers/${id}/policies`)).toHaveLength(2);
    await bench.client.run('tear_down_sso', { appId: 'Other' });
    expect(await bench.org.api('GET', `/api/v1/authorizationServers/${id}/policies`)).toHaveLength(1);
  });

  it('makes nothing that it could not tell: the people are read first', async () => {
    const group = await bench.org.group('Sales');
    const before = await labels();
    await fault('GET', `/groups/${group.id}/users`, FORBIDDEN);
    await expect(
      bench.client.run('set_up_oidc_sso', { ...oidc, assignGroups: [group.id] }),
    ).rejects.toMatchObject({ code: 'permission_denied' });
    expect(await labels()).toEqual(before);
  });

  it('sso-field 9 uses a state of the characters that Okta allows, and sso-field 14 leaves the issuer mode to Okta', async () => {
    const { appId, loginUrls } = await bench.client.run('set_up_oidc_sso', oidc);
    for (const { url } of loginUrls ?? [])
      expect(new URL(url).searchParams.get('state')).toMatch(/^[A-Za-z0-9,._-]+$/);
    const { settings } = await bench.org.api('GET', `/api/v1/apps/${appId}`);
    expect(settings.oauthClient.issuer_mode).toBe('DYNAMIC');
  });

  it('sso-field 8 warns of groups that are not filtered', async () => {
    const { warnings } = await bench.client.run('set_up_oidc_sso', { ...oidc, groups: {} });
    expect(warnings).toContainEqual(expect.stringContaining('more than 100 groups'));
  });
});

describe.each([false, true])('a client that is not ours, with PKCE required: %s', (pkceRequired) => {
  it.each(['client_secret_basic', 'client_secret_post'] as const)(
    'OD-3 signs in with what the output says, by %s',
    async (authMethod) => {
      const input = { ...oidc, application: 'openid-client' as const, pkceRequired, authMethod };
      const {
        clientId = '',
        clientSecret = '',
        issuer,
        scopes,
      } = await bench.client.run('set_up_oidc_sso', input);
      const insecure = { [oauth.allowInsecureRequests]: true };
      const url = new URL(issuer);
      const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
      const client = { client_id: clientId };
      const [state, nonce, verifier] = [
        oauth.generateRandomState(),
        oauth.generateRandomNonce(),
        oauth.generateRandomCodeVerifier(),
      ];
      const ask = new URL(String(as.authorization_endpoint));
      ask.search = new URLSearchParams({
        ...{ client_id: clientId, response_type: 'code', scope: scopes.join(' '), state, nonce },
        ...{ redirect_uri: String(redirectUris[0]), code_challenge_method: 'S256' },
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      }).toString();
      const { back } = await (await administratorsBrowser(clientId)).open(ask.href);
      const params = oauth.validateAuthResponse(as, client, new URL(String(back)), state);
      const authentication =
        authMethod === 'client_secret_post' ? oauth.ClientSecretPost : oauth.ClientSecretBasic;
      const answer = await oauth.authorizationCodeGrantRequest(
        ...([
          as,
          client,
          authentication(clientSecret),
          params,
          String(redirectUris[0]),
          verifier,
          insecure,
        ] as const),
      );
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
        expectedNonce: nonce,
      });
      expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ iss: issuer, aud: clientId, nonce });
    },
  );
});

describe('set_up_saml_sso', () => {
  it('OD-8 reads the metadata at a URL, which for a sandbox may be on this machine', async () => {
    const application = createServer((_, response) => response.end(spMetadata()));
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const spMetadataUrl = `http://127.0.0.1:${(application.address() as AddressInfo).port}/metadata`;
    const done = await bench.client.run('set_up_saml_sso', { label: 'CRM', spMetadataUrl });
    expect(done).toMatchObject({ spEntityId: `${SP}/saml`, acsUrl: `${SP}/acs`, changed: true });
    const { settings } = await bench.org.api('GET', `/api/v1/apps/${done.appId}`);
    expect(settings.notes.admin).toContain(spMetadataUrl);
    application.close();
  });

  it('OD-11 names a metadata URL that needs no token, with what the output says', async () => {
    const { metadataUrl, metadataXml } = await bench.client.run('set_up_saml_sso', saml);
    const answer = await fetch(String(metadataUrl));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(metadataXml);
  });

  it('OIN-1 signs response and assertion, and sso-field 15 keeps audience and address to the letter', async () => {
    const { appId } = await bench.client.run('set_up_saml_sso', {
      ...saml,
      entityId: 'urn:Acme:CRM/',
      acsUrl: `${SP}/ACS/?a=1&b=2`,
    });
    const { settings, credentials } = await bench.org.api('GET', `/api/v1/apps/${appId}`);
    expect(settings.signOn).toMatchObject({
      ...{ responseSigned: true, assertionSigned: true, audience: 'urn:Acme:CRM/' },
      ...{
        ssoAcsUrl: `${SP}/ACS/?a=1&b=2`,
        recipient: `${SP}/ACS/?a=1&b=2`,
        destination: `${SP}/ACS/?a=1&b=2`,
      },
    });
    // sso-field 20: with the format of an e-mail address, the user name in the app is one.
    expect(settings.signOn.subjectNameIdFormat).toMatch(/:emailAddress$/);
    expect(credentials.userNameTemplate.template).toBe(`\${source.email}`);
    const user = await bench.org.user('ana', { profile: { email: 'other.ana@acme.test' } });
    await bench.client.run('set_up_saml_sso', { ...saml, entityId: 'urn:Acme:CRM/', assignUsers: [user.id] });
    const assigned = await bench.org.api('GET', `/api/v1/apps/${appId}/users/${user.id}`);
    expect(assigned.credentials.userName).toBe('other.ana@acme.test');
  });

  it('takes the app back when a later step fails', async () => {
    const user = await bench.org.user('ana');
    const before = await labels();
    await fault('POST', '/apps/.*/users', FORBIDDEN);
    const error = await failure(bench.client.run('set_up_saml_sso', { ...saml, assignUsers: [user.id] }));
    expect(error.message).toMatch(/taken back: the app 0oa\w+$/);
    expect(await labels()).toEqual(before);
  });

  it('run again changes nothing, and keeps attributes that nobody asked to change', async () => {
    const attributes = { mail: 'user.email' };
    await bench.client.run('set_up_saml_sso', { ...saml, attributes });
    expect(await bench.client.run('set_up_saml_sso', saml)).toMatchObject({ changed: false });
    const { appId } = await bench.client.run('set_up_saml_sso', { ...saml, attributes: {} });
    const { settings } = await bench.org.api('GET', `/api/v1/apps/${appId}`);
    expect(settings.signOn.attributeStatements).toEqual([]);
  });

  it.each([
    ['nothing', {}],
    ['an entity ID alone', { entityId: 'x' }],
    ['an address without https', { entityId: 'x', acsUrl: 'http://app.acme.test/acs' }],
    ['an entity ID with line breaks', { entityId: 'x\nMellonEnable off', acsUrl: `${SP}/acs` }],
    ['an address with blanks', { entityId: 'x', acsUrl: `${SP}/a b` }],
    ['a private URL', { spMetadataUrl: 'https://10.0.0.1/metadata' }],
    ['an address that is not in the metadata', { spMetadataXml: spMetadata(), acsUrl: `${SP}/other` }],
  ])('refuses %s before anything is changed', async (_, input) => {
    const before = await labels();
    await expect(bench.client.run('set_up_saml_sso', { label: 'CRM', ...input })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(await labels()).toEqual(before);
  });

  it('leaves no way out of the quotes of what is pasted', async () => {
    const entityId = "x',privateKey:require('fs'),y:'";
    const { configuration = '' } = await bench.client.run('set_up_saml_sso', {
      ...saml,
      entityId,
      application: 'node-saml',
    });
    const line = configuration.split('\n').find((one) => one.includes('audience:')) ?? '';
    expect(new Function(`return ({${line}})`)()).toEqual({ audience: entityId });
  });

  it.each([
    ['apache', ['MellonIdPMetadataFile', 'MellonEndpointPath /mellon', 'MellonMergeEnvVars On']],
    ['node-saml', ["audience: 'https://elsewhere.example/saml'", 'idpCert', 'acceptedClockSkewMs: 120_000']],
    ['onedesk', ['IdP metadata URL: ', 'Validate metadata']],
  ] as const)('says what to enter in %s', async (application, lines) => {
    const input = { ...saml, acsUrl: `${SP}/mellon/postResponse`, application };
    const { configuration } = await bench.client.run('set_up_saml_sso', input);
    for (const line of lines) expect(configuration).toContain(line);
  });
});

describe('rotation', () => {
  it('OD-15 OD-16 has both secrets valid, then the old one off and gone', async () => {
    const { clientId = '', clientSecret: old = '' } = await bench.client.run('set_up_oidc_sso', oidc);
    const begun = await bench.client.run('rotate_client_secret', { appId: oidc.label });
    const fresh = String(begun.clientSecret);
    expect([await isValid(clientId, old), await isValid(clientId, fresh)]).toEqual([true, true]);
    expect(await bench.client.run('rotate_client_secret', { appId: clientId })).toMatchObject({
      changed: false,
    });
    await bench.client.run('rotate_client_secret', { appId: clientId, phase: 'finish' });
    const again = await bench.client.run('rotate_client_secret', { appId: clientId, phase: 'finish' });
    expect(again).toMatchObject({ changed: false, secrets: [{ status: 'ACTIVE' }] });
    expect([await isValid(clientId, old), await isValid(clientId, fresh)]).toEqual([false, true]);
  });

  it('tells the secret when the answer was lost', async () => {
    const { clientId = '' } = await bench.client.run('set_up_oidc_sso', oidc);
    await fault('POST', '/credentials/secrets', { kind: 'reset_after' });
    const { clientSecret, changed } = await bench.client.run('rotate_client_secret', { appId: clientId });
    expect(changed).toBe(true);
    expect(await isValid(clientId, String(clientSecret))).toBe(true);
  });

  it('refuses a second secret beside one that is switched off, and a client without secrets', async () => {
    const { appId = '' } = await bench.client.run('set_up_oidc_sso', oidc);
    const secrets = `/api/v1/apps/${appId}/credentials/secrets`;
    await bench.client.run('rotate_client_secret', { appId });
    const [first] = await bench.org.api('GET', secrets);
    await bench.org.api('POST', `${secrets}/${first.id}/lifecycle/deactivate`);
    await expect(bench.client.run('rotate_client_secret', { appId })).rejects.toMatchObject({
      code: 'wrong_state',
    });
    expect(await bench.client.run('rotate_client_secret', { appId, phase: 'finish' })).toMatchObject({
      changed: true,
    });
  });

  it('sso-field 17 OD-16 names the changed certificate where the application has the old one', async () => {
    const { appId = '', metadataXml, metadataUrl } = await bench.client.run('set_up_saml_sso', saml);
    const current = (xml: string | undefined) =>
      bench.client.run('validate_saml_metadata', { appId, metadataXml: xml });
    const begun = await bench.client.run('rotate_saml_certificate', { appId });
    expect(await current(metadataXml)).toMatchObject({ valid: true, isCurrent: true });
    expect(await current(begun.metadataXml)).toMatchObject({ valid: false, isCurrent: false });
    const done = await bench.client.run('rotate_saml_certificate', { appId, phase: 'finish' });
    expect(done).toMatchObject({ kid: begun.kid, changed: true });
    expect(await current(metadataXml)).toMatchObject({
      problems: [expect.stringContaining('signs with another certificate now')],
    });
    expect(await (await fetch(String(metadataUrl))).text()).toBe(done.metadataXml);
    const again = await bench.client.run('rotate_saml_certificate', { appId, phase: 'finish' });
    expect(again).toMatchObject({ kid: begun.kid, changed: false });
  });

  it('OD-16 says that the app is set up as the metadata of the application ask', async () => {
    const spMetadataXml = spMetadata();
    const { appId } = await bench.client.run('set_up_saml_sso', { label: 'CRM', spMetadataXml });
    const input = { appId, metadataXml: spMetadataXml };
    expect(await bench.client.run('validate_saml_metadata', input)).toMatchObject({
      valid: true,
      isCurrent: true,
    });
  });

  it('says that metadata are those of another app', async () => {
    const { metadataXml } = await bench.client.run('set_up_saml_sso', saml);
    const { appId } = await bench.client.run('set_up_saml_sso', { ...saml, label: 'Other' });
    expect(await bench.client.run('validate_saml_metadata', { appId, metadataXml })).toMatchObject({
      ...{ isCurrent: false, problems: [expect.stringContaining('describe another entity')] },
    });
  });
});

describe('tear_down_sso', () => {
  it('OIN-2 refuses what was not set up, and deletes nothing of it', async () => {
    const body = {
      name: 'bookmark',
      label: 'Wiki',
      signOnMode: 'BOOKMARK',
      settings: { app: { url: SP } },
    } as const;
    const { id } = await bench.client.run('create_app', body);
    await expect(bench.client.run('tear_down_sso', { appId: id })).rejects.toMatchObject({
      code: 'wrong_state',
    });
    expect(await labels()).toContain('Wiki');
    expect(await bench.client.run('tear_down_sso', { appId: '0oa1gone000000000000' })).toMatchObject({
      changed: false,
    });
  });
});

it('OD-10 OIN-5 other sign-on modes are a matter of create_app, active at once', async () => {
  for (const [signOnMode, name, app] of [
    ['WS_FEDERATION', 'template_wsfed', { wReplyURL: SP }],
    ['BOOKMARK', 'bookmark', { url: SP }],
    ['AUTO_LOGIN', undefined, undefined],
  ] as const) {
    const body = {
      label: `By ${signOnMode}`,
      signOnMode,
      ...(name ? { name } : {}),
      ...(app ? { settings: { app } } : {}),
    };
    expect(await bench.client.run('create_app', body)).toMatchObject({ status: 'ACTIVE', signOnMode });
  }
});
