import { constants, createCipheriv, publicEncrypt, X509Certificate } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { SP } from './sso.ts';

/** A key of the identity provider, and its certificate: made for these tests, protect nothing. */
export interface SigningKey {
  privateKey: string;
  certificate: string;
}

/** With which it signs. */
export const IDP_KEY: SigningKey = {
  privateKey: `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC9M3NxljMzoVcD
dA6v1mXKYOzAaSFsrTQTjOBb2CldoIvE2b2I4EIHt/CdNzG/q0aYLk7JpJGaq4fK
pxEPOWGH2pZNHESCxQa/71lx9hFjBz+gM2vM9wSuDp6u8mRrwo1Ury5wzEGfHXpi
rEGmer+8cQf6oaJe0y3C/NU4E2AbLKm5pIdqVXrR4a/aFkUzMhvgqu9Aijab+qff
VWYcE0aYZGI6XApxNDWFccWQyMzAXcSqwCVj3WIzeIFlSSrfDMswidxbvLJKO79X
11EsJrET9Zfqh/jgfQ/O1PROPQo75VqD+Cj3b2WEvOo5dKI1bvxRKfj90Trbc6H/
EFPtPPEFAgMBAAECggEAHdqRe7nMiHgLx9K3Qo2c8CsNEGtGR+Sok/ElsbhRBqH/
i+cjngZsxNUEVXpREkJPWFHuQqkCBJrOSW7FJVbTieE22CH+uXenUf/NaEsAgVSy
eG/EscnEZkaOSWKb79j5/gPKWygPrrCzEADINyGlQXHAZY69lSLTVLIaXsfH4WGL
pL2w5WjAHjewwVTxTotIEzlpKh6ZC59dBVRk1xE3imb4uatMcQCd8RanUug2Sa3v
XGuj3GQ+3ZGvP44mxz7dNcH03Ep3/4u4JD5n3rqdJr8aYEKGdYeAcTVCMK41N7Rs
nl3SXK/QvdYVr0TGJwRm9EyR2wUCbs2qGPM5ciSP3QKBgQD8pecDmfz7EWSb6pMb
VAB6CZNusS+KZ4Pn3zzYMrXrul5N9XqAu4TXkb+zwCq5/Kkg6Y3H+MhOcPXlj3GT
i1CfDD4VQ0ZY5Oo/cdyBvL2PtsTxunNpLE8hH3NkUU/jD2xYyTikJ6PQ/BrWy1Dt
a6OySgnoFk2FexiVmKXyNavxAwKBgQC/tg5Tr6CTL59KhYpHBayz7Jez9vaUrnNR
WXRFPeeG5H9Be2rhaYKJG89eyqmt0BpPk3kC1gAHQ0BqimBiMPZDWOw6zFR54APl
2AD/FjprRqfrchTwjBnIJb8BfrYZPQS4e2/DImBTzkzg0hFAsEgohA4QkWRuQe2n
p0SR26kDVwKBgQDSfj6sh314iJM0PAn4ONJ02smU7dbYD0qcwydkUUu0bH/pn95C
pvkUyX/YeQCgGFuo6i2QMDxi7kZQzmQoM2gmOwL2oChaI87usSSwitm8hOAtLdS+
CYab6CIxsHVIji8NAglI6yXXFlQeJSL1zDqEbp82WG6aCWcALEAGPqVUlQKBgH3q
sMxMjXY/ECvdPC5bzsw6eIWOjvSnBD0JOTIFb92MlPzIeDHnoAI4DuMez4XHKpDb
tt6i+k/K3zNbAeVcbVNcw4P3EwEdntHHJxhkXCh7tu0Q+Cnqi0CHckYkGKzJBCG7
iXOsT4Kb/KipsQVBA5QA8E/3fvRgPx0f4wy+LutvAoGBAMq+sh3xec8xNc92FLY1
hIgqu/tLtoaecDR8pNsifEsGPDMiNh0fx2nwwVp0SJeDnz5tH8FleXwA7Ct7xMnl
ETWZVD1UigI1YYBhduifDQ4vNKyleHG59TEwDzZZy1IRySP2BeBSoFVr1nyNoxWo
csWQnHHW0KS0z/0+JxdR21fp
-----END PRIVATE KEY-----
`,
  certificate: `-----BEGIN CERTIFICATE-----
MIIDDzCCAfegAwIBAgIUc27EPLYorle9lGk1bhfbD1NOUzUwDQYJKoZIhvcNAQEL
BQAwFzEVMBMGA1UEAwwMdGVzdC1pZHAtb25lMB4XDTI2MTEyODE0NDcyNloXDTM2
MTEyNTE0NDcyNlowFzEVMBMGA1UEAwwMdGVzdC1pZHAtb25lMIIBIjANBgkqhkiG
9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvTNzcZYzM6FXA3QOr9ZlymDswGkhbK00E4zg
W9gpXaCLxNm9iOBCB7fwnTcxv6tGmC5OyaSRmquHyqcRDzlhh9qWTRxEgsUGv+9Z
cfYRYwc/oDNrzPcErg6ervJka8KNVK8ucMxBnx16YqxBpnq/vHEH+qGiXtMtwvzV
OBNgGyypuaSHalV60eGv2hZFMzIb4KrvQIo2m/qn31VmHBNGmGRiOlwKcTQ1hXHF
kMjMwF3EqsAlY91iM3iBZUkq3wzLMIncW7yySju/V9dRLCaxE/WX6of44H0PztT0
Tj0KO+Vag/go929lhLzqOXSiNW78USn4/dE623Oh/xBT7TzxBQIDAQABo1MwUTAd
BgNVHQ4EFgQUsUFbH/Go6mrr7R1/VUVVxh8sgmEwHwYDVR0jBBgwFoAUsUFbH/Go
6mrr7R1/VUVVxh8sgmEwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC
AQEASXUB4mBozxHQbkSfInyW9KpXy2dymH+e1KjWxPATmXGyAY6X2Nmp08QXdAmZ
+eJ/lSZvdI5FNCppoaqoN9c/yv9We/31SnLvmtwOKHd8GX6aSrD98L9V/7ep3Ug/
XqEutVcyc6GOND3xrEcNKHHzTWkcbDI/91cz5+piGrEuqxi3TarNC0Gh0SA9urK4
vFq/ZzqvAzZI1k1MyEOVkbXwu8GSZc4w3eorNQ72c/qlsZNkQhUYZLvw4kuFCn9w
7wYrlHppHWh5VmcSUtCkvsJuXwv/cGeYBU7ZOcThgNymvTGWt6ERw3ONa5fZTtiV
mIWnVV+6cVDMlRDYf/V0kRhOnQ==
-----END CERTIFICATE-----
`,
};

/** Another one: of before a rotation, or of somebody else. */
export const OTHER_KEY: SigningKey = {
  privateKey: `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCXi3+B+0tkmRbw
rmXv4nrf0yEjvrcKWqRixjigUnTyGuUiWvNvL8mJsWvIDvk4SfK6c8q/wHV5gwIw
UKWQh3YpxTmXLiqVjtieARLPyfW6cBTy8G4TyiNpXMUJGs71s7/rF/HBKRQGx9ES
Z+92g7LYv3rw9+IStPSGZqWKCOCuAajaGnf2Av2pzbWlWxlcuu8xPIzY30fLYQIj
cKr3c3hOcy6No4jTf0ckgE5Au4YM4hQt3NvFLv6nT5JhRivCcxDwYkPCPkjPGQQs
TWFl11TvTzvkZ5/edkXw7rqSI90Zb2JIA/X6JFmrRvmZfLJlQI3eU+K31cu/4ovq
EQQqDEVlAgMBAAECggEAGM/EHpnwLBZMhTdohTAFgiPlJx8QhOd2Rp3Bo64ca48v
uMI/XRLr4llkFistbqPc094lceOm2DA06Ygqs1EabZhW54OtgTMUEDqIw/CDBPVY
2LW4sBDGX3fK4sS64ct+PpV7BW8eUkXg2yydLkA9xfMDw/Qx1XI/HsorjEAL2TE3
3LHnBzi0fumgjTnKTuPAVR9KX6I7fxMRlGUIRBWFTgQtssXOhLAoGh+fRLp8Cmj7
0Syf/6xp39HYQZ4l0vdztOv4FvBEMmrT9Amk25zEzN1HbPKI6QEchaq0QGpGzzmw
QiAURCRFeIItfaOznAdybQnm2U6NSVFFvFljvGMcOQKBgQDIIB+PzRoixaKJIdp7
+d7ZNav7p//lZwmWFTZlgj6/irMxLI76TI8sF7McUrd0+YzUM4E8qf8wcJbtKzq2
pWzSTb8SLclMzbDFtrb10tC9a9sLA3NlSgAdLzKSf8QS+0EtkNvDw6an9Pw11HlQ
Epxcd7vGCO86vJ6DHwEpaK/XcwKBgQDB2xnhsPTKfGHGSMFIMheC/pRxuTt/kDo0
MTB5QGN/qKjCMBZKnU0J9fOrUAgm6I3ukczTQN+CVrK6B0XUCwE35fkz5Xit4IGG
ZTr5Q0zSKoIRz0y/JdqQ/8j+iBQhHgaEmP31IVb1Hf0hNAWAZAhjHCX59t8n/dAO
xE6ZlGRJxwKBgAzwLrowS2lGF7z/6E0tmV+3nZfWg6/EGpWOZ4bmhcICaJVcSR4b
hwIVwimpm1y/qYAqmEdgwjPSg59vtQsL5N4v0pONTD9f6PbPWkLIT2B/sZijr3kz
8I/ydjWMdxO3FL6qZ9rfMk4Xg5rDUth/a4Z64zPpbfYBLcpSXdPchcnLAoGAI3N/
Ey/6REFk3A8YEazfcdw+p2F5iQWGL19DfxkQWRst6X1Dxldn7EdnTU/wfbUPp65Q
J934Qey6+Jw13+Y3TdKntR7k599jsIE4vLbbCKAvczRW06oHg3bTegDGtZu5E2yr
HLYBIghe70CFNQqWIhHWvBSykKyw7NJnkVx6zqcCgYEAo6K1nClZ/2AnxVUqSWWC
e7QBvhUH3vvkjdCF5teXsQ0eMzmrZd8bWpoIyNCG7hTWHL63YWGkrqdfRwHwzuyk
aPwVkB2OLbofVo4iZ9H5MsA1O2E0pd8mUXuJm+z4Ttv/zV8oDYilsiYjTDbS8JOI
iOiFGR/aBrV+albPtXR18Lk=
-----END PRIVATE KEY-----
`,
  certificate: `-----BEGIN CERTIFICATE-----
MIIDDzCCAfegAwIBAgIUTdLHPQHtYN/1aH+/3wW3Up2kwUEwDQYJKoZIhvcNAQEL
BQAwFzEVMBMGA1UEAwwMdGVzdC1pZHAtdHdvMB4XDTI2MTEyODE0NDcyNloXDTM2
MTEyNTE0NDcyNlowFzEVMBMGA1UEAwwMdGVzdC1pZHAtdHdvMIIBIjANBgkqhkiG
9w0BAQEFAAOCAQ8AMIIBCgKCAQEAl4t/gftLZJkW8K5l7+J639MhI763ClqkYsY4
oFJ08hrlIlrzby/JibFryA75OEnyunPKv8B1eYMCMFClkId2KcU5ly4qlY7YngES
z8n1unAU8vBuE8ojaVzFCRrO9bO/6xfxwSkUBsfREmfvdoOy2L968PfiErT0hmal
igjgrgGo2hp39gL9qc21pVsZXLrvMTyM2N9Hy2ECI3Cq93N4TnMujaOI039HJIBO
QLuGDOIULdzbxS7+p0+SYUYrwnMQ8GJDwj5IzxkELE1hZddU70875Gef3nZF8O66
kiPdGW9iSAP1+iRZq0b5mXyyZUCN3lPit9XLv+KL6hEEKgxFZQIDAQABo1MwUTAd
BgNVHQ4EFgQUZdTPOQ8bu5hUP2OSNZgiiBPj2AwwHwYDVR0jBBgwFoAUZdTPOQ8b
u5hUP2OSNZgiiBPj2AwwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC
AQEALAVIJlse0odCyhW9YM69ZRKuvBcCH4lMlMRssndDZfDPYd3kWKdg00OcOkBO
oL9y57XCGr/5zeIHAln7B4laPRNP06X9vf/xDv7qlU9lI9Ky457V5Bdl+vZxeMr1
cuMw7FVJ2/XkweTEzqSxLNpsJIgd/CFkKiW2ZYbKqrkPTb7hMwY4xGJwF0PUWPBX
ELNhOnfmrueHd5w8bW8uCg+SliOlCS7mA5Q10e+H3oTOEtk2QM4IATBYmGcNYtdy
cREUj6uMCWM3xxQjsGkZwlpNzNmsJWB7rmGCsLe89QomCzb/EFLE08w+hZhhEKs/
kkKp85JaRb/pmHdTTzQKjShlug==
-----END CERTIFICATE-----
`,
};

export const IDP = `${SP}/idp`;
export const ACS = `${SP}/acs`;
export const AUDIENCE = `${SP}/saml`;
export const REQUEST = '_request1';

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

/** The certificate as metadata have it. */
export const bareCertificate = ({ certificate }: SigningKey): string =>
  new X509Certificate(certificate).raw.toString('base64');

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
