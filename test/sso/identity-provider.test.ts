import { expect, it } from 'vitest';
import { identityProviderIn } from '../../src/sso/credentials/saml-signing.ts';

const document = (location: string, ...certificates: string[]) =>
  [
    '<?xml version="1.0"?>',
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://www.okta.com/exk1">',
    '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    ...certificates.map(
      (one) =>
        `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${one}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
    ),
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${location}"/>`,
    '</md:IDPSSODescriptor></md:EntityDescriptor>',
  ].join('');

it('reads all certificates without their line breaks, and addresses without the escapes of XML', async () => {
  expect(
    await identityProviderIn(document('https://acme.okta.com/sso?a=1&amp;b=2', 'MII\nA', 'MII\r\nB')),
  ).toEqual({
    entityId: 'http://www.okta.com/exk1',
    ssoUrl: 'https://acme.okta.com/sso?a=1&b=2',
    certificates: ['MIIA', 'MIIB'],
  });
});

it.each([
  ...['', '<html></html>', '{"id":"1"}', document('nowhere', 'MIIA')],
  '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://www.okta.com/exk1"/>',
])('finds none in %j', async (text) => expect(await identityProviderIn(text)).toBeUndefined());
