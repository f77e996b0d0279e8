import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Actions } from '../../src/connector.ts';
import type { OktaError } from '../../src/errors/errors.ts';
import { certificateIn } from '../../src/sso/metadata/certificate.ts';
import { fixtureClient, instantClock } from '../support/replay.ts';
import {
  ACS,
  AUDIENCE,
  IDP,
  idpMetadata,
  postedResponse,
  REQUEST,
  type ResponseParts,
  samlResponse,
} from '../support/saml-idp.ts';
import { bareCertificate, IDP_KEY, OTHER_KEY } from '../support/saml-keys.ts';
import { entriesOf } from '../support/state-file.ts';

type Input = Actions['verify_saml_response']['input'];

const now = Date.parse('2026-11-28T12:00:00Z');
const MINUTE_MS = 60_000;

interface Run {
  parts?: Partial<ResponseParts>;
  input?: Partial<Input>;
  at?: number;
}

/** Each run is another process as far as memory goes. */
async function verify({ parts, input, at = now }: Run = {}) {
  const client = fixtureClient({ clock: instantClock(at) });
  const { output } = await client
    .run('verify_saml_response', {
      samlResponse: postedResponse({ now, ...parts }),
      ...{ idpMetadataXml: idpMetadata(IDP_KEY), audience: AUDIENCE, acsUrl: ACS, requestId: REQUEST },
      ...input,
    })
    .then((output) => ({ output }));
  client.close();
  return output;
}

/** The error of a run that must be refused. */
const refusal = (run: Run): Promise<OktaError> =>
  verify(run).then(
    () => expect.fail('it was accepted'),
    (error) => error,
  );

const withRequest = (requestId: string | undefined, more: Partial<Input> = {}) => ({
  input: { requestId, ...more },
});

describe('a response that holds', () => {
  it('says who signed in, with lists as lists and single values as text', async () => {
    const found = await verify({ input: { wantSigned: 'both', trustEmail: true } });
    expect(found).toMatchObject({
      identity: {
        issuer: IDP,
        subject: 'ana.ruiz@acme.test',
        email: 'ana.ruiz@acme.test',
        emailVerified: true,
      },
      ...{ sessionIndex: '_assertion1-session', attributes: { groups: ['Sales'], firstName: ['Ana'] } },
      ...{ profile: { firstName: 'Ana', email: 'ana.ruiz@acme.test' }, decision: 'deny' },
    });
    expect(found.nameIdFormat).toMatch(/emailAddress$/);
    expect(found.identity.claims).toMatchObject({ groups: 'Sales', firstName: 'Ana' });
  });

  it('may be given as XML, or as the whole body of the form with its RelayState', async () => {
    expect((await verify({ input: { samlResponse: samlResponse({ now }) } })).identity.subject).toContain(
      'ana',
    );
    const body = new URLSearchParams({ SAMLResponse: postedResponse({ now }), RelayState: '/tickets/17' });
    expect((await verify({ input: { samlResponse: String(body) } })).relayState).toBe('/tickets/17');
    const lines = postedResponse({ now }).replace(/.{76}/g, '$&\r\n');
    expect((await verify({ input: { samlResponse: lines } })).relayState).toBeUndefined();
  });

  it('OD-17 comes from any identity provider: entity ID and certificate are enough', async () => {
    for (const certificate of [
      IDP_KEY.certificate,
      bareCertificate(IDP_KEY),
      OTHER_KEY.certificate + IDP_KEY.certificate,
    ]) {
      const input = { idpMetadataXml: undefined, idpEntityId: IDP, certificate };
      expect((await verify({ input })).identity.issuer).toBe(IDP);
    }
  });

  it.each([
    ['the response', ['response'], undefined, []],
    ['the assertion', ['assertion'], 'assertion', []],
    ['the assertion, without saying so', ['assertion'], undefined, ['Only the assertion is signed']],
    ['both', ['response', 'assertion'], 'both', []],
  ] as const)('may sign %s', async (_, sign, wantSigned, warnings) => {
    const state = join(mkdtempSync(join(tmpdir(), 'samlverify-')), 'used.json');
    const found = await verify({ parts: { sign }, input: { wantSigned, state } });
    expect(found.warnings).toEqual(warnings.map((text) => expect.stringContaining(text)));
  });
});

describe('OD-7 OD-13 the decision', () => {
  const ana = { id: '4711', kind: 'user' as const, email: 'Ana.Ruiz@acme.test' };

  it('is made for an address only if the identity provider is trusted with addresses', async () => {
    expect(await verify({ input: { records: [ana] } })).toMatchObject({ decision: 'deny', record: ana });
    const trusted = await verify({ input: { records: [ana], trustEmail: true } });
    expect(trusted).toMatchObject({ decision: 'link', record: { id: '4711' } });
  });

  it('names user and customer with the same address, and makes accounts only if asked', async () => {
    const both = [ana, { ...ana, id: 'c-12', kind: 'customer' as const }];
    const conflict = await verify({ input: { records: both, trustEmail: true, accounts: 'users' } });
    expect(conflict).toMatchObject({ decision: 'conflict', records: both });
    expect(await verify({ input: { provisioning: true } })).toMatchObject({ decision: 'create' });
  });

  it('sso-field 19 the key is issuer and text of the NameID, without format; addresses without case', async () => {
    const linked = { ...ana, email: 'old@acme.test', issuer: IDP, subject: 'ANA.ruiz@acme.test' };
    const formats = ['emailAddress', 'unspecified'].map(
      (one) => `urn:oasis:names:tc:SAML:1.1:nameid-format:${one}`,
    );
    for (const format of formats) {
      const found = await verify({ parts: { format }, input: { records: [linked] } });
      expect(found).toMatchObject({ decision: 'update', identity: { subject: 'ana.ruiz@acme.test' } });
    }
    const twice = await verify({
      input: { records: [linked, { ...linked, id: '4712', subject: 'ana.ruiz@ACME.test' }] },
    });
    expect(twice.decision).toBe('conflict');
  });

  it('sso-field 23 an inactive account is neither used nor made again', async () => {
    const gone = { ...ana, active: false };
    const input = { records: [gone], provisioning: true, trustEmail: true };
    expect(await verify({ input })).toMatchObject({ decision: 'deny', record: gone });
  });

  it('sso-field 24 an account that is named like the NameID is no reason for a twin', async () => {
    const parts = { nameId: 'aruiz@acme.test' };
    const input = { records: [{ ...ana, email: 'aruiz@acme.test' }], provisioning: true, trustEmail: true };
    expect(await verify({ parts, input })).toMatchObject({ decision: 'conflict', records: [{ id: '4711' }] });
  });

  it('has the profile that the mapping of a directory sync would make', async () => {
    const mapping = { preset: false, fields: { mail: 'profile.email', given: 'profile.firstName' } };
    expect((await verify({ input: { mapping } })).profile).toEqual({
      mail: 'ana.ruiz@acme.test',
      given: 'Ana',
    });
  });
});

describe('what works, but deserves a look', () => {
  const warned = async (parts: Partial<ResponseParts>, at = now) =>
    (await verify({ parts, at, input: { allowedSkewSeconds: 120 } })).warnings.join('\n');

  it('sso-field 20 a NameID that is no e-mail address, or another than that of the attributes', async () => {
    expect(await warned({ nameId: 'aruiz' })).toContain('its value is none');
    expect(await warned({ nameId: 'aruiz@acme.test' })).toContain('not the e-mail address of the attributes');
    expect(await warned({ nameId: 'Ana.Ruiz@acme.test' })).not.toContain('e-mail');
  });

  it('sso-field 21 an attribute that differs in case, or has the name of another convention', async () => {
    const parts = {
      attributes: {
        Email: ['ana@acme.test'],
        'urn:oid:2.5.4.42': ['Ana'],
        'http://x.test/claims/surname': ['Ruiz'],
      },
    };
    const found = await verify({ parts });
    expect(found.profile).toMatchObject({ email: 'ana@acme.test', firstName: 'Ana', lastName: 'Ruiz' });
    expect(found.warnings.join()).toMatch(/no attribute email: Email was taken[\s\S]*no attribute firstName/);
    expect(await warned({ attributes: { Email: ['a@acme.test'], mail: ['b@acme.test'] } })).toContain(
      'Email, mail',
    );
    expect(
      await warned({ attributes: { email: ['ana.ruiz@acme.test'], Email: ['b@acme.test'] } }),
    ).not.toContain('Email');
  });

  it('sso-field 8 a hundred groups', async () => {
    const groups = Array.from({ length: 100 }, (_, n) => `Team ${n}`);
    expect(await warned({ attributes: { groups } })).toContain('100 groups');
    expect((await verify({ parts: { attributes: { groups } } })).groupsAreComplete).toBe(false);
    expect(await warned({ attributes: { groups: groups.slice(1) } })).not.toContain('groups');
  });

  it('an expired certificate, a NameID that changes each time, a process that forgets', async () => {
    const later = Date.parse('2040-01-01T00:00:00Z');
    expect(await warned({ now: later }, later)).toContain(
      'certificate of the identity provider expired at 2036',
    );
    expect(await warned({ format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' })).toContain(
      'transient',
    );
    expect(await warned({})).toContain('Without state');
  });
});

describe('what was not meant for here, now, is refused: the check, both values, what to do', () => {
  it.each([
    ['issuer', { issuer: `${IDP}/` }, 'another identity provider', IDP, `${IDP}/`],
    ['audience', { audience: `${AUDIENCE}/` }, 'another application', AUDIENCE, `${AUDIENCE}/`],
    ['recipient', { recipient: `${ACS}/eu` }, 'another address', ACS, `${ACS}/eu`],
    ['destination', { destination: `${ACS}/eu` }, 'another address', ACS, `${ACS}/eu`],
    ['InResponseTo', { inResponseTo: '_other' }, 'another request', REQUEST, '_other'],
  ] as const)('%s', async (check, parts, message, expected, found) => {
    const error = await refusal({ parts });
    expect(error).toMatchObject({ code: 'sign_in_refused', hint: expect.stringMatching(/\w/) });
    expect(error.message).toContain(message);
    expect(error.causes).toEqual([`check: ${check}`, `expected: ${expected}`, `found: ${found}`]);
  });

  it('sso-field 15 the audience is compared character by character', async () => {
    for (const audience of [AUDIENCE.toUpperCase(), `${AUDIENCE}/`, `x${AUDIENCE}`]) {
      expect((await refusal({ parts: { audience } })).causes).toContain('check: audience');
    }
    const two = await refusal({
      parts: {
        assertion: (xml) =>
          xml.replace(
            '</saml:Conditions>',
            '<saml:AudienceRestriction><saml:Audience>other</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
          ),
      },
    });
    expect(two.causes).toContain(`found: ${AUDIENCE}; other`);
  });

  it('sso-field 22 an answer whose request is not known any more: the cookie is the usual reason', async () => {
    const lost = await refusal(withRequest(undefined, { allowIdpInitiated: true }));
    expect(lost.message).toContain('no requestId to compare');
    expect(lost.hint).toContain('SameSite=None');
  });

  it('sso-field 22 what is started at the identity provider shows by InResponseTo, never by RelayState', async () => {
    const parts = { inResponseTo: null };
    expect((await refusal({ parts, ...withRequest(undefined) })).hint).toContain('allowIdpInitiated');
    expect((await refusal({ parts })).message).toContain('nobody asked for it');
    expect((await refusal({ parts, ...withRequest(REQUEST, { allowIdpInitiated: true }) })).causes).toContain(
      'found: none',
    );
    const allowed = await verify({ parts, ...withRequest(undefined, { allowIdpInitiated: true }) });
    expect(allowed.identity.subject).toBe('ana.ruiz@acme.test');
    const body = new URLSearchParams({ SAMLResponse: postedResponse({ now }) });
    expect((await verify({ input: { samlResponse: String(body) } })).identity.issuer).toBe(IDP);
  });

  it('sso-field 16 one tolerance for every time: two minutes, or as asked', async () => {
    const seconds = (n: number) => n * 1000;
    // Valid from 12:00 to 12:05.
    const parts: Partial<ResponseParts> = { valid: [0, 5] };
    expect((await verify({ parts, at: now - seconds(119) })).identity.issuer).toBe(IDP);
    expect((await refusal({ parts, at: now - seconds(121) })).message).toContain('not valid yet');
    expect((await verify({ parts, at: now + 5 * MINUTE_MS + seconds(119) })).identity.issuer).toBe(IDP);
    const late = await refusal({ parts, at: now + 5 * MINUTE_MS + seconds(120) });
    expect(late.message).toContain('not valid any more');
    expect(late.causes).toContain('issued 420 s before the time of this machine');
    const at = now + 10 * MINUTE_MS;
    expect((await verify({ parts, at, input: { allowedSkewSeconds: 900 } })).identity.issuer).toBe(IDP);
    await refusal({ parts, at: now + 5 * MINUTE_MS, input: { allowedSkewSeconds: 0 } });
  });

  it.each([
    [
      'SubjectConfirmationData',
      'NotOnOrAfter="2026-11-28T12:05:00.000Z" Recipient',
      'NotOnOrAfter="2026-11-28T11:00:00Z" Recipient',
    ],
    ['AuthnStatement', 'SessionIndex=', 'SessionNotOnOrAfter="2026-11-28T11:00:00Z" SessionIndex='],
    ['Conditions', 'NotOnOrAfter="2026-11-28T12:05:00.000Z">', 'NotOnOrAfter="2026-11-28T11:00:00Z">'],
  ])('sso-field 16 the time of the %s counts', async (part, from, to) => {
    const error = await refusal({ parts: { assertion: (xml) => xml.replace(from, to) } });
    expect(error.causes[1]).toContain(`${part} NotOnOrAfter 2026-11-28T11:00:00.000Z, give or take 120 s`);
  });

  it.each([
    ['bearer', (xml: string) => xml.replace('cm:bearer', 'cm:holder-of-key'), 'may not be used'],
    [
      'no end',
      (xml: string) => xml.replace(/NotOnOrAfter="[^"]+" Recipient/, 'Recipient'),
      'cannot be verified',
    ],
    [
      'no audience',
      (xml: string) => xml.replace(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, ''),
      'another application',
    ],
    [
      'no conditions',
      (xml: string) => xml.replace(/<saml:Conditions.*<\/saml:Conditions>/, ''),
      'a Conditions',
    ],
    ['no NameID', (xml: string) => xml.replace(/<saml:NameID.*<\/saml:NameID>/, ''), 'a NameID'],
    [
      'a time without zone',
      (xml: string) =>
        xml.replace('AuthnStatement A', 'AuthnStatement SessionNotOnOrAfter="2027-01-01T00:00:00" A'),
      'a time in UTC',
    ],
  ])('an assertion that nobody may use: %s', async (_, assertion, message) => {
    expect((await refusal({ parts: { assertion } })).message).toContain(message);
  });
});

describe('one use', () => {
  const input = () => ({
    samlResponse: postedResponse({ now }),
    ...{ idpMetadataXml: idpMetadata(IDP_KEY), audience: AUDIENCE, acsUrl: ACS, requestId: REQUEST },
  });

  it('is remembered by the process, also by another connection of it', async () => {
    const clock = instantClock(now);
    await fixtureClient({ clock }).run('verify_saml_response', input());
    const again = fixtureClient({ clock }).run('verify_saml_response', input());
    await expect(again).rejects.toMatchObject({
      code: 'sign_in_refused',
      causes: [
        'check: one-time use',
        'expected: an assertion that is new',
        'found: accepted at 2026-11-28T12:00:00.000Z',
      ],
    });
  });

  it('is remembered in a file by all processes, of several at once one is accepted', async () => {
    const state = join(mkdtempSync(join(tmpdir(), 'samlverify-')), 'used.json');
    const runs = Array.from({ length: 5 }, () =>
      verify({ input: { state } }).then(
        () => 'accepted',
        ({ code }) => code,
      ),
    );
    expect((await Promise.all(runs)).sort()).toEqual(['accepted', ...Array(4).fill('sign_in_refused')]);
    const other = await verify({ parts: { id: '_assertion2' }, input: { state } });
    expect(other.warnings).toEqual([]);
  });

  it('is remembered for as long as the most patient run would accept it, and no longer', async () => {
    const state = join(mkdtempSync(join(tmpdir(), 'samlverify-')), 'used.json');
    await verify({ input: { state } });
    const patient = { allowedSkewSeconds: 3600, state };
    const late = await refusal({ at: now + 64 * MINUTE_MS, input: patient });
    expect(late.causes[0]).toBe('check: one-time use');
    await verify({ parts: { now: now + 66 * MINUTE_MS }, at: now + 66 * MINUTE_MS, input: { state } });
    expect(Object.keys(entriesOf(state))).toHaveLength(1);
  });

  it('a refused response is not used up', async () => {
    const clock = instantClock(now);
    const client = fixtureClient({ clock });
    await expect(client.run('verify_saml_response', { ...input(), audience: 'other' })).rejects.toThrow();
    expect((await client.run('verify_saml_response', input())).identity.issuer).toBe(IDP);
  });
});

describe('signatures', () => {
  const fingerprint = ({ certificate }: typeof IDP_KEY) =>
    certificateIn(certificate.replace(/-----[^-]+-----|\s/g, ''))?.sha256 as string;

  it('sso-field 17 any signing certificate of the metadata will do, not only the first', async () => {
    const input = { idpMetadataXml: idpMetadata(OTHER_KEY, IDP_KEY) };
    expect((await verify({ input })).identity.issuer).toBe(IDP);
  });

  it('sso-field 17 another certificate is named, with those that are known', async () => {
    const error = await refusal({ parts: { key: OTHER_KEY } });
    expect(error.causes[1]).toContain(fingerprint(IDP_KEY));
    expect(error.causes[2]).toContain(fingerprint(OTHER_KEY));
    expect(error.hint).toContain('metadata again');
  });

  it('what was changed after signing is refused, whatever is signed', async () => {
    for (const sign of [['response'], ['assertion'], ['response', 'assertion']] as const) {
      const changed = samlResponse({ now, sign }).replace('>Ana<', '>Eve<');
      const error = await refusal({ input: { samlResponse: changed } });
      expect(error.hint).toContain('changed after it was signed');
    }
  });

  it('a signature that is there must be valid, also where another one would do', async () => {
    const changed = samlResponse({ now }).replace(/(<ds:SignatureValue>)..../, '$1AAAA');
    expect((await refusal({ input: { samlResponse: changed } })).causes).toContain('check: signature');
  });

  it.each([
    ['response', ['assertion'], 'the response is not signed'],
    ['assertion', ['response'], 'the assertion is not signed'],
    ['both', ['response'], 'the assertion is not signed'],
    [undefined, [], 'nothing in it is signed'],
  ] as const)('wantSigned %s', async (wantSigned, sign, message) => {
    expect((await refusal({ parts: { sign }, input: { wantSigned } })).message).toContain(message);
  });

  it('SHA-1 is refused', async () => {
    const sha1 = 'http://www.w3.org/2000/09/xmldsig#';
    const rsa = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
    const weak = [
      { signature: `${sha1}rsa-sha1`, digest: 'http://www.w3.org/2001/04/xmlenc#sha256' },
      { signature: rsa, digest: `${sha1}sha1` },
    ];
    for (const algorithms of weak)
      expect((await refusal({ parts: { algorithms } })).hint).toContain('RSA-SHA256');
  });

  it('needs node-saml, which is not installed with the connector', async () => {
    vi.doMock('@node-saml/node-saml', () => {
      throw new Error('not found');
    });
    await expect(verify()).rejects.toMatchObject({
      code: 'not_supported',
      hint: 'npm install @node-saml/node-saml',
    });
    vi.doUnmock('@node-saml/node-saml');
  });
});

describe('an encrypted assertion', () => {
  const parts = { encryptFor: OTHER_KEY };
  const { privateKey } = OTHER_KEY;

  it('is read with privateKey, and its own signature checked if wanted', async () => {
    expect((await verify({ parts, input: { privateKey } })).attributes.firstName).toEqual(['Ana']);
    expect((await verify({ parts, input: { privateKey, wantSigned: 'both' } })).identity.issuer).toBe(IDP);
    const unsigned: Run = { parts: { ...parts, sign: ['response'] }, input: { privateKey } };
    expect((await verify(unsigned)).identity.issuer).toBe(IDP);
    const error = await refusal({ ...unsigned, input: { privateKey, wantSigned: 'both' } });
    expect(error.causes).toContain('check: signature');
  });

  it('is refused without the key, with another one, and in a response that is not signed', async () => {
    expect((await refusal({ parts })).hint).toContain('Give privateKey');
    const other = await refusal({ parts, input: { privateKey: IDP_KEY.privateKey } });
    expect(other.causes[0]).toBe('check: decryption');
    const sign = ['assertion'] as const;
    expect((await refusal({ parts: { ...parts, sign }, input: { privateKey } })).message).toContain(
      'not signed',
    );
    const none = await refusal({ parts, input: { privateKey: 'secret words' } });
    expect(none).toMatchObject({ code: 'invalid_input' });
    expect(JSON.stringify(none)).not.toContain('secret words');
  });
});

describe('a status other than success says why', () => {
  it.each([
    ['Responder AuthnFailed', 'could not be authenticated', 'admin'],
    ['Responder NoPassive', 'nobody is signed in', 'caller'],
    ['Responder RequestDenied', 'does not want to answer', 'admin'],
    ['Responder', 'could not answer', 'admin'],
    ['Requester InvalidNameIDPolicy', 'cannot have the format', 'admin'],
    ['Something', 'not Success', 'admin'],
  ])('%s', async (status, message, actor) => {
    const error = await refusal({ parts: { status, sign: [] } });
    expect(error).toMatchObject({ code: 'sign_in_refused', actor });
    expect(error.message).toContain(message);
    expect(error.causes).toContain(`found: ${status.split(' ').join(', ')}`);
  });
});

describe('our own guard, before any library sees the XML', () => {
  const guarded = (response: (xml: string) => string) => refusal({ parts: { response } });
  const inside = (more: string) => (xml: string) =>
    xml.replace('</samlp:Response>', `${more}</samlp:Response>`);

  it.each([
    ['a document type', (xml: string) => `<!DOCTYPE x>${xml}`, 'declares a document type'],
    ['a comment', inside('<!-- note -->'), 'contains a comment'],
    [
      'a comment in a name',
      (xml: string) => xml.replace('ana.ruiz', 'ana<!-- -->.ruiz'),
      'contains a comment',
    ],
    ['a processing instruction', inside('<?note?>'), 'processing instruction'],
    ['an empty second assertion', inside('<Assertion/>'), 'more than one assertion'],
    [
      'an assertion deeper down',
      (xml: string) =>
        xml.replace(/(<saml:Assertion.*<\/saml:Assertion>)/, '<samlp:Extensions>$1</samlp:Extensions>'),
      'not where assertions are',
    ],
    ['an id twice', inside('<x ID="_assertion1"/>'), 'the same id'],
    [
      'a signature elsewhere',
      inside('<x><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></x>'),
      'not where signatures are',
    ],
    ['deep nesting', inside('<a>'.repeat(50) + '</a>'.repeat(50)), 'nested more than'],
    ['half a document', (xml: string) => xml.slice(0, 300), 'not well-formed'],
    ['another message', () => '<LogoutResponse/>', 'another message'],
    ['no assertion', (xml: string) => xml.replace(/<saml:Assertion.*<\/saml:Assertion>/, ''), 'no assertion'],
  ])('%s', async (_, change, message) => {
    const error = await refusal({ input: { samlResponse: change(samlResponse({ now, sign: [] })) } });
    expect(error).toMatchObject({ code: 'sign_in_refused' });
    expect(error.message).toContain(message);
  });

  it.each([
    ['too long', () => 'A'.repeat(5 * 1024 * 1024), 'more than 1048576 bytes'],
    ['not base64', () => 'hello, world', 'neither XML nor base64'],
    ['decoded twice', () => postedResponse({ now }).replace(/A/, ' '), 'neither XML nor base64'],
    ['not decoded', () => encodeURIComponent(`${postedResponse({ now })}=`), 'neither XML nor base64'],
    ['in the form twice', () => `SAMLResponse=a&SAMLResponse=b`, 'more than once'],
  ])('%s', async (_, samlResponse, message) => {
    const error = await refusal({ input: { samlResponse: samlResponse() } });
    expect(error.message).toContain(message);
  });

  it('takes no long time for what is long', async () => {
    const began = performance.now();
    for (const one of [
      '<a '.repeat(300_000),
      '<a>'.repeat(300_000),
      `<samlp:Response ${'x="" '.repeat(100_000)}/>`,
    ]) {
      await refusal({ input: { samlResponse: one } });
    }
    expect(performance.now() - began).toBeLessThan(7_000);
  });

  it('tells nothing of the response but what was compared', async () => {
    const error = await guarded((xml) => xml.replace(AUDIENCE, `${AUDIENCE}/x`));
    const told = JSON.stringify(error) + error.stack;
    expect(told).not.toContain('Ana');
    expect(told).not.toContain(postedResponse({ now }).slice(0, 60));
  });
});

describe('what cannot be checked', () => {
  it.each([
    ['no identity provider', { idpMetadataXml: undefined }, 'who the identity provider is'],
    ['two of them', { certificate: IDP_KEY.certificate }, 'more than once'],
    [
      'a certificate of nobody',
      { idpMetadataXml: undefined, certificate: IDP_KEY.certificate },
      'who the identity provider is',
    ],
    ['no audience', { audience: undefined }, 'what audience is'],
    ['no address', { acsUrl: undefined }, 'what acsUrl is'],
    ['the metadata of an application', { idpMetadataXml: idpMetadata() }, 'no identity provider that signs'],
    [
      'a certificate that is none',
      { idpMetadataXml: undefined, idpEntityId: IDP, certificate: 'MIIB' },
      'can be read',
    ],
  ])('%s', async (_, input, message) => {
    const error = await refusal({ input });
    expect(error.code).toBe('invalid_input');
    expect(error.message).toContain(message);
  });
});
