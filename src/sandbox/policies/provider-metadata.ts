import { notFound } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import type { Json } from '../json.ts';
import { found } from '../kinds/endpoints.ts';
import { identityProviderKind } from './identity-providers.ts';
import { certificateOf } from './provider-signing.ts';

/** What a SAML identity provider must know of the org. */
export const providerMetadataEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/idps/:idpId/metadata.xml', scope: 'okta.idps.read', handle: metadata },
];

const saml = 'urn:oasis:names:tc:SAML';
const formats = [
  '1.1:nameid-format:unspecified',
  '1.1:nameid-format:emailAddress',
  '2.0:nameid-format:persistent',
];
const encryption = ['2001/04/xmlenc#aes128-cbc', '2001/04/xmlenc#aes256-cbc', '2009/xmlenc11#aes256-gcm'];

function metadata(call: Call): Answer {
  const { id, body } = found(call, identityProviderKind);
  if (body.type !== 'SAML2') throw notFound(id, 'IdpAppInstance');
  const { trust, signing } = (body.protocol as { credentials: { trust: Json; signing: Json } }).credentials;
  const certificate = certificateOf(call, String(signing.kid)).replace(/.{76}(?=.)/g, '$&\n');
  const key =
    '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>' +
    `<ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
  const methods = encryption.map((one) => `<md:EncryptionMethod Algorithm="http://www.w3.org/${one}"/>`);
  const xml = [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<md:EntityDescriptor entityID="${trust.audience}" xmlns:md="${saml}:2.0:metadata">`,
    '<md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" ',
    `protocolSupportEnumeration="${saml}:2.0:protocol">`,
    `<md:KeyDescriptor use="encryption">${key}${methods.join('')}</md:KeyDescriptor>`,
    `<md:KeyDescriptor use="signing">${key}</md:KeyDescriptor>`,
    ...formats.map((format) => `<md:NameIDFormat>${saml}:${format}</md:NameIDFormat>`),
    `<md:AssertionConsumerService Binding="${saml}:2.0:bindings:HTTP-POST" `,
    `Location="${call.origin}/sso/saml2/${id}" index="0" isDefault="true"/>`,
    '</md:SPSSODescriptor></md:EntityDescriptor>',
  ];
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': 'attachment; filename=metadata.xml',
  };
  return { status: 200, body: xml.join(''), headers };
}
