import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { type Bench, useBench } from '../actions/support.ts';
import { PASSWORD } from '../support/arrange.ts';
import { Browser } from '../support/browser.ts';
import { postedResponse } from '../support/saml-idp.ts';
import { past, postedBy } from '../support/saml-sign-in.ts';
import { SP } from '../support/sso.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const main = join(import.meta.dirname, '../../src/cli/main.ts');

/** The command line, as a user calls it: what it prints, and how it ends. */
async function okta(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { orgUrl, apiToken } = bench.sandbox;
  const env = { PATH: process.env.PATH, OKTA_CLIENT_ORGURL: orgUrl, OKTA_CLIENT_TOKEN: apiToken };
  return promisify(execFile)(process.execPath, [main, ...args], { env }).then(
    (printed) => ({ code: 0, ...printed }),
    (error) => error,
  );
}

/** An app for one person, set up by our action, with groups and attributes. */
async function setUp() {
  const ana = await bench.org.user('ana');
  const group = await bench.org.group('Sales');
  await bench.org.member(ana, group);
  const told = await bench.client.run('set_up_saml_sso', {
    ...{ label: 'CRM', entityId: `${SP}/saml`, acsUrl: `${SP}/acs`, assignUsers: [ana.id] },
    attributes: { firstName: 'user.firstName', email: 'user.email' },
    groups: { name: 'groups', filterType: 'EQUALS', filterValue: group.name },
  });
  return { ana, group, told, appId: String(told.appId) };
}

/** Signs in at the tile of the app. @returns what the browser then posts to the application. */
async function signedIn(appId: string, login: string): Promise<string> {
  const app = await bench.org.api('GET', `/api/v1/apps/${appId}`);
  const browser = new Browser(bench.sandbox.orgUrl);
  const page = await past(browser, await browser.open(app._links.appLinks[0].href), login, PASSWORD);
  return postedBy(page).SAMLResponse;
}

it('OIN-1 set up, signed in and verified from the command line; once', async () => {
  const { ana, group, told, appId } = await setUp();
  const samlResponse = await signedIn(appId, ana.login);
  const state = join(mkdtempSync(join(tmpdir(), 'samlverify-')), 'used.json');
  const input = { samlResponse, allowIdpInitiated: true, state, wantSigned: 'both', trustEmail: true };
  const records = [{ id: '4711', kind: 'user', email: ana.login.toUpperCase() }];
  const args = ['run', 'verify_saml_response', 'appId=CRM', '--input', JSON.stringify({ ...input, records })];
  const first = await okta(args);
  expect(first.stderr).toBe('');
  expect(JSON.parse(first.stdout)).toMatchObject({
    identity: { issuer: told.entityId, subject: ana.login, claims: { firstName: 'Ana', groups: group.name } },
    ...{ decision: 'link', record: { id: '4711' }, attributes: { groups: [group.name] }, warnings: [] },
  });
  const again = await okta(args);
  expect(again.code).toBe(1);
  const { error } = JSON.parse(again.stderr);
  expect(error).toMatchObject({
    code: 'sign_in_refused',
    causes: expect.arrayContaining(['check: one-time use']),
  });
  expect(again.stderr).not.toContain(samlResponse.slice(0, 40));
});

it('sso-field 17 an app is verified with the key that it signs with, before, during and after a rotation', async () => {
  const { ana, appId } = await setUp();
  const verified = async () => {
    const input = { appId, samlResponse: await signedIn(appId, ana.login), allowIdpInitiated: true };
    return (await bench.client.run('verify_saml_response', input)).identity.subject;
  };
  expect(await verified()).toBe(ana.login);
  await bench.client.run('rotate_saml_certificate', { appId, phase: 'begin' });
  expect(await verified()).toBe(ana.login);
  await bench.client.run('rotate_saml_certificate', { appId, phase: 'finish' });
  expect(await verified()).toBe(ana.login);
});

it('OD-11 the published metadata do instead of the app', async () => {
  const { ana, told, appId } = await setUp();
  const input = { idpMetadataUrl: told.metadataUrl, audience: `${SP}/saml`, acsUrl: `${SP}/acs` };
  const samlResponse = await signedIn(appId, ana.login);
  const found = await bench.client.run('verify_saml_response', {
    ...input,
    samlResponse,
    allowIdpInitiated: true,
  });
  expect(found.identity).toMatchObject({ issuer: told.entityId, subject: ana.login });
});

it('sso-field 16 tells how far the clock of this machine is off', async () => {
  const { ana, appId } = await setUp();
  await bench.org.control('POST', '/clock', { advanceMs: 600_000 });
  const input = { appId, samlResponse: await signedIn(appId, ana.login), allowIdpInitiated: true };
  const run = (allowedSkewSeconds: number) =>
    bench.client.run('verify_saml_response', { ...input, allowedSkewSeconds });
  const behind = expect.stringMatching(/the clock of this machine is (599|600|601) s behind the one of Okta/);
  await expect(run(60)).rejects.toMatchObject({
    ...{ code: 'sign_in_refused', actor: 'caller', message: expect.stringContaining('not valid yet') },
    causes: expect.arrayContaining(['check: time', behind]),
  });
  expect((await run(900)).warnings).toContainEqual(behind);
});

it('OIN-4 of several addresses the one must be named at which the response arrived', async () => {
  const { ana, appId } = await setUp();
  const app = await bench.org.api('GET', `/api/v1/apps/${appId}`);
  const acsEndpoints = [`${SP}/acs`, `${SP}/eu/acs`].map((url, index) => ({ url, index }));
  const signOn = { ...app.settings.signOn, allowMultipleAcsEndpoints: true, acsEndpoints };
  await bench.org.api('PUT', `/api/v1/apps/${appId}`, { ...app, settings: { ...app.settings, signOn } });
  const input = { appId, samlResponse: await signedIn(appId, ana.login), allowIdpInitiated: true };
  const run = (more: object) => bench.client.run('verify_saml_response', { ...input, ...more });
  await expect(run({})).rejects.toMatchObject({
    code: 'invalid_input',
    causes: [`${SP}/acs`, `${SP}/eu/acs`],
  });
  await expect(run({ acsUrl: `${SP}/eu/acs` })).rejects.toMatchObject({ code: 'sign_in_refused' });
  expect((await run({ acsUrl: `${SP}/acs` })).identity.subject).toBe(ana.login);
});

it('an app that does not sign with SAML is no identity provider of SAML', async () => {
  const made = await bench.client.run('set_up_oidc_sso', { label: 'Wiki', redirectUris: [`${SP}/callback`] });
  const run = bench.client.run('verify_saml_response', {
    ...{ appId: String(made.appId), samlResponse: postedResponse({ now: Date.now() }) },
  });
  await expect(run).rejects.toMatchObject({
    ...{ code: 'invalid_input', message: expect.stringContaining('OPENID_CONNECT') },
  });
});
