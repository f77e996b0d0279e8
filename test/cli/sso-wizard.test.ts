import { type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveWizard, type WizardServer } from '../../src/cli/sso-wizard/server.ts';
import { wizardOf } from '../../src/cli/sso-wizard/wizard.ts';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

let org: Sandbox;
let client: Client;
let server: WizardServer;
const logged: string[] = [];

async function serve(idleMs = 60_000): Promise<WizardServer> {
  const { signal } = new AbortController();
  return serveWizard({ port: 0, idleMs, at: (origin) => wizardOf(client, origin, signal) });
}

beforeEach(async () => {
  org = await startSandbox();
  logged.length = 0;
  client = connect(
    { orgUrl: org.orgUrl, auth: { type: 'api_token', token: org.apiToken } },
    { requestLog: (entry) => logged.push(JSON.stringify(entry)), logPersonalData: true },
  );
  server = await serve();
});

afterEach(async () => {
  await server.close();
  client.close();
  await org.close();
});

/** The path of the wizard, once it is open; below no other does the browser send the cookie. */
let home = '';

/** Sends exactly these headers; fetch would not let Host and Origin be chosen. */
async function send(path: string, { body, ...options }: RequestOptions & { body?: string } = {}) {
  const { origin } = new URL(server.url);
  const sent = request(new URL(path, origin), { agent: false, ...options });
  sent.end(body);
  return new Promise<{ status?: number | undefined; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', async (response) =>
        resolve({ status: response.statusCode, headers: response.headers, body: await text(response) }),
      );
    },
  );
}

/** Opens the link as a browser does. @returns the cookie. */
async function open(): Promise<string> {
  const { pathname, search } = new URL(server.url);
  const { headers } = await send(pathname + search);
  const line = String([headers['set-cookie']].flat()[0]);
  home = /; Path=([^;]+)$/.exec(line)?.[1] ?? '';
  return line.split(';')[0] ?? '';
}

const ours = () => ({ Origin: new URL(server.url).origin, 'Content-Type': 'application/json' });

async function call(cookie: string, name: string, input: object = {}) {
  const body = JSON.stringify(input);
  const headers = { ...ours(), Cookie: cookie, 'Content-Length': Buffer.byteLength(body) };
  const answer = await send(`${home}/api/${name}`, { method: 'POST', headers, body });
  // biome-ignore lint/suspicious/noExplicitAny: each call answers something else.
  return { status: answer.status, json: JSON.parse(answer.body) as any, headers: answer.headers };
}

const ONEDESK = {
  ...{ application: 'onedesk', label: 'OneDesk', audience: 'users', issuer: 'org' },
  redirectUris: ['https://app.onedesk.com/sso/openid'],
  postLogoutRedirectUris: ['https://app.onedesk.com/'],
  ...{ assignGroups: ['Sales'], assignUsers: [], pkceRequired: false, takeOver: false },
};

describe('the door of the wizard', () => {
  it('opens once: a second use of the link is refused', async () => {
    const cookie = await open();
    expect(cookie).toMatch(/^okta-wizard=[\w-]{43}$/);
    const { pathname, search } = new URL(server.url);
    const again = await send(pathname + search);
    expect([again.status, again.headers['set-cookie']]).toEqual([403, undefined]);
    expect(again.body).toContain('This link has been used already');
    expect((await send(`${home}/`, { headers: { Cookie: cookie } })).body).toContain('Set up single sign-on');
  });

  it('gives a cookie that neither scripts nor other sites get, and leads on without the token', async () => {
    const { pathname, search } = new URL(server.url);
    const { headers, status } = await send(pathname + search);
    expect(status).toBe(200);
    expect(String(headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Path=\/[\w-]{43}$/);
    expect(headers.refresh).toMatch(/^0; url=\/[\w-]{43}\/$/);
  });

  it.each(['/', '/wizard.js', '/wizard.css', '/?token=', '/?token=wrong', '/api/start'])(
    'is closed without the cookie: %s',
    async (path) => {
      for (const from of ['', home]) expect((await send(from + path)).status).toBe(403);
      const { body } = await send(path);
      expect(body).not.toContain('fieldset');
    },
  );

  it('has a path that no other server on this machine is asked for: there, the cookie is of no use', async () => {
    const cookie = await open();
    for (const path of ['/', '/wizard.js', '/anything/'])
      expect((await send(path, { headers: { Cookie: cookie } })).status).toBe(404);
    expect(home).not.toContain(cookie.split('=')[1]);
  });

  it('refuses a cookie that is not its own, and one of another length', async () => {
    const cookie = await open();
    for (const wrong of [`${cookie}x`, cookie.replace(/.$/, '!'), cookie.replace('wizard=', 'wizard1=')]) {
      expect((await send(`${home}/`, { headers: { Cookie: wrong } })).status).toBe(403);
    }
    expect((await send(`${home}/`, { headers: { Cookie: `a=b; ${cookie}; c=d` } })).status).toBe(200);
  });

  it.each(['evil.test', 'localhost', '127.0.0.1', '127.0.0.1:1'])(
    'refuses the name %s in Host, whatever the cookie (DNS rebinding)',
    async (Host) => {
      const cookie = await open();
      const { status } = await send(`${home}/`, { headers: { Host, Cookie: cookie } });
      expect(status).toBe(403);
    },
  );

  it.each([
    ['no Origin', { Origin: undefined }, 403],
    ['Origin null', { Origin: 'null' }, 403],
    ['another port', { Origin: 'http://127.0.0.1:1' }, 403],
    ['another site', { Origin: 'https://evil.test' }, 403],
    ['another site, as the browser says', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['another port, as the browser says', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a form', { 'Content-Type': 'text/plain' }, 415],
    ['a body without an end', { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' }, 413],
    ['a body of 3 MiB', { 'Content-Length': 3 * 1024 * 1024 }, 413],
  ])('refuses a POST with %s', async (_, wrong, status) => {
    const cookie = await open();
    const given = { ...ours(), Cookie: cookie, 'Content-Length': 2, ...wrong };
    const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const answer = await send(`${home}/api/start`, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('has strict headers on everything, and no CORS', async () => {
    const cookie = await open();
    const page = await send(`${home}/`, { headers: { Cookie: cookie } });
    const { headers } = await call(cookie, 'start');
    for (const all of [page.headers, headers, (await send('/')).headers]) {
      expect(all).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(all['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(all['content-security-policy']).not.toContain('unsafe');
      expect(all['access-control-allow-origin']).toBeUndefined();
    }
    expect(page.body).not.toMatch(/<script(?![^>]* src=)|\son\w+=|style=/);
    const preflight = { Origin: 'https://evil.test', 'Access-Control-Request-Method': 'POST' };
    expect((await send(`${home}/api/start`, { method: 'OPTIONS', headers: preflight })).status).toBe(405);
  });

  it('says so if there is no such page or call, and if the body is no object', async () => {
    const cookie = await open();
    expect((await send(`${home}/nothing`, { headers: { Cookie: cookie } })).status).toBe(404);
    for (const name of ['nothing', 'constructor', '../start']) {
      const headers = { ...ours(), Cookie: cookie, 'Content-Length': 2 };
      expect((await send(`${home}/api/${name}`, { method: 'POST', headers, body: '{}' })).status).toBe(404);
    }
    const { status, json } = await call(cookie, 'plan', []);
    expect([status, json.error.message]).toEqual([422, 'The call has no JSON object']);
  });

  it('is on loopback alone, and names a port that is taken', async () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    const taken = Number(new URL(server.url).port);
    const at = () => ({ calls: {}, callback: async () => '', end: async () => {} });
    await expect(serveWizard({ port: taken, idleMs: 1_000, at })).rejects.toMatchObject({
      code: 'invalid_input',
      message: `Cannot listen at 127.0.0.1:${taken} (EADDRINUSE)`,
      hint: expect.stringContaining('--port'),
    });
  });

  it('ends when the page says so', async () => {
    const cookie = await open();
    expect((await call(cookie, 'done')).status).toBe(200);
    expect(await server.ended).toBe('done');
  });

  it('ends after an idle time, which strangers do not make longer', async () => {
    await server.close();
    server = await serve(300);
    const began = Date.now();
    const knocking = setInterval(() => send('/').catch(() => {}), 50);
    expect(await server.ended).toBe('idle');
    clearInterval(knocking);
    expect(Date.now() - began).toBeLessThan(2_000);
  });
});

describe('the calls of the page', () => {
  it('OD-1 OD-2 OD-3 show what will change, do exactly that once, and tell what to paste', async () => {
    const cookie = await open();
    const { json: plan } = await call(cookie, 'plan', ONEDESK);
    expect(plan.changes.map(({ change }: { change: string }) => change)).toEqual([
      'create_app',
      'assign_group',
    ]);
    expect(await client.run('list_apps', { quickSearch: 'OneDesk' })).toEqual([]);

    const { json: done } = await call(cookie, 'set_up', { planId: plan.planId });
    const values = done.steps.flatMap((step: { values: object[] }) => step.values);
    const value = (name: string) => values.find((one: { name: string }) => one.name === name);
    expect(done.steps.map(({ title }: { title: string }) => title)).toEqual([
      ...['Open the form', 'Client', 'Endpoints', 'Accounts', 'Save and sign in'],
    ]);
    expect(value('Client ID').value).toMatch(/^0oa/);
    expect(value('Client secret')).toMatchObject({
      isSecret: true,
      value: expect.stringMatching(/^[\w-]{20,}$/),
    });
    expect(value('Authorization endpoint').value).toBe(`${org.orgUrl}/oauth2/v1/authorize`);
    expect(value('Token endpoint').value).toBe(`${org.orgUrl}/oauth2/v1/token`);

    const { json: twice } = await call(cookie, 'set_up', { planId: plan.planId });
    expect(twice.refused.message).toContain('carried out already');
    expect(await client.run('list_apps', { quickSearch: 'OneDesk' })).toHaveLength(1);
  });

  it('never write the secret to the request log, and tell it once', async () => {
    const cookie = await open();
    const { json: plan } = await call(cookie, 'plan', ONEDESK);
    const { json: done } = await call(cookie, 'set_up', { planId: plan.planId });
    const secret = done.steps[1].values[1].value;
    expect(logged.length).toBeGreaterThan(3);
    expect(logged.join('\n')).not.toContain(secret);

    const { json: later } = await call(cookie, 'plan', ONEDESK);
    expect(later.changes).toEqual([]);
    const { json: again } = await call(cookie, 'set_up', { planId: later.planId });
    expect(JSON.stringify(again)).not.toContain(secret);
    expect(again.steps[1]).toMatchObject({
      text: expect.stringMatching(/rotate_client_secret appId=0oa\w+$/),
    });
  });

  const clientOf = async (appId: string) => (await client.run('get_app', { appId })).settings?.oauthClient;

  it('tell and take away what a wizard that was killed during a test left, and nothing else', async () => {
    const cookie = await open();
    const { json: plan } = await call(cookie, 'plan', ONEDESK);
    const { json: done } = await call(cookie, 'set_up', { planId: plan.planId });
    const running = `${new URL(server.url).origin}/okta-connector-sso-test`;
    // Nothing listens there any more.
    const killed = 'http://127.0.0.1:1/okta-connector-sso-test';
    const own = [...ONEDESK.redirectUris, 'http://127.0.0.1:1/callback', 'http://localhost:1/x'];
    const all = [...own, running, killed];
    await client.run('update_app', {
      ...{ appId: done.appId, settings: { oauthClient: { redirect_uris: all } } },
    });
    const { json: found } = await call(cookie, 'left_over');
    expect(found.leftOver).toEqual([
      `The app OneDesk still had the redirect URI ${killed} of a sign-in for a test that was interrupted: it was taken away.`,
    ]);
    expect(await clientOf(done.appId)).toMatchObject({ redirect_uris: [...own, running] });
    expect((await call(cookie, 'left_over')).json.leftOver).toEqual([]);
  });

  it('keep two sign-ins for a test apart: the answer of one is not that of the other', async () => {
    const cookie = await open();
    const { json: plan } = await call(cookie, 'plan', ONEDESK);
    const { json: done } = await call(cookie, 'set_up', { planId: plan.planId });
    const comeBack = async (url: string) => {
      const state = new URL(url).searchParams.get('state');
      return send(`/okta-connector-sso-test?code=wrong&state=${state}`);
    };
    const { json: first } = await call(cookie, 'begin_test');
    await fetch(`${org.orgUrl}/__sandbox__/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: '/v1/token$', fault: { kind: 'delay', ms: 300 } }),
    });
    const waiting = call(cookie, 'test_result');
    const back = comeBack(first.url);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { json: second } = await call(cookie, 'begin_test');
    expect((await back).body).toContain('Thank you');
    expect((await waiting).json).toMatchObject({ refused: { code: 'sign_in_refused' } });
    expect(await clientOf(done.appId)).toMatchObject({
      redirect_uris: [...ONEDESK.redirectUris, expect.stringContaining('/okta-connector-sso-test')],
    });
    await comeBack(second.url);
    expect((await call(cookie, 'test_result')).json).toMatchObject({ refused: { code: 'sign_in_refused' } });
    expect(await clientOf(done.appId)).toMatchObject({ redirect_uris: ONEDESK.redirectUris });
  });

  it('show drift on a later run', async () => {
    const cookie = await open();
    const { json: plan } = await call(cookie, 'plan', ONEDESK);
    await call(cookie, 'set_up', { planId: plan.planId });
    const moved = { ...ONEDESK, redirectUris: ['https://eu.onedesk.com/sso/openid'] };
    const { json: later } = await call(cookie, 'plan', moved);
    expect(later).toMatchObject({
      appId: expect.stringMatching(/^0oa/),
      changes: [{ change: 'update_app', name: 'settings.oauthClient.redirect_uris' }],
    });
  });

  it('OD-6 name who cannot sign in, why, and the command that mends it', async () => {
    const cookie = await open();
    const profile = {
      login: "o'hara@acme.test",
      email: 'ohara@acme.test',
      firstName: 'Pat',
      lastName: "O'Hara",
    };
    await client.run('create_user', { profile, activate: false });
    const { json } = await call(cookie, 'plan', { ...ONEDESK, assignUsers: [profile.login] });
    expect(json.cannotSignIn).toContainEqual({
      ...{ who: profile.login, status: 'STAGED', reason: 'The account has never been activated.' },
      ...{ mend: 'Activate user', command: `okta-connector run activate_user 'userId=o'\\''hara@acme.test'` },
    });
  });

  it.each([
    ['redirectUris', { redirectUris: ['app.onedesk.com/sso'] }, 'It is not a URL.'],
    ['redirectUris', { redirectUris: [] }, 'Is required.'],
    [
      'redirectUris',
      { redirectUris: ['http://app.onedesk.com/sso'] },
      'It begins with http://, which protects nothing.',
    ],
    ['postLogoutRedirectUris', { postLogoutRedirectUris: ['https://a.test/*'] }, 'It has a wildcard'],
    ['label', { label: '' }, 'Is required.'],
    ['label', { label: 'Sandbox web app' }, 'To take it over, tick "Take over" under "More".'],
    ['issuer', { issuer: 'nowhere' }, 'No authorization server has this exact name'],
    ['pkceRequired', { application: 'node-red', pkceRequired: true }, 'does not know PKCE'],
    ['spMetadata', { application: 'saml', samlApplication: 'other' }, 'Give the metadata'],
    ['spMetadata', { application: 'saml', samlApplication: 'other', spMetadata: '<html/>' }, 'SAML metadata'],
    ['spMetadata', { application: 'saml', samlApplication: 'other', spMetadata: 'ftp://a.test' }, 'https'],
    [
      'acsUrl',
      { application: 'saml', samlApplication: 'other', entityId: 'urn:a', acsUrl: 'http://a.test/acs' },
      'must begin with https://',
    ],
    [
      'entityId',
      { application: 'saml', samlApplication: 'other', entityId: 'a b', acsUrl: 'https://a.test/acs' },
      'copy it from the application',
    ],
  ])('put an error beside %s: %o', async (field, wrong, words) => {
    const cookie = await open();
    const saml = 'samlApplication' in wrong;
    const base = saml ? { label: 'Acme CRM', assignGroups: ['Sales'] } : ONEDESK;
    const { json } = await call(cookie, 'plan', { ...base, ...wrong });
    expect(json.refused.fields[field]).toContain(words);
  });

  it('search groups and people in the org', async () => {
    const cookie = await open();
    const { json: groups } = await call(cookie, 'search', { what: 'groups', text: 'sal' });
    expect(groups.items.map(({ label }: { label: string }) => label)).toContain('Sales');
    const { json: people } = await call(cookie, 'search', { what: 'users', text: 'admin@' });
    expect(people.items[0].label).toContain('admin@sandbox.example');
  });

  it('OD-8 OD-9 OD-11 OD-12 set OneDesk up by SAML, for users', async () => {
    const cookie = await open();
    const { json: plan } = await call(cookie, 'plan', {
      ...{ application: 'saml', samlApplication: 'onedesk', label: 'OneDesk SAML', names: true },
      ...{ entityId: 'https://app.onedesk.com/saml', acsUrl: 'https://app.onedesk.com/saml/acs' },
      ...{ assignGroups: ['Sales'], takeOver: false, spMetadata: '' },
    });
    const { json: done } = await call(cookie, 'set_up', { planId: plan.planId });
    expect(done.steps[1]).toMatchObject({
      title: 'Metadata of Okta',
      text: expect.stringMatching(/Validate metadata".* valid until 20/),
      values: [{ name: 'IdP metadata URL', value: expect.stringMatching(/\/sso\/saml\/metadata$/) }],
    });
    const [{ settings }] = (await client.run('list_apps', { quickSearch: 'OneDesk SAML' })) as never as [
      { settings: { signOn: { attributeStatements: { name: string }[] } } },
    ];
    expect(settings.signOn.attributeStatements.map(({ name }) => name)).toEqual([
      'firstName',
      'lastName',
      'email',
    ]);
  });

  it.each([
    ['apache', 'In the configuration of the virtual host', 'OIDCClientSecret {clientSecret}'],
    ['node-red', 'In settings.js', "clientSecret: '{clientSecret}'"],
    ['openid-client', 'In the program', "ClientSecretBasic('{clientSecret}')"],
  ])('give %s a block to paste, and the secret beside it', async (application, title, line) => {
    const cookie = await open();
    const redirectUris = ['https://app.acme.test/callback'];
    const { json: plan } = await call(cookie, 'plan', { ...ONEDESK, application, redirectUris });
    const { json: done } = await call(cookie, 'set_up', { planId: plan.planId });
    const [step] = done.steps;
    expect(step.title).toBe(title);
    expect(step.values[0]).toMatchObject({ isBlock: true, value: expect.stringContaining(line) });
    expect(step.values[1]).toMatchObject({ name: 'Client secret', isSecret: true });
    expect(step.values[0].value).not.toContain(step.values[1].value);
  });

  it('OD-14 HALO-17 say for whom to switch it on, in the words of the vendor', async () => {
    const cookie = await open();
    const told: string[] = [];
    for (const [application, audience] of [
      ['onedesk', 'customers'],
      ['onedesk', 'both'],
      ['halo', 'users'],
      ['halo', 'customers'],
    ]) {
      const label = `${application} ${audience}`;
      const { json: plan } = await call(cookie, 'plan', { ...ONEDESK, application, audience, label });
      const { json: done } = await call(cookie, 'set_up', { planId: plan.planId });
      told.push(done.steps[application === 'halo' ? 2 : 0].text.split('. ').at(-1).split('.').at(0));
    }
    expect(told).toEqual([
      ...['Switch it on for customers', 'Switch it on for users and customers'],
      ...['Enable single sign-on for agents', 'Enable single sign-on for users'],
    ]);
  });

  it('HALO-21 give each instance an app and a group of its own', async () => {
    const cookie = await open();
    const groupsOf = async (label: string, group: string) => {
      const answers = { ...ONEDESK, application: 'halo', label, assignGroups: [group] };
      const { json: plan } = await call(cookie, 'plan', answers);
      const { json: done } = await call(cookie, 'set_up', { planId: plan.planId });
      const groups = await client.run('list_app_groups', { appId: done.appId });
      return (groups as unknown as { id: string }[]).map(({ id }) => id);
    };
    const production = await groupsOf('HaloITSM production', 'Sales');
    const testing = await groupsOf('HaloITSM UAT', 'Support');
    expect([production.length, testing.length]).toEqual([1, 1]);
    expect(production).not.toEqual(testing);
  });

  it('OD-16 take what was seen for what it is: a text, an address or a SAML response', async () => {
    const cookie = await open();
    const evidence = async (seen: string) => {
      const { json } = await call(cookie, 'diagnose', { seen, user: '' });
      return JSON.stringify(json.causes.map((one: { evidence: string[] }) => one.evidence));
    };
    expect(await evidence('User is not assigned to the client application.')).toContain('The text says so');
    expect(await evidence('https://app.acme.test/cb?error=access_denied&state=x')).not.toContain(
      'The text says',
    );
    const status = 'urn:oasis:names:tc:SAML:2.0:status:Responder';
    const response = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="a" Version="2.0" IssueInstant="2020-01-01T00:00:00Z"><samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status></samlp:Response>`;
    const { json } = await call(cookie, 'diagnose', {
      seen: Buffer.from(response).toString('base64'),
      user: '',
    });
    expect(JSON.stringify(json)).toContain('Responder');
  });
});
