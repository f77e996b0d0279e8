import { constants, createCipheriv, publicEncrypt } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { bareCertificate, IDP_KEY, type SigningKey } from './saml-keys.ts';
import { SP } from './sso.ts';

export const IDP = `${SP}/idp`;
export const ACS = `${SP}/acs`;
export const AUDIENCE = `${SP}/saml`;
/** As recordings call the first id of a request. */
export const REQUEST = 'request-1';

const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** What a response says, with what most say. */
export interface ResponseParts {
  /** Milliseconds since the epoch. */
  now: number;
  id?: string;
  issuer?: string;
  audience?: string;
  destination?: string;
  recipient?: string;
  /** null: started at the identity provider. */
  inResponseTo?: string | null;
  nameId?: string;
  format?: string;
  attributes?: Record<string, string[]>;
  /** Minutes from now. */
  valid?: [from: number, to: number];
  status?: string;
  sign?: readonly ('response' | 'assertion')[];
  key?: SigningKey;
  /** Encrypts the assertion for whoever has this key. */
  encryptFor?: SigningKey;
  algorithms?: { signature: string; digest: string };
  /** Changes the assertion before it is signed. */
  assertion?: (xml: string) => string;
  /** Changes the response before it is signed. */
  response?: (xml: string) => string;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const iso = (time: number) => new Date(time).toISOString();

/** A response as an identity provider posts it, before base64. Signing twice gives the same bytes. */
export function samlResponse(parts: ResponseParts): string {
  const {
    now,
    id = '_assertion1',
    issuer = IDP,
    status = 'Success',
    sign = ['response', 'assertion'],
  } = parts;
  const { destination = ACS, inResponseTo = REQUEST } = parts;
  const answers = inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`;
  const { assertion: change = (xml: string) => xml, response: changeAll = (xml: string) => xml } = parts;
  const own = status === 'Success' ? change(assertionXml({ ...parts, id, issuer }, answers)) : '';
  const assertion = own && sign.includes('assertion') ? signed(own, 'Assertion', parts) : own;
  const sent = assertion && parts.encryptFor ? encrypted(assertion, parts.encryptFor) : assertion;
  const codes = status
    .split(' ')
    .reduceRight(
      (inner, code) =>
        `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}">${inner}</samlp:StatusCode>`,
      '',
    );
  const response = changeAll(
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}-response" Version="2.0" IssueInstant="${iso(now)}" Destination="${destination}"${answers}><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer><samlp:Status>${codes}</samlp:Status>${sent}</samlp:Response>`,
  );
  return sign.includes('response') ? signed(response, 'Response', parts) : response;
}

/** The same, as the field of the form has it. */
export const postedResponse = (parts: ResponseParts): string =>
  Buffer.from(samlResponse(parts)).toString('base64');

function assertionXml(parts: ResponseParts, answers: string): string {
  const { now, id, issuer, audience = AUDIENCE, recipient = ACS, nameId = 'ana.ruiz@acme.test' } = parts;
  const { format = EMAIL, valid: [from, to] = [-5, 5] } = parts;
  const { attributes = { email: ['ana.ruiz@acme.test'], firstName: ['Ana'], groups: ['Sales'] } } = parts;
  const [notBefore, end] = [iso(now + from * 60_000), iso(now + to * 60_000)];
  const statements = Object.entries(attributes).map(
    ([name, values]) =>
      `<saml:Attribute Name="${escaped(name)}">${values.map((value) => `<saml:AttributeValue>${escaped(value)}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  );
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${iso(now)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${format}">${escaped(nameId)}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${end}" Recipient="${recipient}"${answers}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${notBefore}" NotOnOrAfter="${end}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${iso(now)}" SessionIndex="${id}-session"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${statements.join('')}</saml:AttributeStatement></saml:Assertion>`;
}

function signed(
  xml: string,
  element: 'Response' | 'Assertion',
  { key = IDP_KEY, algorithms }: ResponseParts,
): string {
  const { signature = RSA_SHA256, digest = SHA256 } = algorithms ?? {};
  const signer = new SignedXml({
    ...{ privateKey: key.privateKey, publicCert: key.certificate },
    ...{ signatureAlgorithm: signature, canonicalizationAlgorithm: EXCLUSIVE },
  });
  const xpath = `/*[local-name(.)='${element}']`;
  signer.addReference({ xpath, transforms: [ENVELOPED, EXCLUSIVE], digestAlgorithm: digest });
  const reference = `${xpath}/*[local-name(.)='Issuer']`;
  signer.computeSignature(xml, { prefix: 'ds', location: { reference, action: 'after' } });
  return signer.getSignedXml();
}

/** The vector is fixed, so that the same is encrypted to almost the same bytes: never do that elsewhere. */
function encrypted(assertion: string, { certificate }: SigningKey): string {
  const [secret, vector] = [Buffer.alloc(32, 7), Buffer.alloc(12, 1)];
  const cipher = createCipheriv('aes-256-gcm', secret, vector);
  const data = Buffer.concat([vector, cipher.update(assertion, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const key = publicEncrypt({ key: certificate, padding: constants.RSA_PKCS1_OAEP_PADDING }, secret);
  const value = (bytes: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;
  const method = (name: string) => `<xenc:EncryptionMethod Algorithm="http://www.w3.org/${name}"/>`;
  return `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element">${method('2009/xmlenc11#aes256-gcm')}<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>${method('2001/04/xmlenc#rsa-oaep-mgf1p')}${value(key)}</xenc:EncryptedKey></KeyInfo>${value(data)}</xenc:EncryptedData></saml:EncryptedAssertion>`;
}

/** Metadata of the identity provider with these keys, the first one first. */
export const idpMetadata = (...keys: readonly SigningKey[]): string =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${IDP}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys
    .map(
      (key) =>
        `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${bareCertificate(key)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
    )
    .join(
      '',
    )}<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${IDP}/sso"/></IDPSSODescriptor></EntityDescriptor>`;
