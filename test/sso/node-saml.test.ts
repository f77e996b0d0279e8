import { SAML, type SamlConfig, ValidateInResponseTo } from '@node-saml/node-saml';
import { expect, it } from 'vitest';
import { selfSigned } from '../../src/sandbox/apps/certificate.ts';
import { newKeyPair } from '../../src/sandbox/apps/key-pairs.ts';
import { type Bench, useBench } from '../actions/support.ts';
import { PASSWORD } from '../support/arrange.ts';
import { Browser, type Page } from '../support/browser.ts';
import { past, postedBy, xmlOf } from '../support/saml-sign-in.ts';
import { acs, SP, spMetadata } from '../support/sso.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

type Input = Partial<Parameters<Bench['client']['run']>[1]> & Record<string, unknown>;

/** An app for one person, set up by our action, and node-saml configured with what that tells. */
async function setUp(input: Input = {}, options: Partial<SamlConfig> = {}) {
  const ana = await bench.org.user('ana');
  const told = await bench.client.run('set_up_saml_sso', {
    ...{ label: 'CRM', entityId: `${SP}/saml`, acsUrl: `${SP}/acs`, assignUsers: [ana.id] },
    ...input,
  });
  const config: SamlConfig = {
    callbackUrl: String(told.acsUrl),
    entryPoint: String(told.ssoUrl),
    issuer: String(told.spEntityId),
    audience: String(told.spEntityId),
    idpCert: String(told.certificate?.pem),
    signatureAlgorithm: 'sha256',
    acceptedClockSkewMs: 0,
    validateInResponseTo: ValidateInResponseTo.ifPresent,
    ...options,
  };
  return { ana, told, config, sp: new SAML(config), appId: String(told.appId) };
}

const newBrowser = () => new Browser(bench.sandbox.orgUrl);

/** Goes from the application to the org and signs in there. */
async function begun(sp: SAML, login: string, relayState = '', browser = newBrowser()): Promise<Page> {
  const page = await browser.open(await sp.getAuthorizeUrlAsync(relayState, undefined, {}));
  return past(browser, page, login, PASSWORD);
}

/** Posts a request as a browser does for the application. @param changes makes another XML of it */
async function posting(sp: SAML, browser: Browser, changes = (xml: string) => xml): Promise<Page> {
  const form = await sp.getAuthorizeFormAsync(RELAY_STATE);
  const encoded = /name="SAMLRequest" value="([^"]*)"/.exec(form)?.[1] ?? '';
  const SAMLRequest = Buffer.from(changes(Buffer.from(encoded, 'base64').toString('latin1')), 'latin1');
  const body = new URLSearchParams({ SAMLRequest: SAMLRequest.toString('base64'), RelayState: RELAY_STATE });
  return browser.open(String(sp.options.entryPoint), { method: 'POST', body });
}

const profileOf = async (sp: SAML, page: Page) =>
  (await sp.validatePostResponseAsync({ ...postedBy(page) })).profile;

/** Changes the settings of an app as an administrator. */
async function change(appId: string, signOn: object) {
  const app = await bench.org.api('GET', `/api/v1/apps/${appId}`);
  const settings = { ...app.settings, signOn: { ...app.settings.signOn, ...signOn } };
  await bench.org.api('PUT', `/api/v1/apps/${appId}`, { ...app, settings });
}

/** The events of a type about an app. */
const events = (type: string, appId: string) =>
  bench.org.api(
    'GET',
    `/api/v1/logs?filter=${encodeURIComponent(`eventType eq "${type}" and target.id eq "${appId}"`)}`,
  );

// A whole address, as Apache sends it.
const RELAY_STATE = `${SP}/page?q=${'é&"<>\'+ %2F'.repeat(40)}`.slice(0, 333);

it('OIN-1 signs in from the application by redirect, with the whole address of a page as RelayState', async () => {
  const { ana, sp, told, appId } = await setUp();
  const page = await begun(sp, ana.login, RELAY_STATE);
  const posted = postedBy(page);
  expect(RELAY_STATE).toHaveLength(333);
  expect(posted).toMatchObject({ action: `${SP}/acs`, RelayState: RELAY_STATE });
  expect(await profileOf(sp, page)).toMatchObject({
    ...{ issuer: told.entityId, nameID: ana.login, nameIDFormat: told.nameIdFormat },
    ...{ sessionIndex: expect.any(String), inResponseTo: expect.any(String) },
  });
  const [event] = await events('user.authentication.sso', appId);
  expect(event).toMatchObject({
    ...{ actor: { id: ana.id }, outcome: { result: 'SUCCESS' } },
    target: [
      { id: appId, type: 'AppInstance' },
      { type: 'AppUser', alternateId: ana.login },
    ],
    debugContext: { debugData: { initiationType: 'SP_INITIATED', signOnMode: 'SAML 2.0' } },
  });
});

it.each([true, false])('OIN-1 signs in from the application by POST, deflated: %s', async (isDeflated) => {
  const { ana, sp } = await setUp({}, { skipRequestCompression: !isDeflated });
  const browser = newBrowser();
  const first = await posting(sp, browser);
  const page = await past(browser, first, ana.login, PASSWORD);
  expect(postedBy(page).RelayState).toBe(RELAY_STATE);
  expect(await profileOf(sp, page)).toMatchObject({ nameID: ana.login });
  // The next time there is a session, which browsers do not send with the form of another site.
  const again = await posting(sp, browser);
  expect(await profileOf(sp, again)).toMatchObject({ nameID: ana.login });
});

it('OIN-1 signs in from Okta, at the address of the tile, with the RelayState of the app', async () => {
  const { ana, sp, appId } = await setUp();
  await change(appId, { defaultRelayState: '/start?a=1&b=2' });
  const app = await bench.org.api('GET', `/api/v1/apps/${appId}`);
  const browser = newBrowser();
  const page = await past(browser, await browser.open(app._links.appLinks[0].href), ana.login, PASSWORD);
  expect(postedBy(page).RelayState).toBe('/start?a=1&b=2');
  expect(xmlOf(postedBy(page))).not.toContain('InResponseTo');
  expect(await profileOf(sp, page)).toMatchObject({ nameID: ana.login });
  const [event] = await events('user.authentication.sso', appId);
  expect(event.debugContext.debugData).toMatchObject({ initiationType: 'IDP_INITIATED' });
});

it('needs no password in another app while the session lasts, unless the application forces it', async () => {
  const { ana, sp, config, appId } = await setUp();
  const browser = newBrowser();
  await begun(sp, ana.login, '', browser);
  const open = async (one: SAML) => browser.open(await one.getAuthorizeUrlAsync('', undefined, {}));
  expect(await profileOf(sp, await open(sp))).toMatchObject({ nameID: ana.login });
  const forcing = new SAML({ ...config, forceAuthn: true });
  const asked = await open(forcing);
  expect(asked.text).toContain('id="password"');
  // Coming back without having entered it is not enough.
  const back = /name="fromURI" value="([^"]*)"/.exec(asked.text)?.[1] as string;
  const unchanged = await browser.open(back.replace(/&#(\d+);/g, (_, c) => String.fromCharCode(Number(c))));
  expect(unchanged.text).toContain('id="password"');
  expect(await profileOf(forcing, await past(browser, unchanged, ana.login, PASSWORD))).toBeTruthy();
  await change(appId, { honorForceAuthn: false });
  expect(await profileOf(forcing, await open(forcing))).toMatchObject({ nameID: ana.login });
});

it('says at once that nobody is signed in where the application wants nobody to be asked', async () => {
  const { config } = await setUp();
  const passive = new SAML({ ...config, passive: true });
  const page = await newBrowser().open(await passive.getAuthorizeUrlAsync('', undefined, {}));
  expect(xmlOf(postedBy(page))).toContain('urn:oasis:names:tc:SAML:2.0:status:NoPassive');
  expect(await passive.validatePostResponseAsync({ ...postedBy(page) })).toMatchObject({ profile: null });
});

it('sso-field 17 signs with the old certificate, then with the new one', async () => {
  const { ana, sp, config, appId } = await setUp();
  const next = await bench.client.run('rotate_saml_certificate', { appId, phase: 'begin' });
  const [old, made] = [config.idpCert as string, next.certificate.pem];
  expect(made).not.toBe(old);
  const [both, onlyNew] = [
    new SAML({ ...config, idpCert: [old, made] }),
    new SAML({ ...config, idpCert: made }),
  ];
  expect(await profileOf(sp, await begun(sp, ana.login))).toBeTruthy();
  await expect(profileOf(onlyNew, await begun(onlyNew, ana.login))).rejects.toThrow(/signature/i);
  await bench.client.run('rotate_saml_certificate', { appId, phase: 'finish' });
  for (const one of [both, onlyNew]) expect(await profileOf(one, await begun(one, ana.login))).toBeTruthy();
  await expect(profileOf(sp, await begun(sp, ana.login))).rejects.toThrow(/signature/i);
});

it.each([
  ['several', 'STARTS_WITH', 'S', (run: string) => [`Sales ${run}`, `Staff ${run}`]],
  ['one', 'EQUALS', 'Sales', (run: string) => `Sales ${run}`],
  ['none', 'CONTAINS', 'Other', () => undefined],
  ['a name as a whole', 'REGEX', 'S.', () => undefined],
  ['what a pattern matches', 'REGEX', 'Sta.*', (run: string) => `Staff ${run}`],
] as const)('OIN-3 sends groups: %s', async (_, filterType, start, expected) => {
  const { run } = bench.org;
  const filterValue = filterType === 'EQUALS' ? `${start} ${run}` : start;
  const { ana, sp } = await setUp({ groups: { name: 'roles', filterType, filterValue } });
  for (const name of ['Sales', 'Staff']) await bench.org.member(ana, await bench.org.group(name));
  const profile = await profileOf(sp, await begun(sp, ana.login));
  const { roles } = (profile?.attributes ?? {}) as { roles?: unknown };
  expect(Array.isArray(roles) ? roles.toSorted() : roles).toEqual(expected(run));
});

it('OIN-3 OD-9 sends attributes under the names that the application wants, without those that have no value', async () => {
  const attributes = {
    'http://schemas.example/claims/first': 'user.firstName',
    'urn:oid:2.5.4.4': 'String.toUpperCase(user.lastName)',
    'Full Name <&"\'>': 'user.firstName + " " + user.lastName',
    nick: 'user.nickName',
    key: 'user.id',
    there: 'appuser.userName',
  };
  const { ana, sp, appId } = await setUp({ attributes });
  await bench.org.api('POST', `/api/v1/apps/${appId}/federated-claims`, {
    ...{ name: 'staff', expression: "user.getGroups({'group.profile.name': {'Every.*'}}).![name]" },
  });
  const profile = await profileOf(sp, await begun(sp, ana.login));
  const last = `Ruiz ${bench.org.run}`;
  expect(profile?.attributes).toEqual({
    'http://schemas.example/claims/first': 'Ana',
    'urn:oid:2.5.4.4': last.toUpperCase(),
    'Full Name <&"\'>': `Ana ${last}`,
    ...{ key: ana.id, there: ana.login, staff: 'Everyone' },
  });
});

it('sso-field 19 names people by their id where the app says so', async () => {
  const { ana, sp, appId } = await setUp({ nameIdFormat: 'persistent' });
  for (const template of [`\${user.id}`, 'user.id']) {
    await change(appId, { subjectNameIdTemplate: template });
    expect(await profileOf(sp, await begun(sp, ana.login))).toMatchObject({ nameID: ana.id });
  }
  await change(appId, { subjectNameIdTemplate: `\${user.nickName}` });
  expect((await begun(sp, ana.login)).text).toContain('has no value for this person');
});

it('OIN-4 answers at each address of the app that a request names, and at no other', async () => {
  const inside = acs('/acs', 0, 'isDefault="true"') + acs('/eu/acs', 1);
  const { ana, config } = await setUp({ spMetadataXml: spMetadata({ inside }), acsUrl: undefined });
  for (const callbackUrl of [`${SP}/acs`, `${SP}/eu/acs`]) {
    const tenant = new SAML({ ...config, callbackUrl });
    const page = await begun(tenant, ana.login);
    expect(postedBy(page).action).toBe(callbackUrl);
    expect(await profileOf(tenant, page)).toMatchObject({ nameID: ana.login });
  }
  const stranger = new SAML({ ...config, callbackUrl: `${SP}/acs/` });
  const refused = await begun(stranger, ana.login);
  expect([refused.status, refused.text]).toEqual([
    400,
    expect.stringContaining(`${SP}/acs/, which is no address`),
  ]);
});

it('HALO-21 lets in nobody who is not assigned, and logs it', async () => {
  const { sp, appId } = await setUp();
  const bo = await bench.org.user('bo');
  const page = await begun(sp, bo.login);
  expect([page.status, page.text]).toEqual([403, expect.stringContaining('You are not assigned to CRM.')]);
  expect(await events('app.generic.unauth_app_access_attempt', appId)).toMatchObject([
    { actor: { id: bo.id }, target: [{ id: appId }], outcome: { result: 'FAILURE' } },
  ]);
  const group = await bench.org.group('Sales');
  await bench.org.member(bo, group);
  await bench.org.api('PUT', `/api/v1/apps/${appId}/groups/${group.id}`, {});
  expect(await profileOf(sp, await begun(sp, bo.login))).toMatchObject({ nameID: bo.login });
});

it('OD-6 lets in nobody who is suspended, also not with a session from before', async () => {
  const { ana, sp } = await setUp();
  const browser = newBrowser();
  await begun(sp, ana.login, '', browser);
  await bench.org.api('POST', `/api/v1/users/${ana.id}/lifecycle/suspend`);
  const page = await begun(sp, ana.login, '', browser);
  expect(page.text).toContain('Your account is suspended.');
  expect(page.text).not.toContain('SAMLResponse');
});

it('lets in nobody whom the sign-on policy of the app denies, and logs it', async () => {
  const { ana, sp, appId } = await setUp();
  const { id } = await bench.org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Nobody' });
  const rule = {
    ...{ type: 'ACCESS_POLICY', name: 'Not Ana', priority: 0 },
    conditions: { people: { users: { include: [ana.id] } } },
    actions: { appSignOn: { access: 'DENY', verificationMethod: { type: 'ASSURANCE', factorMode: '1FA' } } },
  };
  await bench.org.api('POST', `/api/v1/policies/${id}/rules`, rule);
  await bench.org.api('PUT', `/api/v1/apps/${appId}/policies/${id}`);
  const page = await begun(sp, ana.login);
  expect([page.status, page.text]).toEqual([
    403,
    expect.stringContaining('policy of CRM does not let you in'),
  ]);
  expect(await events('application.policy.sign_on.deny_access', appId)).toMatchObject([
    {
      actor: { id: ana.id },
      outcome: { result: 'FAILURE', reason: 'Sign-on policy evaluation resulted in DENY' },
    },
  ]);
  const bo = await bench.org.user('bo');
  await bench.org.api('POST', `/api/v1/apps/${appId}/users`, { id: bo.id });
  expect(await profileOf(sp, await begun(sp, bo.login))).toMatchObject({ nameID: bo.login });
});

it('lets in nobody while the app is not active', async () => {
  const { ana, sp, appId } = await setUp();
  await bench.org.api('POST', `/api/v1/apps/${appId}/lifecycle/deactivate`);
  const page = await begun(sp, ana.login);
  expect([page.status, page.text]).toEqual([403, expect.stringContaining('The app CRM is not active.')]);
});

it.each(['sha1', 'sha256'] as const)(
  'takes requests signed with RSA and %s, and no changed ones',
  async (signatureAlgorithm) => {
    const pair = newKeyPair();
    const certificate = selfSigned(pair, Date.now(), 2);
    const signing = { privateKey: pair.privateKey, signatureAlgorithm };
    const { ana, config, appId, sp: unsigned } = await setUp();
    const sp = new SAML({ ...config, ...signing });
    // Nothing to check it with: taken as it is.
    expect(await profileOf(sp, await begun(sp, ana.login, 'here'))).toBeTruthy();
    await change(appId, { spCertificate: { x5c: [certificate] } });
    expect(await profileOf(sp, await begun(sp, ana.login, 'here'))).toBeTruthy();
    expect(await profileOf(unsigned, await begun(unsigned, ana.login))).toBeTruthy();
    const url = await sp.getAuthorizeUrlAsync('here', undefined, {});
    const changed = await newBrowser().open(url.replace('RelayState=here', 'RelayState=there'));
    expect([changed.status, changed.text]).toEqual([
      400,
      expect.stringContaining('signature of the SAML request'),
    ]);

    // What is read must be what is signed.
    const mine = await unsigned.getAuthorizeUrlAsync('there', undefined, {});
    const { searchParams } = new URL(mine);
    for (const sent of [
      `${url}&RelayState=there`,
      url.replace('RelayState=here', 'Relay%53tate=there'),
      url.replace('?', `?SAML%52equest=${encodeURIComponent(String(searchParams.get('SAMLRequest')))}&`),
      url.replace('?', `?SAMLRequest=${encodeURIComponent(String(searchParams.get('SAMLRequest')))}&`),
    ])
      expect((await newBrowser().open(sent)).text).toContain('signature of the SAML request');
    expect((await newBrowser().open(url.replace(/rsa-sha\d+/, 'md5'))).text).toContain('use rsa-sha256');

    await change(appId, { samlSignedRequestEnabled: true });
    expect((await begun(unsigned, ana.login)).text).toContain('not signed, which the app asks for');
    const posted = async (one: SAML, changes?: (xml: string) => string) => {
      const options = { ...one.options, authnRequestBinding: 'HTTP-POST', skipRequestCompression: true };
      const browser = newBrowser();
      const page = await posting(new SAML(options as SamlConfig), browser, changes);
      return past(browser, page, ana.login, PASSWORD);
    };
    expect(xmlOf(postedBy(await posted(sp)))).toContain(ana.login);
    const forced = await posted(sp, (xml) => xml.replace('Version="2.0"', 'Version="2.0" ForceAuthn="true"'));
    expect([forced.status, forced.text]).toEqual([
      400,
      expect.stringContaining('signature of the SAML request'),
    ]);
    expect((await posted(unsigned)).text).toContain('not signed, which the app asks for');
  },
);

it('ends the session in Okta when somebody signs out of the application', async () => {
  const pair = newKeyPair();
  const { ana, config, appId, told } = await setUp();
  const slo = { enabled: true, issuer: config.issuer, logoutUrl: `${SP}/bye` };
  await change(appId, { slo, spCertificate: { x5c: [selfSigned(pair, Date.now(), 2)] } });
  const metadata = await (await fetch(String(told.metadataUrl))).text();
  const logoutUrl = /SingleLogoutService [^>]*HTTP-Redirect" Location="([^"]*)"/.exec(metadata)?.[1];
  const sp = new SAML({ ...config, ...(logoutUrl && { logoutUrl }), privateKey: pair.privateKey });
  const browser = newBrowser();
  const profile = await profileOf(sp, await begun(sp, ana.login, '', browser));
  if (!profile) throw new Error('not signed in');

  const another = { ...profile, sessionIndex: 'another' };
  const signedIn = async () => {
    const page = await browser.open(await sp.getAuthorizeUrlAsync('', undefined, {}));
    return page.text.includes('SAMLResponse');
  };
  await browser.open(await sp.getLogoutUrlAsync(another, '', {}));
  expect(await signedIn()).toBe(true);

  const page = await browser.open(await sp.getLogoutUrlAsync(profile, 'here', {}));
  const posted = postedBy(page);
  expect(posted).toMatchObject({ action: `${SP}/bye`, RelayState: 'here' });
  expect(await sp.validatePostResponseAsync({ ...posted })).toEqual({ profile: null, loggedOut: true });
  expect(await signedIn()).toBe(false);
  expect(await events('user.authentication.slo', appId)).toMatchObject([{ actor: { id: ana.id } }]);

  const unsigned = new SAML({ ...config, ...(logoutUrl && { logoutUrl }) });
  const refused = await browser.open(await unsigned.getLogoutUrlAsync(profile, '', {}));
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('not signed')]);
  await change(appId, { slo: { ...slo, issuer: 'other' } });
  expect((await browser.open(await sp.getLogoutUrlAsync(profile, '', {}))).text).toContain(
    'slo.issuer of the app is other',
  );
  await change(appId, { slo: { enabled: false } });
  expect((await browser.open(await sp.getLogoutUrlAsync(profile, '', {}))).text).toContain(
    'not set up in the app CRM',
  );
});
