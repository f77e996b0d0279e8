import { SP } from './sso.ts';

interface ResponseParts {
  issuer: string;
  status?: string;
  destination?: string;
  audience?: string;
  /** ISO 8601. */
  notBefore?: string;
  nameId?: string;
  /** Last part of its URN. */
  format?: string;
  attributes?: Record<string, string>;
  inResponseTo?: string;
  /** In base64. */
  certificate?: string;
}

/** A SAML response for the invented application, unsigned, in base64: to be read, not to be trusted. */
export function samlResponse({
  issuer,
  status = 'Success',
  destination = `${SP}/acs`,
  audience = `${SP}/saml`,
  notBefore = '2026-01-02T03:04:05Z',
  nameId = 'ann@acme.test',
  format = 'emailAddress',
  attributes = {},
  inResponseTo,
  certificate,
}: ResponseParts): string {
  const signature = certificate
    ? `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
    : '';
  const statements = Object.entries(attributes).map(
    ([name, value]) =>
      `<a:Attribute Name="${name}"><a:AttributeValue>${value}</a:AttributeValue></a:Attribute>`,
  );
  const answer = inResponseTo ? `InResponseTo="${inResponseTo}"` : '';
  const assertion = `<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_2" Version="2.0">
    <a:Issuer>${issuer}</a:Issuer>${signature}
    <a:Subject><a:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:${format}">${nameId}</a:NameID>
      <a:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <a:SubjectConfirmationData ${answer} Recipient="${destination}"/></a:SubjectConfirmation></a:Subject>
    <a:Conditions NotBefore="${notBefore}"><a:AudienceRestriction><a:Audience>${audience}</a:Audience></a:AudienceRestriction></a:Conditions>
    <a:AttributeStatement>${statements.join('')}</a:AttributeStatement>
  </a:Assertion>`;
  const xml = `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" ${answer} Destination="${destination}">
  <s:Issuer xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</s:Issuer>
  <p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></p:Status>
  ${status === 'Success' ? assertion : ''}
</p:Response>`;
  return Buffer.from(xml).toString('base64');
}
