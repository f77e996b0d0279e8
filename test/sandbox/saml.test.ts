import { deflateRawSync } from 'node:zlib';
import { SAML } from '@node-saml/node-saml';
import { describe, expect, it, vi } from 'vitest';
import { selfSigned } from '../../src/sandbox/apps/certificate.ts';
import { newKeyPair } from '../../src/sandbox/apps/key-pairs.ts';
import { Browser } from '../support/browser.ts';
import { past, postedBy, xmlOf } from '../support/saml-sign-in.ts';
import { useSandbox } from './support.ts';

const missing = vi.hoisted(() => ({ library: false }));
vi.mock('xml-crypto', async (original) => {
  const library = await original<typeof import('xml-crypto')>();
  return {
    get SignedXml() {
      if (missing.library) throw Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' });
      return library.SignedXml;
    },
  };
});

const client = useSandbox();
const sp = 'https://sp.example';
const saml = 'urn:oasis:names:tc:SAML:2.0';

async function app(signOn: object = {}, more: object = {}) {
  const urls = { ssoAcsUrl: `${sp}/acs`, recipient: `${sp}/acs`, destination: `${sp}/acs`, audience: sp };
  const { body } = await client.post('/api/v1/apps', {
    ...{ label: 'CRM', signOnMode: 'SAML_2_0', settings: { signOn: { ...urls, ...signOn } } },
    ...more,
  });
  await client.post(`/api/v1/apps/${body.id}/users`, { id: client.sandbox.admin.id });
  return { ...body, sso: `/app/${body.name}/exk${body.id.slice(3)}/sso/saml` };
}

const request = (attributes = '', inside = '') =>
  `<p:AuthnRequest xmlns:p="${saml}:protocol" ID="_1" Version="2.0" ${attributes}>${inside}</p:AuthnRequest>`;
const redirected = (xml: string) =>
  `?${new URLSearchParams({ SAMLRequest: deflateRawSync(Buffer.from(xml)).toString('base64') })}`;

/** Lets an app sign with one of its keys. */
const use = (one: { id: string; credentials: object }, kid: string) =>
  client.put(`/api/v1/apps/${one.id}`, { ...one, credentials: { ...one.credentials, signing: { kid } } });

/** Whether a response is signed with the key of a certificate, as node-saml sees it. */
const isSignedWith = async (idpCert: string, SAMLResponse: string) => {
  const options = { callbackUrl: `${sp}/acs`, issuer: sp, audience: sp, entryPoint: sp, idpCert };
  const { profile } = await new SAML(options)
    .validatePostResponseAsync({ SAMLResponse })
    .catch(() => ({ profile: null }));
  return profile !== null;
};

async function signedIn(path: string, browser = new Browser(client.sandbox.orgUrl)) {
  return past(browser, await browser.open(path), client.sandbox.admin.login, 'Sandbox-Pass-1');
}

describe('a request', () => {
  const limit = 64 * 1024;
  it.each([
    ['is not base64', '%%%', 'is not base64'],
    ['is empty', '', 'is not base64'],
    ['is neither XML nor deflated', Buffer.from('hello').toString('base64'), 'neither XML nor deflated'],
    ['inflates to 8 MB', deflateRawSync(Buffer.alloc(8_000_000)).toString('base64'), `longer than ${limit}`],
    ['has a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${request()}`, 'has a document type'],
    ['has a comment', request('', '<!-- x -->'), 'a comment'],
    ['has an instruction', request('', '<?php ?>'), 'an instruction'],
    ['is deep', request('', '<a>'.repeat(9000)), 'too many elements'],
    [
      'has many attributes',
      request(Array.from({ length: 2000 }, (_, n) => `a${n}=""`).join(' ')),
      'attributes',
    ],
    ['is cut off', request().slice(0, -5), 'not well-formed'],
    [
      'is another message',
      request().replaceAll('AuthnRequest', 'LogoutRequest'),
      'no AuthnRequest of SAML 2.0',
    ],
    ['is of SAML 1', request().replace('2.0" >', '1.1" >'), 'no AuthnRequest of SAML 2.0'],
    ['has no ID', request().replace('ID="_1"', ''), 'no valid ID'],
    ['has an ID that is none', request().replace('_1', '1&quot;'), 'no valid ID'],
    ['wants another binding', request(`ProtocolBinding="${saml}:bindings:PAOS"`), 'only HTTP-POST'],
    [
      'wants another place',
      request('AssertionConsumerServiceURL="https://evil.example"'),
      'no address of the app',
    ],
    ['wants a place that is not there', request('AssertionConsumerServiceIndex="3"'), 'address 3'],
  ])('that %s is refused in words, at once, through both bindings', async (_, sent, why) => {
    const { sso } = await app();
    const isXml = sent.startsWith('<');
    const begin = performance.now();
    const text = isXml ? deflateRawSync(Buffer.from(sent)).toString('base64') : sent;
    const query = new URLSearchParams({ SAMLRequest: text });
    const plain = new URLSearchParams({ SAMLRequest: isXml ? Buffer.from(sent).toString('base64') : sent });
    const browser = new Browser(client.sandbox.orgUrl);
    const pages = [
      await browser.open(`${sso}?${query}`),
      await browser.open(sso, { method: 'POST', body: query }),
      await browser.open(sso, { method: 'POST', body: plain }),
    ];
    for (const { status, text } of pages) expect([status, text]).toEqual([400, expect.stringContaining(why)]);
    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it('is shown as text where it is repeated', async () => {
    const { sso } = await app();
    const page = await client.get(sso + redirected(request('AssertionConsumerServiceURL="&lt;script>"')));
    expect(page.status).toBe(400);
    expect(page.body).toContain('&#60;script&#62;');
    expect(page.body).not.toContain('<script>');
  });

  it('may ask for a transient NameID and for exactly a password, which the app decides', async () => {
    const { sso } = await app();
    const inside = [
      `<p:NameIDPolicy Format="${saml}:nameid-format:transient" AllowCreate="true"/>`,
      '<p:RequestedAuthnContext Comparison="exact"><a:AuthnContextClassRef ',
      `xmlns:a="${saml}:assertion">${saml}:ac:classes:PasswordProtectedTransport</a:AuthnContextClassRef>`,
      '</p:RequestedAuthnContext>',
    ].join('');
    const xml = xmlOf(postedBy(await signedIn(sso + redirected(request('', inside)))));
    expect(xml).toContain(
      'Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">admin@sandbox.example<',
    );
    expect(xml).toContain('InResponseTo="_1"');
  });

  it('is answered once: whoever comes back begins again at the application', async () => {
    const { sso } = await app();
    const browser = new Browser(client.sandbox.orgUrl);
    const first = await browser.open(sso + redirected(request()));
    const [, back = ''] = /name="fromURI" value="([^"]*)"/.exec(first.text) ?? [];
    const path = back.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    await past(browser, first, client.sandbox.admin.login, 'Sandbox-Pass-1');
    const again = await browser.open(path);
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('Begin again at CRM.')]);
  });
});

describe('the response', () => {
  it.each([
    [true, true, 2],
    [true, false, 1],
    [false, true, 1],
  ])(
    'has its signatures as the app says: response %s, assertion %s',
    async (responseSigned, assertionSigned, count) => {
      const { sso } = await app({ responseSigned, assertionSigned });
      const xml = xmlOf(postedBy(await signedIn(sso)));
      const signed = [...xml.matchAll(/<(saml2p?:\w+) [^>]*ID="(\w+)"/g)].filter(([, , id]) =>
        xml.includes(`URI="#${id}"`),
      );
      expect(signed.map(([, name]) => name)).toEqual([
        ...(responseSigned ? ['saml2p:Response'] : []),
        ...(assertionSigned ? ['saml2:Assertion'] : []),
      ]);
      expect(signed).toHaveLength(count);
    },
  );

  it('is signed with the algorithms of the app', async () => {
    const { sso } = await app({ signatureAlgorithm: 'RSA_SHA1', digestAlgorithm: 'SHA1' });
    const xml = xmlOf(postedBy(await signedIn(sso)));
    const algorithms = [...xml.matchAll(/<ds:(?:Signature|Digest)Method Algorithm="[^"]*#([\w-]+)"/g)].map(
      ([, one]) => one,
    );
    expect([...new Set(algorithms)].sort()).toEqual(['rsa-sha1', 'sha1']);
  });

  it('is valid from five minutes back to five minutes on, at the place of the app and for its audience', async () => {
    const { sso } = await app({
      ...{ recipient: `${sp}/recipient`, destination: `${sp}/destination?a=1&b=2`, audience: 'urn:sp & co' },
      ...{
        idpIssuer: 'urn:me',
        samlAssertionLifetimeSeconds: 600,
        authnContextClassRef: `${saml}:ac:classes:X509`,
      },
    });
    await client.control('POST', '/clock', { nowMs: Date.parse('2026-12-01T12:00:00Z') });
    const page = await signedIn(sso);
    const xml = xmlOf(postedBy(page));
    expect(postedBy(page).action).toBe(`${sp}/acs`);
    expect(xml).toMatch(
      /<saml2:Conditions NotBefore="2026-12-01T11:55:0\S+ NotOnOrAfter="2026-12-01T12:05:0/,
    );
    expect(xml).toMatch(
      /SubjectConfirmationData NotOnOrAfter="2026-12-01T12:05:0\S+ Recipient="https:\/\/sp.example\/recipient"/,
    );
    expect(xml).toContain(`Destination="${sp}/destination?a=1&amp;b=2"`);
    expect(xml).toContain('<saml2:Audience>urn:sp &amp; co</saml2:Audience>');
    expect(xml).toMatch(
      /<saml2:AuthnStatement AuthnInstant="2026-12-01T12:00:0\S+ SessionIndex="\w+" SessionNotOnOrAfter="2026-12-01T12:10:0/,
    );
    expect(xml).toContain(`<saml2:AuthnContextClassRef>${saml}:ac:classes:X509<`);
    expect(xml).toContain('>urn:me</saml2:Issuer>');
    expect((await client.get(`${sso.replace(/\/app\/\w+\//, '/app/')}/metadata`)).body).toContain(
      'entityID="urn:me"',
    );
  });

  it('names people by a template of several parts', async () => {
    const { sso, id } = await app({
      subjectNameIdTemplate: `\${source.login}/\${user.lastName}/\${user.userName}`,
    });
    await client.post(`/api/v1/apps/${id}/users/${client.sandbox.admin.id}`, {
      credentials: { userName: 'alex' },
    });
    expect(xmlOf(postedBy(await signedIn(sso)))).toContain(
      '>admin@sandbox.example/Admin/alex</saml2:NameID>',
    );
  });

  it.each([
    [
      'EXPRESSION',
      { values: ['Convert.toInt(user.login)'] },
      501,
      'attribute x has no value: the sandbox does not compute Convert.toInt()',
    ],
    ['EXPRESSION', { values: ['user.'] }, 400, 'attribute x has no value: it is not a valid expression'],
    ['GROUP', { filterType: 'REGEX', filterValue: '(' }, 400, 'attribute x has no value'],
  ])('is not sent without an attribute: %s %j', async (type, more, status, why) => {
    const { sso, id } = await app({ attributeStatements: [{ type, name: 'x', ...more }] });
    const page = await signedIn(sso);
    expect([page.status, page.text]).toEqual([status, expect.stringContaining(why)]);
    const [event] = (await client.events('user.authentication.sso')).filter(
      ({ target }) => target[0].id === id,
    );
    expect(event.outcome).toEqual({ result: 'FAILURE', reason: expect.stringContaining(why) });
  });

  it('is signed with the key of another app that was given to it', async () => {
    const { sso, id } = await app();
    const { body: key } = await client.post(`/api/v1/apps/${id}/credentials/keys/generate?validityYears=2`);
    const other = await app({}, { label: 'Other' });
    const clone = `/api/v1/apps/${id}/credentials/keys/${key.kid}/clone?targetAid=${other.id}`;
    await use(other, (await client.post(clone)).body.kid);
    expect(xmlOf(postedBy(await signedIn(other.sso)))).toContain(key.x5c[0]);
    expect(xmlOf(postedBy(await signedIn(sso)))).not.toContain(key.x5c[0]);
  });

  it('is signed with a key whose certificate somebody else made', async () => {
    const one = await app();
    const csrs = `/api/v1/apps/${one.id}/credentials/csrs`;
    const { body: request } = await client.post(csrs, {
      subject: { commonName: 'CRM' },
      subjectAltNames: {},
    });
    const der = Buffer.from(request.csr, 'base64');
    const begin = der.indexOf(Buffer.from('30820122300d06092a864886f70d0101010500', 'hex'));
    const publicKey = der.subarray(begin, begin + 294);
    const certificate = selfSigned({ publicKey, privateKey: newKeyPair().privateKey }, Date.now(), 2);
    const { body: key } = await client.post(`${csrs}/${request.id}/lifecycle/publish`, certificate, {
      'content-type': 'application/x-x509-ca-cert',
    });
    await use(one, key.kid);
    const { SAMLResponse } = postedBy(await signedIn(one.sso));
    expect(await isSignedWith(certificate, SAMLResponse)).toBe(true);
    const [first] = (await client.get(`/api/v1/apps/${one.id}/credentials/keys`)).body;
    expect(await isSignedWith(first.x5c[0], SAMLResponse)).toBe(false);
  });

  it('needs a library that is optional, and says which', async () => {
    const { sso } = await app();
    missing.library = true;
    const page = await signedIn(sso);
    missing.library = false;
    expect([page.status, page.text]).toEqual([501, expect.stringContaining('npm install xml-crypto')]);
  });

  it('is not sent in the clear where the app wants it encrypted', async () => {
    const { sso } = await app({ assertionEncryption: { enabled: true } });
    const page = await signedIn(sso);
    expect([page.status, page.text]).toEqual([501, expect.stringContaining('encrypted assertions')]);
  });
});

it('lets everybody in to an app for which Okta keeps no assignments', async () => {
  const { sso, id } = await app();
  const { admin } = client.sandbox;
  await client.delete(`/api/v1/apps/${id}/users/${admin.id}`);
  expect((await signedIn(sso)).status).toBe(403);
  const { body } = await client.get(`/api/v1/apps/${id}`);
  const settings = { ...body.settings, implicitAssignment: true };
  await client.put(`/api/v1/apps/${id}`, { ...body, settings });
  expect(xmlOf(postedBy(await signedIn(sso)))).toContain(`>${admin.login}</saml2:NameID>`);
});

describe('the address', () => {
  it('is that of the metadata, which need no token and name the certificate of any key', async () => {
    const { sso, id } = await app();
    const { body: key } = await client.post(`/api/v1/apps/${id}/credentials/keys/generate?validityYears=2`);
    const open = async (query: string) =>
      (await fetch(`${client.sandbox.orgUrl}/app/exk${id.slice(3)}/sso/saml/metadata${query}`)).text();
    expect(await open('')).toContain(`Location="${client.sandbox.orgUrl}${sso}"`);
    const named = (xml: string) => /X509Certificate>([^<]*)/.exec(xml)?.[1]?.replace(/\s/g, '');
    expect(named(await open(`?kid=${key.kid}`))).toBe(key.x5c[0]);
    expect(named(await open(''))).not.toBe(key.x5c[0]);
  });

  it.each(['/app/crm/exk1sboxunknown/sso/saml', '/home/crm/0oa1sboxunknown/x'])(
    'of no app is a page that says so: %s',
    async (path) =>
      expect(await client.get(path)).toMatchObject({
        ...{ status: 400, body: expect.stringContaining('no app with SAML 2.0') },
      }),
  );

  it('refuses an app that says no place, and one that wants signed requests without a certificate', async () => {
    const { sso } = await app({ ssoAcsUrl: null });
    expect((await client.get(sso)).body).toContain('does not say where it takes assertions');
    const other = await app({ samlSignedRequestEnabled: true }, { label: 'Other' });
    expect((await client.get(other.sso + redirected(request()))).body).toContain(
      'no certificate to check them',
    );
  });
});

it('keeps the same certificate over a reset', async () => {
  const certificate = async () => {
    const { id } = await app();
    return (await client.get(`/api/v1/apps/${id}/credentials/keys`)).body[0].x5c[0];
  };
  const before = await certificate();
  await client.control('POST', '/reset');
  expect(await certificate()).toBe(before);
});
