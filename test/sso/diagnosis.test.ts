import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { actionOf } from '../../src/connector.ts';
import { CAUSE_CODES, type CauseCode } from '../../src/sso/diagnosis/causes.ts';
import { type Bench, useBench } from '../actions/support.ts';
import { PASSWORD } from '../support/arrange.ts';
import { Browser } from '../support/browser.ts';
import { samlResponse } from '../support/saml-response.ts';
import { past, postedBy } from '../support/saml-sign-in.ts';
import { rejection } from '../support/server.ts';
import { acs, SP, spMetadata } from '../support/sso.ts';

let bench: Bench;
useBench(
  (made) => {
    bench = made;
  },
  { maxRetries: 0 },
);

const CALLBACK = `${SP}/sso/Callback`;
let ann: { id: string; login: string };
beforeEach(async () => {
  ann = await bench.org.user('ann');
});

type Diagnosis = Awaited<ReturnType<typeof diagnose>>;

/** Runs a diagnosis; the actions that it names must take the input that it gives them. */
async function diagnose(input: Parameters<Bench['client']['run']>[1] & object) {
  const output = await bench.client.run('diagnose_sso', input);
  for (const { action } of output.causes) {
    if (action) expect(actionOf(action.key).input.safeParse(action.input).error).toBeUndefined();
  }
  return output;
}

/** The codes that some test expects. */
const expected = new Set<CauseCode>();

/** The cause of a code, which must be the first one. */
function firstCause({ causes, summary }: Diagnosis, code: CauseCode) {
  expected.add(code);
  expect(causes.map((one) => `${one.certainty} ${one.code}`)[0]).toMatch(new RegExp(`^\\w+ ${code}$`));
  const [first] = causes;
  expect(summary).toContain(first?.cause);
  return first as NonNullable<typeof first>;
}

/** The cause of a code, wherever it is. */
function cause({ causes }: Diagnosis, code: CauseCode) {
  expected.add(code);
  const found = causes.find((one) => one.code === code);
  expect(causes.map((one) => one.code)).toContain(code);
  return found as NonNullable<typeof found>;
}

const codes = ({ causes }: Diagnosis) => causes.map(({ code }) => code);

/** Makes again what a cause names: the action with its input. */
const mend = ({ action }: { action?: { key: string; input: Record<string, unknown> } }) =>
  bench.client.run(String(action?.key), action?.input ?? {});

async function oidc(more: object = {}) {
  const made = await bench.client.run('set_up_oidc_sso', {
    ...{ label: 'OneDesk', redirectUris: [CALLBACK], postLogoutRedirectUris: [SP] },
    ...{ assignUsers: [ann.login] },
    ...more,
  });
  return { appId: String(made.appId), secret: String(made.clientSecret), ...made };
}

async function saml(more: object = {}) {
  const made = await bench.client.run('set_up_saml_sso', {
    ...{ label: 'CRM', spMetadataXml: spMetadata(), assignUsers: [ann.login] },
    ...more,
  });
  const { appId = '', entityId = '', ssoUrl = '' } = made;
  /** What Okta posts to the application when Ann signs in. */
  const response = async () => postedBy((await signIn(ssoUrl)).page).SAMLResponse;
  return { appId, entityId, response };
}

/** Changes an app by hand, as an administrator would. */
// biome-ignore lint/suspicious/noExplicitAny: apps have many shapes
async function edit(appId: string, change: (app: any) => void): Promise<void> {
  const app = await bench.org.api('GET', `/api/v1/apps/${appId}`);
  change(app);
  await bench.org.api('PUT', `/api/v1/apps/${appId}`, app);
}

/** The URL of a sign-in as an application makes it. */
function authorizeUrl(
  clientId: string,
  more: Record<string, string | undefined> = {},
  base = `${bench.sandbox.orgUrl}/oauth2/v1`,
) {
  const url = new URL(`${base}/authorize`);
  const query = {
    ...{
      client_id: clientId,
      response_type: 'code',
      scope: 'openid email',
      state: 'a1',
      redirect_uri: CALLBACK,
    },
    ...more,
  };
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Opens an address in a new browser, and signs in where a page asks for it. */
async function signIn(url: string, login = ann.login, browser = new Browser(bench.sandbox.orgUrl)) {
  const page = await past(browser, await browser.open(url), login, PASSWORD);
  return { page, browser, back: page.back?.href ?? '' };
}

/** What the token endpoint answers to a code, or to none. */
async function exchanged(
  form: Record<string, string>,
  base = `${bench.sandbox.orgUrl}/oauth2`,
): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'authorization_code', redirect_uri: CALLBACK, ...form });
  return (await fetch(`${base}/v1/token`, { method: 'POST', body })).text();
}

/** The address bar after Okta sent the browser back with an error. */
const answered = (error: string, description: string) =>
  `${CALLBACK}?${new URLSearchParams({ state: 'a1', error, error_description: description })}`;

/** Writes a failure into the System Log. */
const logged = (appId: string | undefined, eventType: string, reason: string, more: object = {}) =>
  bench.org.control('POST', '/events', {
    ...{ eventType, outcome: { result: 'FAILURE', reason } },
    actor: { id: ann.id, type: 'User', alternateId: ann.login, displayName: 'Ann' },
    target:
      appId === undefined
        ? null
        : [{ id: appId, type: 'AppInstance', alternateId: 'App', displayName: 'App' }],
    ...more,
  });

const forbidden = (method: string, path: string, errorCode = 'E0000006', status = 403) =>
  bench.org.control('POST', '/faults', {
    ...{ method, path, times: 100 },
    fault: { kind: 'status', status, body: { errorCode, errorSummary: 'no' } },
  });

/** A host that answers everything alike while `work` runs. */
async function hostThat(
  status: number,
  text: (origin: string) => string,
  work: (origin: string) => Promise<void>,
) {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(text(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('the address', () => {
  it('HALO-20 a 404 at authorize: nobody serves OpenID Connect at this host', async () => {
    const { appId } = await oidc();
    await hostThat(
      404,
      () => '',
      async (origin) => {
        const output = await diagnose({
          appId,
          url: authorizeUrl(appId, {}, `${origin}/oauth2/v1`),
          error: '404 Not Found',
        });
        const found = firstCause(output, 'wrong_host');
        expect(found).toMatchObject({ certainty: 'certain', who: 'app_admin' });
        expect(found.evidence.join()).toContain(`${origin}/.well-known/openid-configuration answers 404`);
        expect(found.evidence.join()).toContain(bench.sandbox.orgUrl);
      },
    );
  });

  it('HALO-20 a page that is missing, and one that is no metadata, are no addresses of Okta', async () => {
    const { appId } = await oidc();
    await hostThat(
      200,
      () => '<html>',
      async (origin) => {
        const output = await diagnose({ appId, url: `${origin}/sso/login`, error: 'Page not found' });
        expect(firstCause(output, 'wrong_host').evidence.join()).toContain('answers with another page');
      },
    );
  });

  it('HALO-20 an address of another org, which is in order there', async () => {
    const { appId } = await oidc();
    const text = (origin: string) => JSON.stringify({ issuer: origin, id: '00o1otherorg1abcdefg' });
    await hostThat(200, text, async (origin) => {
      const found = firstCause(await diagnose({ appId, issuer: origin }), 'wrong_host');
      expect(found.certainty).toBe('certain');
      expect(found.evidence.join()).toContain(
        `${origin} is the org 00o1otherorg1abcdefg, this connection is to 00o`,
      );
    });
  });

  it('HALO-20 the right host with the right issuer is not blamed', async () => {
    const { appId } = await oidc();
    const output = await diagnose({ appId, issuer: bench.sandbox.orgUrl, error: '404' });
    expect(cause(output, 'wrong_host').certainty).toBe('possible');
    expect(output.checked.join()).toContain(
      `The metadata are at the issuer that they name: ${bench.sandbox.orgUrl}`,
    );
  });

  it('HALO-20 an address of the Admin Console is told without a request to it', async () => {
    const output = await diagnose({ url: 'https://acme-admin.okta.com/oauth2/v1/authorize?state=a' });
    expect(firstCause(output, 'admin_host')).toMatchObject({
      ...{ certainty: 'certain', who: 'app_admin' },
      evidence: ['The host is acme-admin.okta.com; without -admin it is acme.okta.com'],
    });
    expect(codes(await diagnose({ issuer: 'https://login-admin.acme.test', error: 'x' }))).not.toContain(
      'admin_host',
    );
  });

  it('sso-field 11 a doubled ending is a typing error; a host that only ends alike is none', async () => {
    expect(firstCause(await diagnose({ issuer: 'https://acme.okta.com.com' }), 'host_typo').certainty).toBe(
      'certain',
    );
    expect(codes(await diagnose({ issuer: 'https://somethingecom.com' }))).not.toContain('host_typo');
  });

  it('sso-field 10 a slash at the end of the issuer, or two in the path', async () => {
    const { appId } = await oidc();
    const slash = await diagnose({ appId, issuer: `${bench.sandbox.orgUrl}/` });
    expect(firstCause(slash, 'issuer_slash').evidence).toEqual([`The issuer is ${bench.sandbox.orgUrl}/`]);
    const url = `${bench.sandbox.orgUrl}//.well-known/openid-configuration`;
    expect(firstCause(await diagnose({ appId, url, error: '404' }), 'issuer_slash').certainty).toBe(
      'certain',
    );
  });

  it('sso-field 1 sso-field 2 the metadata at the custom domain name the org', async () => {
    const { appId } = await oidc();
    const text = () => JSON.stringify({ issuer: 'https://acme.okta.com' });
    await hostThat(200, text, async (origin) => {
      const output = await diagnose({ appId, issuer: origin, error: 'issuer did not match' });
      const found = firstCause(output, 'issuer_mismatch');
      expect(found.certainty).toBe('certain');
      expect(found.evidence.join()).toContain(`at ${origin} name the issuer https://acme.okta.com`);
      expect(found.fix).toContain('issuer mode');
      expect(cause(output, 'two_sessions')).toMatchObject({ certainty: 'possible', who: 'okta_admin' });
    });
  });

  it('HALO-20 nothing is asked of a private address, and the others are still checked', async () => {
    const { appId } = await oidc();
    const output = await diagnose({ appId, issuer: 'https://10.0.0.1' });
    expect(output.notChecked).toContainEqual({
      check: 'the metadata of the issuer',
      reason: expect.stringContaining('private address'),
    });
    expect(output.checked).toContain('The app OneDesk is active.');
  });
});

describe('the authorization server', () => {
  const server = (name: string) =>
    bench.org.api('POST', '/api/v1/authorizationServers', {
      name,
      description: name,
      audiences: ['api://x'],
    });

  it('sso-field 3 without API Access Management there is no default server', async () => {
    const { appId } = await oidc();
    await bench.org.control('PUT', '/settings', {
      missingFeatures: '/api/v1/authorizationServers,/oauth2/default',
    });
    const issuer = `${bench.sandbox.orgUrl}/oauth2/default`;
    const found = firstCause(await diagnose({ appId, issuer }), 'api_access_management_missing');
    expect(found).toMatchObject({
      certainty: 'certain',
      action: { key: 'set_up_oidc_sso', input: { issuer: 'org' } },
    });
    expect(found.evidence.join()).toContain('E0000015');
    expect(await mend(found)).toMatchObject({ issuer: bench.sandbox.orgUrl });
    const said = await diagnose({ error: 'HTTP 401 {"errorCode":"E0000015"}' });
    expect(firstCause(said, 'api_access_management_missing').certainty).toBe('likely');
  });

  it('sso-field 3 a server that does not exist, and one that is inactive', async () => {
    const { appId } = await oidc();
    const none = `${bench.sandbox.orgUrl}/oauth2/aus1nosuchserver1ab5`;
    expect(firstCause(await diagnose({ appId, issuer: none }), 'server_unavailable')).toMatchObject({
      ...{ certainty: 'certain', action: { key: 'set_up_oidc_sso' } },
    });
    const { id } = await server('Portal');
    await bench.org.api('POST', `/api/v1/authorizationServers/${id}/lifecycle/deactivate`);
    const inactive = await diagnose({ appId, issuer: `${bench.sandbox.orgUrl}/oauth2/${id}` });
    expect(firstCause(inactive, 'server_unavailable').evidence.join()).toContain('Portal is inactive');
  });

  it('sso-field 1 an app at the default server is in order, although that has two names', async () => {
    const { appId, issuer } = await oidc({ issuer: 'default' });
    expect(issuer).toMatch(/\/oauth2\/default$/);
    expect((await diagnose({ appId, user: ann.login })).causes).toEqual([]);
  });

  it('sso-field 4 no_matching_policy: the client is in no policy of the server', async () => {
    const { id } = await server('Portal');
    const { appId, issuer } = await oidc({ issuer: 'Portal' });
    const request = authorizeUrl(appId, {}, `${issuer}/v1`);
    expect((await signIn(request)).back).toContain('code=');
    const policies = `/api/v1/authorizationServers/${id}/policies`;
    const [policy] = await bench.org.api('GET', policies);
    await bench.org.api('DELETE', `${policies}/${policy.id}`);
    const { back: url } = await signIn(request);
    const found = firstCause(await diagnose({ appId, url, user: ann.login }), 'no_matching_policy');
    expect(found).toMatchObject({ certainty: 'certain', who: 'okta_admin' });
    const evidence = found.evidence.join('\n');
    expect(evidence).toContain('none that is active');
    expect(evidence).toContain('The text says so: access_denied: Policy evaluation failed');
    expect(evidence).toMatch(/System Log, .*app.oauth2.as.authorize.code FAILURE no_matching_policy/);
    await mend(found);
    expect((await signIn(request)).back).toContain('code=');
    const after = await diagnose({ appId, url, user: ann.login });
    expect(cause(after, 'no_matching_policy').certainty).toBe('possible');
    expect(codes(after)).not.toContain('user_not_assigned');
  });

  it('sso-field 4 no_matching_policy: each rule says why it does not give a token', async () => {
    const { id } = await server('Portal');
    const { appId } = await oidc({ issuer: 'Portal' });
    const policies = `/api/v1/authorizationServers/${id}/policies`;
    const [policy] = await bench.org.api('GET', policies);
    const path = `${policies}/${policy.id}/rules`;
    const [rule] = await bench.org.api('GET', path);
    const group = await bench.org.group('Others');
    const changes = [
      [{ people: { groups: { include: [group.id] } } }, 'the user is in none of its groups'],
      [{ scopes: { include: ['profile'] } }, 'it does not allow openid'],
      [{ grantTypes: { include: ['client_credentials'] } }, 'it is for client_credentials'],
    ] as const;
    for (const [conditions, why] of changes) {
      await bench.org.api('PUT', `${path}/${rule.id}`, {
        ...rule,
        conditions: { ...rule.conditions, ...conditions },
      });
      const found = firstCause(await diagnose({ appId, user: ann.login }), 'no_matching_policy');
      expect(found.evidence.join()).toContain(`Rule Sign-on: ${why}`);
    }
    await bench.org.member(ann, group);
    const conditions = { ...rule.conditions, ...changes[0][0] };
    await bench.org.api('PUT', `${path}/${rule.id}`, { ...rule, conditions });
    expect(codes(await diagnose({ appId, user: ann.login }))).toEqual([]);
  });

  it('sso-field 7 a scope that the server does not have, in the request and in the answer', async () => {
    const { appId } = await oidc();
    const asked = await diagnose({ appId, url: authorizeUrl(appId, { scope: 'openid crm.read' }) });
    expect(firstCause(asked, 'scope_unknown').evidence.join()).toContain('not in the metadata: crm.read');
    const { back } = await signIn(authorizeUrl(appId, { scope: 'openid crm.read' }));
    for (const url of [back, answered('invalid_scope', 'Custom scopes are not allowed for this request.')]) {
      const said = await diagnose({ appId, url });
      expect(firstCause(said, 'scope_unknown')).toMatchObject({
        ...{ certainty: 'likely', fix: expect.stringContaining('scopes_supported') },
      });
    }
  });

  it('sso-field 14 the custom domain as issuer, and the org has none', async () => {
    const { appId } = await oidc();
    await edit(appId, (app) => {
      app.settings.oauthClient.issuer_mode = 'CUSTOM_URL';
    });
    expect(firstCause(await diagnose({ appId }), 'issuer_mode_without_domain')).toMatchObject({
      ...{ certainty: 'certain', who: 'okta_admin' },
    });
    const error = 'E0000001 issuerMode: can not be set to CUSTOM_URL';
    expect(firstCause(await diagnose({ error }), 'issuer_mode_without_domain').certainty).toBe('likely');
  });

  it('sso-field 18 a key that the server no longer has', async () => {
    const { appId } = await oidc();
    const kid = 'k0ldOldOldOldOldOldOldOldOldOldOldOldOldOld';
    const error = `no applicable key found in the JSON Web Key Set, kid: ${kid}`;
    const found = firstCause(await diagnose({ appId, error }), 'keys_rotated');
    expect(found).toMatchObject({ certainty: 'certain', who: 'developer' });
    expect(found.evidence.join()).toContain(`The key ${kid} is none of the `);
    const { keys } = (await (await fetch(`${bench.sandbox.orgUrl}/oauth2/v1/keys`)).json()) as {
      keys: { kid: string }[];
    };
    const now = await diagnose({ appId, error: `kid "${keys[0]?.kid}" not found` });
    expect(cause(now, 'keys_rotated').evidence.join()).toContain('the application has not read it');
  });
});

describe('the app', () => {
  it('app INACTIVE: names activate_app, which mends it', async () => {
    const { appId } = await oidc();
    await bench.org.api('POST', `/api/v1/apps/${appId}/lifecycle/deactivate`);
    const { page } = await signIn(authorizeUrl(appId));
    const error = page.text.replace(/<[^>]*>/g, ' ');
    const found = firstCause(await diagnose({ appId: 'OneDesk', user: ann.login, error }), 'app_inactive');
    expect(found).toMatchObject({ certainty: 'certain', action: { key: 'activate_app', input: { appId } } });
    expect(found.evidence).toContainEqual(expect.stringMatching(/^System Log, .*client_inactive/));
    await mend(found);
    expect((await signIn(authorizeUrl(appId))).back).toContain('code=');
    const after = await diagnose({ appId: 'OneDesk', user: ann.login });
    expect(after.causes).toMatchObject([{ code: 'app_inactive', certainty: 'possible' }]);
  });

  it('a client ID that the org does not know', async () => {
    const output = await diagnose({ url: authorizeUrl('0oa1nosuchapp1abcdef') });
    expect(firstCause(output, 'client_unknown').evidence.join()).toContain('0oa1nosuchapp1abcdef');
    const { appId } = await oidc();
    const other = await diagnose({ appId, url: authorizeUrl('0oa1nosuchapp1abcdef') });
    expect(firstCause(other, 'client_unknown').evidence.join()).toContain(`that of the app is ${appId}`);
    const said = await diagnose({ error: "Invalid value for 'client_id' parameter." });
    expect(firstCause(said, 'client_unknown').certainty).toBe('likely');
  });

  it.each([
    ['capital letters', `${SP}/sso/callback`, 'capital letters (/sso/callback for /sso/Callback)'],
    ['a slash', `${CALLBACK}/`, 'slash at the end'],
    ['the port', CALLBACK.replace('.example', '.example:8443'), 'port (8443 for none)'],
    ['the scheme', CALLBACK.replace('https', 'http'), 'scheme (http:// for https://)'],
    ['the host', CALLBACK.replace('elsewhere', 'nowhere'), 'host (nowhere.example for elsewhere.example)'],
    ['the path', `${SP}/sso/other`, 'path (/sso/other for /sso/Callback)'],
    ['the query', `${CALLBACK}?a=1`, 'query'],
    ['capital letters of the host', CALLBACK.replace('elsewhere', 'Elsewhere'), 'how it is written'],
  ])('redirect_uri differs in %s', async (_, sent, difference) => {
    const { appId } = await oidc();
    const url = authorizeUrl(appId, { redirect_uri: sent });
    const error = "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.";
    // The sandbox refuses it, as Okta does.
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
    const found = firstCause(await diagnose({ url, error }), 'redirect_uri_mismatch');
    expect(found).toMatchObject({ certainty: 'certain', who: 'okta_admin' });
    expect(found.evidence.join()).toContain(`Sent: ${sent}`);
    expect(found.evidence.join()).toContain(`Registered: ${CALLBACK}; different: ${difference}`);
    expect(firstCause(await diagnose({ appId, redirectUri: sent }), 'redirect_uri_mismatch').certainty).toBe(
      'certain',
    );
  });

  it('redirect_uri: mended where it is of the same host alone', async () => {
    const { appId } = await oidc();
    const url = authorizeUrl(appId, { redirect_uri: `${CALLBACK}/` });
    await mend(firstCause(await diagnose({ url }), 'redirect_uri_mismatch'));
    expect(codes(await diagnose({ url }))).toEqual([]);
    const { settings } = await bench.org.api('GET', `/api/v1/apps/${appId}`);
    expect(settings.oauthClient).toMatchObject({
      redirect_uris: [CALLBACK, `${CALLBACK}/`],
      post_logout_redirect_uris: [SP],
    });
    const strange = await diagnose({ appId, redirectUri: 'https://evil.example/' });
    expect(firstCause(strange, 'redirect_uri_mismatch')).not.toHaveProperty('action');
  });

  it('redirect_uri: the one that was sent is found in the System Log', async () => {
    const { appId } = await oidc();
    const sent = `${SP}/wrong`;
    const { page } = await signIn(authorizeUrl(appId, { redirect_uri: sent }));
    expect(page.status).toBe(400);
    const found = firstCause(await diagnose({ appId }), 'redirect_uri_mismatch');
    expect(found.certainty).toBe('certain');
    expect(found.evidence).toContainEqual(expect.stringMatching(/^System Log, .*illegal_redirect_uri/));
    expect(found.evidence).toContain(`Sent: ${sent}`);
  });

  it('OD-15 a client secret that was switched off, or rotated away', async () => {
    const { appId, secret } = await oidc();
    await bench.client.run('rotate_client_secret', { appId });
    const [old] = await bench.org.api('GET', `/api/v1/apps/${appId}/credentials/secrets`);
    await bench.org.api('POST', `/api/v1/apps/${appId}/credentials/secrets/${old.id}/lifecycle/deactivate`);
    const error = await exchanged({ client_id: appId, client_secret: secret, code: 'x' });
    expect(error).toContain('invalid_client');
    const off = await diagnose({ appId, clientSecret: secret, error });
    const found = firstCause(off, 'client_secret_inactive');
    expect(found).toMatchObject({
      certainty: 'certain',
      who: 'app_admin',
      action: { key: 'rotate_client_secret' },
    });
    expect(found.evidence.join()).toContain(`${old.id} is INACTIVE since `);
    expect(JSON.stringify(off)).not.toContain(secret);
    await bench.client.run('rotate_client_secret', { appId, phase: 'finish' });
    const gone = await diagnose({ appId, clientSecret: secret, error });
    expect(firstCause(gone, 'client_secret_wrong').certainty).toBe('certain');
    const { clientSecret: next } = await bench.client.run('rotate_client_secret', { appId });
    const right = await diagnose({ appId, clientSecret: String(next) });
    expect(right.causes.map(({ certainty }) => certainty)).not.toContain('likely');
    expect(cause(right, 'client_secret_wrong').evidence.join()).toContain('Now: The secret');
    expect(right.checked.join()).toMatch(/The secret ocs\w+ is active/);
  });

  it('invalid_client without the secret: lists those of the app without their values', async () => {
    const { appId, secret } = await oidc();
    const output = await diagnose({ appId, error: 'invalid_client' });
    expect(codes(output).slice(0, 2)).toEqual(['client_secret_wrong', 'client_auth_method']);
    expect(cause(output, 'client_secret_wrong').evidence.join()).toMatch(/ocs\w+ is ACTIVE since/);
    expect(JSON.stringify(output)).not.toContain(secret);
    expect(output.next?.join()).toContain('Give clientSecret');
  });

  it('sso-field 13 the secret is right, and sent in another way than the app expects', async () => {
    const { appId, secret } = await oidc({ authMethod: 'client_secret_post' });
    const output = await diagnose({ appId, clientSecret: secret, error: 'invalid_client' });
    const found = firstCause(output, 'client_auth_method');
    expect(found).toMatchObject({ certainty: 'likely', who: 'app_admin' });
    expect(found.evidence.join()).toContain('The app expects client_secret_post');
    const twice = await fetch(`${bench.sandbox.orgUrl}/oauth2/v1/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${appId}:${secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: appId,
        client_secret: secret,
      }),
    });
    const both = await diagnose({ error: await twice.text() });
    expect(firstCause(both, 'client_auth_method').certainty).toBe('likely');
  });

  it.each([
    'PKCE code challenge is required by the application.',
    'session_message=AuthorizationError: Authorization Server policy requires PKCE to be used for this request',
  ])('PKCE is required, and the client knows none: %s', async (error) => {
    const { appId } = await oidc({ pkceRequired: true });
    const found = firstCause(await diagnose({ appId, error }), 'pkce_required');
    expect(found).toMatchObject({ certainty: 'certain', action: { input: { pkceRequired: false } } });
    await mend(found);
    expect(cause(await diagnose({ appId, error }), 'pkce_required').certainty).toBe('possible');
  });

  it('PKCE is required, and the request has none', async () => {
    const { appId } = await oidc({ pkceRequired: true });
    const without = await diagnose({ url: authorizeUrl(appId) });
    expect(firstCause(without, 'pkce_required').evidence).toContain('The request has no code_challenge.');
    const { back } = await signIn(authorizeUrl(appId));
    expect(firstCause(await diagnose({ appId, url: back }), 'pkce_required').certainty).toBe('certain');
    const challenge = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
    expect((await signIn(authorizeUrl(appId, challenge))).back).toContain('code=');
    expect(codes(await diagnose({ url: authorizeUrl(appId, challenge) }))).toEqual([]);
  });

  it('HALO-5 a response type that the app does not allow', async () => {
    const { appId } = await oidc();
    const url = authorizeUrl(appId, { response_type: 'id_token' });
    const found = firstCause(await diagnose({ url }), 'grant_not_allowed');
    expect(found.evidence.join()).toBe('Asked for: id_token. The app allows: code.');
    const { back } = await signIn(url);
    expect(firstCause(await diagnose({ appId, url: back }), 'grant_not_allowed').certainty).toBe('likely');
  });

  it('sso-field 9 a request without state, and one with characters that Okta does not take', async () => {
    const { appId } = await oidc();
    const none = authorizeUrl(appId, { state: undefined });
    expect(firstCause(await diagnose({ url: none }), 'state_invalid')).toMatchObject({
      certainty: 'certain',
      who: 'developer',
    });
    const base64 = await diagnose({ url: authorizeUrl(appId, { state: 'aGk+/w==' }) });
    expect(firstCause(base64, 'state_invalid').evidence).toEqual(['The state has other characters: + / =']);
    const { back } = await signIn(none);
    expect(firstCause(await diagnose({ appId, url: back }), 'state_invalid').certainty).toBe('likely');
  });

  it('sso-field 12 the tile opens the application with iss alone', async () => {
    const { appId } = await oidc();
    const url = `${CALLBACK}?iss=${encodeURIComponent(bench.sandbox.orgUrl)}`;
    const found = firstCause(await diagnose({ appId, url, error: 'state missing' }), 'initiated_by_tile');
    expect(found).toMatchObject({ certainty: 'likely', who: 'developer' });
    const error = 'SSO to this module without specifying a "target_link_uri" parameter is not possible';
    expect(firstCause(await diagnose({ appId, error }), 'initiated_by_tile').certainty).toBe('likely');
  });
});

describe('the person', () => {
  it.each([
    ['STAGED', 'activate_user', 'created'],
    ['SUSPENDED', 'unsuspend_user', 'suspend'],
    ['DEPROVISIONED', 'activate_user', 'deactivate'],
    ['LOCKED_OUT', 'unlock_user', 'lock'],
    ['PASSWORD_EXPIRED', 'reset_password', 'expire_password'],
    ['RECOVERY', 'reset_password', 'reset_password?sendEmail=false'],
    ['PROVISIONED', 'reactivate_user', 'activate?sendEmail=false'],
  ])('OD-6 the account is %s: %s mends it', async (status, action, how) => {
    const { appId } = await oidc();
    const isNew = how === 'created' || status === 'PROVISIONED';
    const user = isNew ? await bench.org.user('bo', { active: false }) : ann;
    if (how === 'lock') {
      for (let tries = 0; tries < 5; tries += 1)
        await bench.org.control('POST', '/sign-in', { userId: user.id, outcome: 'FAILURE' });
    } else if (how !== 'created') await bench.org.api('POST', `/api/v1/users/${user.id}/lifecycle/${how}`);
    const found = cause(await diagnose({ appId, user: user.login }), 'user_inactive');
    expect(found).toMatchObject({
      certainty: 'certain',
      action: { key: action, input: { userId: user.id } },
    });
    expect(found.evidence.join()).toContain(`is ${status}.`);
  });

  it('OD-6 a text about a locked account, and a log entry about it', async () => {
    const { appId } = await oidc();
    expect(
      firstCause(await diagnose({ appId, error: 'Your account is locked.' }), 'user_inactive').certainty,
    ).toBe('likely');
  });

  it('a user whom the org does not know, and one who mistypes', async () => {
    const { appId } = await oidc();
    expect(firstCause(await diagnose({ appId, user: 'nobody@acme.test' }), 'user_unknown').certainty).toBe(
      'certain',
    );
    await bench.org.control('POST', '/sign-in', { userId: ann.id, outcome: 'FAILURE' });
    const found = firstCause(await diagnose({ appId, user: ann.login }), 'password_wrong');
    expect(found).toMatchObject({ certainty: 'likely', who: 'user' });
    expect(found.evidence.join()).toContain(`INVALID_CREDENTIALS of ${ann.login}`);
    await bench.org.control('POST', '/sign-in', { userId: ann.id });
    const mended = cause(await diagnose({ appId, user: ann.login }), 'password_wrong');
    expect(mended.certainty).toBe('possible');
    expect(mended.evidence.at(-1)).toMatch(/^Now: The user signed in to Okta at .+, after that\.$/);
  });

  it('failures of the user at another app are not looked at', async () => {
    const { appId } = await oidc();
    await logged(`0oa${'a'.repeat(17)}`, 'app.oauth2.as.authorize.code', 'no_matching_policy');
    expect(codes(await diagnose({ appId, user: ann.login }))).not.toContain('no_matching_policy');
    expect(codes(await diagnose({ user: ann.login }))).toContain('no_matching_policy');
  });

  it('user_not_assigned: names the groups that would give the app', async () => {
    const group = await bench.org.group('Sales');
    const { appId } = await oidc({ assignUsers: [], assignGroups: [group.name] });
    const { back: url } = await signIn(authorizeUrl(appId));
    const found = firstCause(await diagnose({ appId, user: ann.login, url }), 'user_not_assigned');
    expect(found).toMatchObject({
      ...{ certainty: 'certain', who: 'okta_admin' },
      action: { key: 'assign_user_to_app', input: { appId, userId: ann.id } },
    });
    expect(found.evidence.join()).toContain(`These groups give it: ${group.name} (${group.id})`);
    expect(found.evidence).toContainEqual(expect.stringMatching(/^System Log, .* of ann\./));
    await mend(found);
    expect((await signIn(authorizeUrl(appId))).back).toContain('code=');
    const after = await diagnose({ appId, user: ann.login });
    expect(cause(after, 'user_not_assigned').certainty).toBe('possible');
    expect(after.checked).toContain(`${ann.login} has the app.`);
  });

  it('sso-field 4 the two causes of access_denied are told apart', async () => {
    const { appId } = await oidc({ assignUsers: [] });
    const { back: url } = await signIn(authorizeUrl(appId));
    expect(new URL(url).searchParams.get('error')).toBe('access_denied');
    const unassigned = await diagnose({ appId, url });
    expect(firstCause(unassigned, 'user_not_assigned').certainty).toBe('likely');
    expect(codes(unassigned)).not.toContain('no_matching_policy');
  });

  it('sso-field 5 not assigned, and is: another session was used', async () => {
    const { appId } = await oidc();
    const bo = await bench.org.user('bo');
    const { browser } = await signIn(authorizeUrl(appId), bo.login);
    // Ann clicks in the same browser, and is not asked.
    const { back: url } = await signIn(authorizeUrl(appId), ann.login, browser);
    const output = await diagnose({ appId, user: ann.login, url });
    const found = firstCause(output, 'other_session');
    expect(found).toMatchObject({ certainty: 'likely', who: 'user' });
    expect(found.evidence.join()).toContain(`The System Log has the failure of ${bo.login}`);
    expect(found.fix).toContain('prompt=login');
    expect(cause(output, 'user_not_assigned').certainty).toBe('possible');
  });

  it('a sign-on policy denies the user: the rule is named', async () => {
    const { appId } = await oidc();
    const policy = await bench.org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Strict' });
    const group = await bench.org.group('Denied');
    await bench.org.member(ann, group);
    const rule = await bench.org.api('POST', `/api/v1/policies/${policy.id}/rules`, {
      ...{ type: 'ACCESS_POLICY', name: 'No access' },
      conditions: { people: { groups: { include: [group.id] } } },
      actions: { appSignOn: { access: 'DENY' } },
    });
    await bench.org.api('PUT', `/api/v1/apps/${appId}/policies/${policy.id}`);
    const { back: url } = await signIn(authorizeUrl(appId));
    const found = firstCause(await diagnose({ appId, user: ann.login, url }), 'sign_on_policy_denies');
    expect(found).toMatchObject({ certainty: 'certain', who: 'okta_admin' });
    expect(found.evidence).toContainEqual(
      expect.stringMatching(/^System Log, .*application.policy.sign_on.deny_access/),
    );
    expect(found.evidence.join()).toContain(`the rule No access (${rule.id}) decides`);
    const bo = await bench.org.user('bo');
    await bench.org.api('POST', `/api/v1/apps/${appId}/users`, { id: bo.id });
    expect(cause(await diagnose({ appId, user: bo.login }), 'sign_on_policy_denies').certainty).toBe(
      'possible',
    );
  });

  it.each([
    ['app.generic.unauth_app_access_attempt', 'User is not assigned to the application', 'user_not_assigned'],
    ['app.oauth2.as.authorize.code', 'no_matching_policy', 'no_matching_policy'],
    ['app.oauth2.as.evaluate.claim', 'claim failed', 'claim_expression'],
    ['app.oauth2.as.token.grant.id_token', 'too_many_groups_in_groups_claim', 'too_many_groups'],
  ] as const)('the System Log has %s: %s', async (eventType, reason, code) => {
    const { appId } = await oidc();
    await logged(appId, eventType, reason);
    const found = cause(await diagnose({ appId }), code);
    expect(found.evidence).toContainEqual(
      expect.stringMatching(`^System Log, .*${eventType} FAILURE ${reason} of ${ann.login}`),
    );
    await bench.org.control('POST', '/clock', { advanceMs: 25 * 3_600_000 });
    const later = connect(
      { orgUrl: bench.sandbox.orgUrl, auth: { type: 'api_token', token: bench.sandbox.apiToken } },
      { clock: { now: () => Date.now() + 25 * 3_600_000, sleep: async () => {} } },
    );
    expect((await later.run('diagnose_sso', { appId })).causes).toEqual([]);
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect((await later.run('diagnose_sso', { appId, since })).causes.map((one) => one.code)).toContain(code);
    later.close();
  });

  it('sso-field 8 more than 100 groups, with a claim of groups', async () => {
    const { appId } = await oidc({ groups: { filterValue: 'Sales' } });
    expect((await diagnose({ appId, user: ann.login })).checked).toContain('The user is in 1 group.');
    for (let n = 0; n < 100; n += 1) await bench.org.member(ann, await bench.org.group(`Team ${n}`));
    const found = firstCause(await diagnose({ appId, user: ann.login }), 'too_many_groups');
    expect(found).toMatchObject({ certainty: 'likely', who: 'okta_admin' });
    expect(found.evidence.join()).toContain('The claim groups has those that match: user.getGroups');
  }, 30_000);

  it.each([
    [
      'sso-field 25 the expression of a claim fails',
      'claim_expression',
      { valueType: 'EXPRESSION', value: 'nonsense((' },
    ],
    [
      'sso-field 8 too many groups of a custom server',
      'too_many_groups',
      { valueType: 'GROUPS', value: 'Team', group_filter_type: 'STARTS_WITH' },
    ],
  ] as const)(
    '%s: at the token endpoint',
    async (_, code, claim) => {
      const { id } = await bench.org.api('POST', '/api/v1/authorizationServers', {
        ...{ name: 'Portal', description: 'Portal', audiences: ['api://x'] },
      });
      const { appId, secret, issuer } = await oidc({ issuer: 'Portal', authMethod: 'client_secret_post' });
      await bench.org.api('POST', `/api/v1/authorizationServers/${id}/claims`, {
        ...{ name: 'broken', status: 'ACTIVE', claimType: 'IDENTITY', alwaysIncludeInToken: true, ...claim },
      });
      if (code === 'too_many_groups') {
        for (let n = 0; n < 101; n += 1) await bench.org.member(ann, await bench.org.group(`Team ${n}`));
      }
      const { back } = await signIn(authorizeUrl(appId, {}, `${issuer}/v1`));
      const given = {
        client_id: appId,
        client_secret: secret,
        code: String(new URL(back).searchParams.get('code')),
      };
      const error = await exchanged(given, issuer);
      const found = firstCause(await diagnose({ appId, user: ann.login, error }), code);
      expect(found).toMatchObject({ certainty: 'likely', who: 'okta_admin' });
      expect(found.evidence.join('\n')).toMatch(
        /The text says so: .*\nSystem Log, .*(evaluate.claim|token.grant)/,
      );
    },
    30_000,
  );
});

describe('SAML', () => {
  const wanted = (...names: string[]) =>
    spMetadata({
      inside: `<NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</NameIDFormat>${acs('/acs', 0)}
<AttributeConsumingService>${names.map((name) => `<RequestedAttribute Name="${name}"/>`).join('')}</AttributeConsumingService>`,
    });

  it('an app that is as its application wants it: nothing is blamed', async () => {
    const { appId, response } = await saml();
    const input = { appId, user: ann.login, spMetadataXml: spMetadata() };
    const output = await diagnose({ ...input, samlResponse: await response() });
    expect(codes(output)).toEqual([]);
    expect(output.checked).toEqual(
      expect.arrayContaining([
        'The audience is the entity ID of the application.',
        'The app sends to the ACS URL of the application.',
        'The app signs response and assertion.',
        'The response comes from the app.',
        'The response says Success.',
      ]),
    );
  });

  it('sso-field 15 the audience differs by a slash', async () => {
    const { appId, response } = await saml();
    await edit(appId, (app) => {
      app.settings.signOn.audience += '/';
    });
    const found = firstCause(await diagnose({ appId, spMetadataXml: spMetadata() }), 'saml_audience');
    expect(found).toMatchObject({ certainty: 'certain', who: 'okta_admin' });
    expect(found.evidence).toEqual([`The audience is ${SP}/saml/, the entity ID ${SP}/saml.`]);
    const sent = await diagnose({ appId, spMetadataXml: spMetadata(), samlResponse: await response() });
    expect(firstCause(sent, 'saml_audience').evidence).toContain(
      `The response is for ${SP}/saml/, the application is ${SP}/saml.`,
    );
    const error = 'SAML assertion audience mismatch. Expected: a Received: b';
    expect(firstCause(await diagnose({ error }), 'saml_audience').certainty).toBe('likely');
  });

  it('ACS, recipient and destination mismatch: each is named', async () => {
    const { appId, response } = await saml();
    for (const member of ['ssoAcsUrl', 'recipient', 'destination']) {
      await edit(appId, (app) => {
        Object.assign(app.settings.signOn, {
          ssoAcsUrl: `${SP}/acs`,
          recipient: `${SP}/acs`,
          destination: `${SP}/acs`,
        });
        app.settings.signOn[member] = `${SP}/old`;
      });
      const found = firstCause(await diagnose({ appId, spMetadataXml: spMetadata() }), 'saml_acs');
      expect(found.certainty).toBe('certain');
      expect(found.evidence).toEqual([
        `${member} is ${SP}/old.`,
        `The application takes assertions at ${SP}/acs.`,
      ]);
    }
    const stale = await response();
    await edit(appId, (app) => {
      const next = {
        ssoAcsUrl: `${SP}/new`,
        recipient: `${SP}/new`,
        destination: `${SP}/new`,
        audience: 'urn:new',
      };
      Object.assign(app.settings.signOn, next);
    });
    const output = await diagnose({ appId, samlResponse: stale });
    expect(cause(output, 'saml_acs').evidence.join()).toContain(`the app now sends to ${SP}/new`);
    expect(cause(output, 'saml_audience').evidence.join()).toContain(
      `for ${SP}/saml, the audience of the app is urn:new`,
    );
    expect(
      firstCause(await diagnose({ error: 'Invalid Destination on Response' }), 'saml_acs').certainty,
    ).toBe('likely');
  });

  it('reads the metadata of the application where it publishes them', async () => {
    const { appId } = await saml();
    await edit(appId, (app) => {
      app.settings.signOn.audience = 'urn:other';
    });
    await hostThat(
      200,
      () => spMetadata(),
      async (origin) => {
        const output = await diagnose({ appId, spMetadataUrl: `${origin}/metadata` });
        expect(firstCause(output, 'saml_audience').certainty).toBe('certain');
      },
    );
  });

  it('sso-field 17 a certificate that was changed is the cause', async () => {
    const { appId, response } = await saml();
    const before = await response();
    expect(codes(await diagnose({ appId, samlResponse: before }))).toEqual([]);
    await bench.client.run('rotate_saml_certificate', { appId });
    await bench.client.run('rotate_saml_certificate', { appId, phase: 'finish' });
    const found = firstCause(await diagnose({ appId, samlResponse: before }), 'certificate_changed');
    expect(found).toMatchObject({ certainty: 'certain', who: 'app_admin' });
    expect(found.evidence.join()).toContain('/sso/saml/metadata');
    expect(codes(await diagnose({ appId, samlResponse: await response() }))).toEqual([]);
    const said = firstCause(await diagnose({ appId, error: 'Invalid signature' }), 'certificate_changed');
    expect(said.certainty).toBe('likely');
    expect(said.evidence.join()).toContain('The app has had 2 certificates');
  });

  it('OD-15 an expired certificate is a warning, not the cause', async () => {
    const { appId } = await saml();
    const later = connect(
      { orgUrl: bench.sandbox.orgUrl, auth: { type: 'api_token', token: bench.sandbox.apiToken } },
      { clock: { now: () => Date.parse('2036-12-01T00:00:00Z'), sleep: async () => {} } },
    );
    const { causes } = await later.run('diagnose_sso', { appId });
    later.close();
    expected.add('certificate_expired');
    expect(causes.find((one) => one.code === 'certificate_expired')).toMatchObject({
      ...{ certainty: 'possible', action: { key: 'rotate_saml_certificate', input: { appId } } },
    });
  });

  it('an app that signs only one of the two', async () => {
    const { appId } = await saml();
    await edit(appId, (app) => {
      app.settings.signOn.responseSigned = false;
    });
    const found = cause(await diagnose({ appId, error: 'Invalid document signature' }), 'signature_missing');
    expect(found).toMatchObject({
      certainty: 'likely',
      evidence: expect.arrayContaining(['The app does not sign the response.']),
    });
    expect(cause(await diagnose({ appId }), 'signature_missing').certainty).toBe('possible');
  });

  it('sso-field 16 the clock: the measured difference, and a response from the future', async () => {
    const { appId, entityId } = await saml();
    const fast = connect(
      { orgUrl: bench.sandbox.orgUrl, auth: { type: 'api_token', token: bench.sandbox.apiToken } },
      { clock: { now: () => Date.now() - 100_000, sleep: async () => {} } },
    );
    const error = 'SAML assertion not yet valid';
    const output = await fast.run('diagnose_sso', { appId, error });
    fast.close();
    expect(output.causes[0]).toMatchObject({ code: 'clock_skew', certainty: 'likely', who: 'app_admin' });
    expect(output.causes[0]?.evidence.join()).toMatch(
      /The clock of this machine is (99|100|101) s behind that of Okta/,
    );
    const notBefore = new Date(Date.now() + 90_000).toISOString();
    const early = await diagnose({ appId, samlResponse: samlResponse({ issuer: entityId, notBefore }) });
    expect(cause(early, 'clock_skew').evidence.join()).toMatch(/that is in (89|90) s by this clock/);
    expect((await diagnose({ appId })).checked.join()).toMatch(/within \d s of Okta/);
  });

  it.each([
    'NotBefore in Condition was in the future',
    'SAML assertion expired: clocks skewed too much',
    'ERR_SUBJECT_UNCONFIRMED',
    'ID token issued in the future',
  ])('sso-field 16 %s is about the clock', async (error) => {
    expect(firstCause(await diagnose({ error }), 'clock_skew').certainty).toBe('likely');
  });

  it('NameID format: as the app is set, as the response has it, as the application wants it', async () => {
    const { appId, response } = await saml();
    const before = await response();
    await edit(appId, (app) => {
      app.settings.signOn.subjectNameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
    });
    const found = firstCause(await diagnose({ appId, spMetadataXml: wanted() }), 'nameid_format');
    expect(found.evidence).toEqual(['The app sends persistent, the application names emailAddress.']);
    const output = await diagnose({ appId, samlResponse: before });
    expect(cause(output, 'nameid_format').evidence.join()).toContain(
      'The response has emailAddress, the app is set to persistent',
    );
  });

  it('sso-field 19 the NameID is written with other capital letters', async () => {
    const { appId, entityId } = await saml();
    const nameId = ann.login.replace('ann', 'Ann');
    const output = await diagnose({
      appId,
      user: ann.login,
      samlResponse: samlResponse({ issuer: entityId, nameId }),
    });
    expect(firstCause(output, 'nameid_case').evidence).toEqual([
      `The NameID is ${nameId}, Okta's account ${ann.login}.`,
    ]);
  });

  it('sso-field 20 the format says e-mail and the value is none; the e-mail attribute differs', async () => {
    const { appId, entityId } = await saml();
    const attributes = { email: 'ann.ruiz@acme.test' };
    const output = await diagnose({
      appId,
      samlResponse: samlResponse({ issuer: entityId, nameId: 'aruiz', attributes }),
    });
    expect(firstCause(output, 'nameid_value').evidence).toEqual([
      'The format is emailAddress, and aruiz is no address.',
      'The NameID is aruiz, the e-mail attribute ann.ruiz@acme.test.',
    ]);
  });

  it('sso-field 20 sso-field 24 OD-7 the address belongs to another account', async () => {
    for (const error of [
      'User already exists',
      'This email is already in use',
      'Account with that e-mail already exists',
    ]) {
      expect(firstCause(await diagnose({ error }), 'email_taken').who).toBe('app_admin');
    }
  });

  it('sso-field 21 an attribute is sent in other case, or not at all', async () => {
    const { appId, entityId } = await saml({ attributes: { Email: 'user.email' } });
    const spMetadataXml = wanted('email');
    const found = firstCause(await diagnose({ appId, spMetadataXml }), 'attribute_case');
    expect(found).toMatchObject({
      certainty: 'certain',
      evidence: ['The app sends Email, the application asks for email.'],
    });
    const attributes = { EMAIL: ann.login };
    const response = samlResponse({ issuer: entityId, nameId: ann.login, attributes });
    const sent = await diagnose({ appId, spMetadataXml, samlResponse: response });
    expect(cause(sent, 'attribute_case').evidence).toContain(
      'The response has EMAIL, the application asks for email.',
    );
    const missing = await diagnose({ appId, spMetadataXml: wanted('department') });
    expect(firstCause(missing, 'attribute_missing').evidence.join()).toContain('also asks for department');
  });

  it('sso-field 22 unexpected InResponseTo: begun by Okta, or forgotten', async () => {
    const { appId, entityId } = await saml();
    const error = 'Unexpected InResponseTo';
    const begun = await diagnose({
      appId,
      error,
      samlResponse: samlResponse({ issuer: entityId, nameId: ann.login }),
    });
    expect(firstCause(begun, 'unsolicited_response').evidence.join()).toContain('Okta began the sign-in');
    const response = samlResponse({ issuer: entityId, nameId: ann.login, inResponseTo: '_r1' });
    const lost = await diagnose({ appId, error, samlResponse: response });
    expect(firstCause(lost, 'unsolicited_response').evidence.join()).toContain('has forgotten its request');
  });

  it('a response that is an error, or of another app', async () => {
    const { appId, entityId } = await saml();
    const refusal = samlResponse({ issuer: entityId, status: 'Requester' });
    expect(firstCause(await diagnose({ appId, samlResponse: refusal }), 'saml_status').evidence).toEqual([
      'The response says Requester.',
    ]);
    const other = samlResponse({ issuer: 'http://www.okta.com/exk1other', nameId: ann.login });
    const found = firstCause(await diagnose({ appId, samlResponse: other }), 'saml_issuer');
    expect(found.evidence.join()).toContain(`http://www.okta.com/exk1other, the app is ${entityId}`);
    const error = 'Unknown SAML issuer. Expected: a Received: b';
    expect(firstCause(await diagnose({ error }), 'saml_issuer').certainty).toBe('likely');
  });

  it.each([
    ['no base64', 'is not base64', '<Response/>'],
    ['other XML', 'is XML, but no response', Buffer.from('<Response/>').toString('base64')],
    [
      'a document type',
      'declares a document type',
      Buffer.from('<!DOCTYPE x><Response/>').toString('base64'),
    ],
    ['no XML', 'is not well-formed XML', Buffer.from('hello').toString('base64')],
  ])('refuses %s before anything is sent', async (_, message, response) => {
    const error = await rejection(diagnose({ appId: 'none', samlResponse: response }));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) });
  });
});

describe('texts of relying parties', () => {
  it.each([
    ['Remote user could not be set', 'claim_missing'],
    ['claim "groups" not found', 'claim_missing'],
    ['session_message=AuthenticationError: Unauthorized', 'claim_missing'],
    ['session_message=AuthenticationError: Unauthorized', 'account_not_listed'],
    ['Unable to verify authorization request state.', 'state_lost'],
    ['unexpected "state" response parameter value', 'state_lost'],
    ['Error in handling response type.', 'text_hides_cause'],
    ['400 Bad Request', 'text_hides_cause'],
    ['OAUTH_HTTP_REQUEST_FORBIDDEN', 'plain_http'],
    ['ID token not issued by expected OpenID provider.', 'issuer_mismatch'],
    ['unexpected "iss" (issuer) response parameter value', 'issuer_mismatch'],
    ['Failed to verify signature.', 'certificate_changed'],
    ['Wrong Recipient in SubjectConfirmationData. Current URL is: a, Recipient is b', 'saml_acs'],
    ['NotOnOrAfter in SubjectConfirmationData was in the past.', 'clock_skew'],
    ['"iat" validation failure (9): JWT was issued more than 600 seconds in the future', 'clock_skew'],
    ['"exp" validation failure (9): JWT expired 61 seconds ago', 'clock_skew'],
    ['could not verify signature against any of the (2) provided keys', 'keys_rotated'],
    ['calculated state from cookie does not match state parameter passed back in URL', 'state_lost'],
    ['URL value "a" does not match the hostname of the current request "b"', 'state_lost'],
    ['The groups claim matched too many groups', 'too_many_groups'],
    ['E0000006: You do not have permission to perform the requested action', 'permission_missing'],
    ['E0000011: Invalid token provided', 'api_token_invalid'],
    [
      'E0000015: You do not have permission to access the feature you are requesting',
      'api_access_management_missing',
    ],
  ] as const)('sso-field 6 OD-16 %s: %s', async (error, code) => {
    const output = await diagnose({ error });
    expect(cause(output, code).evidence.join()).toContain(error);
    if (/E0000|JWT/.test(error)) expect(output.causes).toHaveLength(1);
  });
});

describe('what a diagnosis is', () => {
  it('OD-16 an unknown text: no cause is invented, and it says what to give', async () => {
    const { appId } = await oidc();
    const output = await diagnose({ appId, user: ann.login, error: 'Something went wrong (id 4711)' });
    expect(output).toMatchObject({ summary: 'No cause was found: see next.', causes: [] });
    expect(output.next?.join(' ')).toMatch(
      /Give url.*Give error: the line of the error log.*Give clientSecret.*Sign in again/,
    );
    expect(output.checked).toContain('The app OneDesk is active.');
  });

  it('OD-16 says what to give, before anything is sent', async () => {
    const error = await rejection(diagnose({ redirectUri: CALLBACK, since: '2026-01-01T00:00:00Z' }));
    expect(error).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('appId, user, error, url'),
    });
    await expect(diagnose({ url: 'callback?error=x' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(diagnose({ appId: 'No such app' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(diagnose({ issuer: 'acme' })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('a credential that is missing and one that may not: the rest is still checked', async () => {
    const { appId } = await oidc();
    await bench.org.api('POST', `/api/v1/users/${ann.id}/lifecycle/suspend`);
    await forbidden('GET', '/api/v1/logs');
    await forbidden('GET', '/policies/');
    const output = await diagnose({ appId, user: ann.login });
    expect(firstCause(output, 'user_inactive').certainty).toBe('certain');
    const checks = output.notChecked.map(({ check }) => check);
    expect(checks).toEqual(expect.arrayContaining(['the System Log', 'the sign-on policy of the app']));
    expect(output.notChecked.find(({ check }) => check === 'the System Log')?.reason).toMatch(/\w.*\.$/);
  });

  it('OD-16 a token of the connection that is invalid is itself the cause', async () => {
    const { appId } = await oidc();
    await bench.org.control('POST', '/tokens/revoke', { apiToken: true });
    const output = await diagnose({ appId, user: ann.login });
    expect(firstCause(output, 'api_token_invalid')).toMatchObject({
      certainty: 'certain',
      who: 'okta_admin',
    });
    expect(output.notChecked.length).toBeGreaterThan(1);
  });

  it('tells no secret that was in a text or an address', async () => {
    const { appId } = await oidc();
    const url = `${CALLBACK}?code=abcdefghijklmnop&error=access_denied&error_description=User+is+not+assigned&access_token=eyJhbGciOiJSUzI1NiJ9.x.y`;
    const error = 'invalid_client client_secret=Very-Secret-Value-123 Authorization: Basic YWJjZGVmZ2hpamts';
    const output = JSON.stringify(
      await diagnose({
        appId,
        url,
        error: `${error} PKCE Another-Secret-Value`,
        clientSecret: 'Another-Secret-Value',
      }),
    );
    for (const secret of ['abcdefghijklmnop', 'eyJhbGci', 'Very-Secret', 'YWJjZGVm', 'Another-Secret']) {
      expect(output).not.toContain(secret);
    }
  });

  it('changes nothing', async () => {
    const { appId } = await oidc();
    await fetch(`${bench.sandbox.orgUrl}/__sandbox__/requests`, { method: 'DELETE' });
    await diagnose({ appId, user: ann.login, url: authorizeUrl(appId), error: 'invalid_client' });
    const { requests } = await bench.org.control('GET', '/requests');
    const methods = requests.map(({ method }: { method: string }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });

  it('has a test above for every cause of the table', () => {
    expect(CAUSE_CODES.filter((code) => !expected.has(code))).toEqual([]);
  });
});
