import { expect, it } from 'vitest';
import { samlMetadata } from '../../src/resources/app/saml-metadata.ts';

const document = (location: string, ...certificates: string[]) =>
  [
    '<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:md" entityID="http://www.okta.com/exk1">',
    ...certificates.map((one) => `<ds:X509Certificate>${one}</ds:X509Certificate>`),
    `<md:SingleSignOnService Binding="urn:POST" Location="${location}"/></md:EntityDescriptor>`,
  ].join('');

it('reads all certificates without their line breaks, and addresses without the escapes of XML', () => {
  expect(samlMetadata(document('https://acme.okta.com/sso?a=1&amp;b=2', 'MII\nA', 'MII\r\nB'))).toEqual({
    entityId: 'http://www.okta.com/exk1',
    ssoUrl: 'https://acme.okta.com/sso?a=1&b=2',
    certificates: ['MIIA', 'MIIB'],
  });
});

it.each(['', '<html></html>', '{"id":"1"}', '<md:EntityDescriptor entityID="http://www.okta.com/exk1"/>'])(
  'finds none in %j',
  (text) => expect(samlMetadata(text)).toBeUndefined(),
);
