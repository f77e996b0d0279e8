import { describe, expect, it } from 'vitest';
import { samlEntity } from '../../src/sso/metadata/entity.ts';
import { serviceProviderOf } from '../../src/sso/metadata/service-provider.ts';
import { validated } from '../../src/sso/metadata/validate.ts';
import { acs, SP, several, spMetadata } from '../support/sso.ts';
import { SELF_SIGNED } from '../support/tls.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const provider = async (xml: string) => serviceProviderOf(await samlEntity(xml), now);
const chosen = async (...services: string[]) =>
  (await provider(spMetadata({ inside: services.join('') }))).acsUrl;
const ARTIFACT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact';

describe('OD-8 the assertion consumer service', () => {
  it('is the default one with HTTP POST, never the last', async () => {
    const first = acs('/default', 1, 'isDefault="true"');
    expect(await chosen(acs('/artifact', 0, '', ARTIFACT), first, acs('/last', 2))).toBe(`${SP}/default`);
    expect(await chosen(acs('/a', 0, 'isDefault="1"'), acs('/b', 1))).toBe(`${SP}/a`);
  });

  it('else the first that is not marked as none, else the one with the lowest index', async () => {
    expect(await chosen(acs('/a', 0, 'isDefault="false"'), acs('/b', 2), acs('/c', 1))).toBe(`${SP}/b`);
    expect(await chosen(acs('/a', 7, 'isDefault="false"'), acs('/b', 3, 'isDefault="0"'))).toBe(`${SP}/b`);
  });

  it('OIN-4 has the others with HTTP POST beside it, each once', async () => {
    const inside = [acs('/a', 0), acs('/a', 1), acs('/b', 2), acs('/x', 3, '', ARTIFACT)].join('');
    expect((await provider(spMetadata({ inside }))).otherAcsUrls).toEqual([`${SP}/b`]);
  });

  it.each([
    ['none', '', 'no assertion consumer service with HTTP POST'],
    ['no HTTP POST', acs('/artifact', 0, '', ARTIFACT), 'no assertion consumer service with HTTP POST'],
    ['plain http', acs('/a', 0).replace('https:', 'http:'), 'no URL that protects'],
    ['a script', acs('/a', 0).replace(`${SP}/a`, 'javascript:alert(1)'), 'no URL that protects'],
  ])('is refused: %s', async (_, inside, message) => {
    await expect(provider(spMetadata({ inside }))).rejects.toThrow(message);
  });
});

describe('which entity', () => {
  const two = several(spMetadata({ entityId: 'one' }), several(spMetadata({ entityId: 'two' })));

  it('must be said where there are several, also in nested groups', async () => {
    await expect(samlEntity(two)).rejects.toThrow('describes 2 entities');
    expect((await samlEntity(two, 'two')).entityId).toBe('two');
  });

  it('sso-field 15 is compared character by character', async () => {
    for (const near of ['Two', 'two/', ' two'])
      await expect(samlEntity(two, near)).rejects.toThrow('does not describe');
  });
});

describe('what is no metadata of a service provider', () => {
  it.each([
    ['nothing', '', 'not well-formed'],
    ['text', 'hello', 'not well-formed'],
    ['HTML', '<html><body>Sign in</body></html>', 'not SAML metadata'],
    ['half of it', spMetadata().slice(0, 200), 'not well-formed'],
    ['no entityID', spMetadata({ entityId: '' }), 'no entityID'],
    [
      'SAML 1.1',
      spMetadata().replace('SAML:2.0:protocol', 'SAML:1.1:protocol'),
      'no service provider of SAML 2.0',
    ],
    ['an identity provider', spMetadata().replaceAll('SPSSO', 'IDPSSO'), 'describes an identity provider'],
    ['expired', spMetadata({ attributes: 'validUntil="2026-11-28T11:59:59Z"' }), 'valid until 2026-11-28'],
    ['an odd end', spMetadata({ attributes: 'validUntil="soon"' }), 'cannot be read'],
  ])('is refused: %s', async (_, xml, message) => {
    await expect(provider(xml)).rejects.toThrow(message);
  });
});

describe('hostile metadata', () => {
  const entities = (declaration: string) => spMetadata().replace('?>', `?>${declaration}`);

  it.each([
    ['an external entity', entities('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')],
    ['an expanding entity', entities('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>')],
    ['a document type alone', entities('<!doctype EntityDescriptor SYSTEM "http://10.0.0.1/x.dtd">')],
  ])('%s is refused before it is parsed', async (_, xml) => {
    await expect(samlEntity(xml)).rejects.toThrow('declares a document type, entities or CDATA');
  });

  it('of more than 1 MiB is refused', async () => {
    await expect(samlEntity(`<!--${'x'.repeat(1024 * 1024)}-->${spMetadata()}`)).rejects.toThrow(
      'at most 1048576',
    );
  });

  const names = (count: number, between = '=') =>
    Array.from({ length: count }, (_, at) => `a${at}${between}"1"`).join(' ');

  it.each([
    ['deep', '<a>'.repeat(100_000) + '</a>'.repeat(100_000), 'nested more than 40 deep'],
    ['open', '<a>'.repeat(100_000), 'nested more than 40 deep'],
    ['deep, but looks flat', '<a b="/>">'.repeat(50) + '</a>'.repeat(50), 'nested more than 40 deep'],
    ['deep, with ends in comments', '<a><!--</a>-->'.repeat(50), 'nested more than 40 deep'],
    [
      'deep, with ends in instructions',
      '<a><?x </a ?>'.repeat(50) + '</a>'.repeat(50),
      'instruction with a tag in it',
    ],
    ['full of names', `<a ${names(20_000)}/>`, 'more than 200 attributes'],
    ['full of names with blanks', `<a ${names(300, ' = ')}/>`, 'more than 200 attributes'],
    ['wide', '<a/>'.repeat(100_000), 'more than 20000 tags'],
    ['full of comments that do not end', '<!--'.repeat(200_000), 'a comment that does not end'],
    ['with CDATA', '<![CDATA[</a>]]>', 'CDATA'],
  ])('that is %s is refused at once', async (_, inside, message) => {
    const start = performance.now();
    await expect(samlEntity(spMetadata({ inside }))).rejects.toThrow(message);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('comments are left out', async () => {
    const inside = `<!-- ${acs('/no', 0)} -->${acs('/yes', 1)}`;
    expect((await provider(spMetadata({ inside }))).acsUrl).toBe(`${SP}/yes`);
  });

  it('never has its text repeated in the error', async () => {
    const xml = spMetadata().replace('</EntityDescriptor>', '<secret-value');
    await expect(samlEntity(xml)).rejects.toThrow(expect.not.stringContaining('secret-value'));
  });
});

describe('OD-12 validation', () => {
  const base64 = SELF_SIGNED.cert.replace(/-----[A-Z ]+-----|\s/g, '');
  const key = (text: string, use = 'signing') =>
    `<KeyDescriptor use="${use}"><KeyInfo><X509Data><X509Certificate>${text}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
  const sso = (binding: string, url = 'https://acme.okta.com/sso') =>
    `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${url}"/>`;
  const idp = (...inside: string[]) => spMetadata({ inside: inside.join('') }).replaceAll('SPSSO', 'IDPSSO');
  const result = (xml: string, at = now) => validated(xml, undefined, at);

  it('gives certificates as PEM with fingerprint and times', async () => {
    const { certificates, valid } = await result(idp(key(base64), sso('HTTP-Redirect')));
    expect(valid).toBe(true);
    expect(certificates[0]?.pem).toBe(SELF_SIGNED.cert);
    expect(certificates[0]).toMatchObject({ notAfter: '2126-10-28T21:44:05.000Z' });
    expect(certificates[0]?.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it.each([
    ['no certificate', idp(sso('HTTP-POST')), 'There is no certificate'],
    ['one that is none', idp(key('AAAA'), sso('HTTP-POST')), 'cannot be read'],
    ['no sign-on service', idp(key(base64), sso('SOAP')), 'No sign-on service'],
    ['a service provider without POST', spMetadata({ inside: ' ' }), 'no assertion consumer service'],
  ])('names as a problem: %s', async (_, xml, problem) => {
    const { problems, valid } = await result(xml);
    expect(valid).toBe(false);
    expect(problems.join()).toContain(problem);
  });

  it('sso-field 17 warns of several certificates, and of one that ends soon or has ended', async () => {
    const twice = idp(key(base64), key(base64), sso('HTTP-POST'));
    expect((await result(twice)).warnings.join()).toContain('take the first one only');
    const end = Date.parse('2126-10-28T21:44:05Z');
    const one = idp(key(base64), sso('HTTP-POST'));
    expect(await result(one, end - 86_400_000)).toMatchObject({
      valid: true,
      warnings: [expect.stringContaining('expires at')],
    });
    expect(await result(one, end + 1)).toMatchObject({
      valid: true,
      warnings: [expect.stringContaining('expired at')],
    });
  });
});
