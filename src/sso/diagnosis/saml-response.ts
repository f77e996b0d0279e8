import type { Element } from '@xmldom/xmldom';
import { InputError } from '../../errors/errors.ts';
import { children, childText, plainDocument } from '../metadata/document.ts';

/** What a SAML response says. Nothing of it is checked: anybody can write one. Times as it has them. */
export interface SamlResponse {
  issuer: string | undefined;
  /** Last part of each status code: `Success`. */
  status: string[];
  statusMessage: string | undefined;
  inResponseTo: string | undefined;
  isEncrypted: boolean;
  destination: string | undefined;
  recipients: string[];
  audiences: string[];
  notBefore: string | undefined;
  nameId: { value: string; format: string | undefined } | undefined;
  attributes: { name: string; values: string[] }[];
  /** Those that came with the signatures, in base64 without blanks. */
  certificates: string[];
}

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';

/** Reads a SAML response. @param base64 the form field. @throws InputError for what is none. */
export async function samlResponseOf(base64: string): Promise<SamlResponse> {
  const encoded = base64.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) throw refused('is not base64');
  const text = Buffer.from(encoded, 'base64').toString('utf8').trim();
  const response = await plainDocument(text, refused);
  if (response?.namespaceURI !== PROTOCOL || response.localName !== 'Response') {
    throw refused(`is XML, but no response: its root is ${response?.localName ?? 'missing'}`);
  }
  const [assertion] = children(response, 'Assertion');
  const under = (...names: string[]) => below(assertion ? [assertion] : [], names);
  const [nameId] = under('Subject', 'NameID');
  const [conditions] = under('Conditions');
  return {
    issuer: childText(response, 'Issuer') ?? (assertion && childText(assertion, 'Issuer')),
    status: statusOfResponse(response),
    statusMessage: below([response], ['Status', 'StatusMessage'])[0]?.textContent?.trim() || undefined,
    inResponseTo: attribute(response, 'InResponseTo'),
    isEncrypted: children(response, 'EncryptedAssertion').length > 0,
    destination: attribute(response, 'Destination'),
    recipients: under('Subject', 'SubjectConfirmation', 'SubjectConfirmationData').flatMap(
      (one) => attribute(one, 'Recipient') ?? [],
    ),
    audiences: textsOf(under('Conditions', 'AudienceRestriction', 'Audience')),
    notBefore: conditions && attribute(conditions, 'NotBefore'),
    nameId: nameId && { value: nameId.textContent?.trim() ?? '', format: attribute(nameId, 'Format') },
    attributes: under('AttributeStatement', 'Attribute').map((one) => ({
      name: attribute(one, 'Name') ?? '',
      values: textsOf(children(one, 'AttributeValue')),
    })),
    certificates: textsOf(
      below(
        [response, ...(assertion ? [assertion] : [])],
        ['Signature', 'KeyInfo', 'X509Data', 'X509Certificate'],
      ),
    ).map((one) => one.replace(/\s+/g, '')),
  };
}

function refused(what: string): InputError {
  return new InputError(`The SAML response ${what}`, {
    hint: 'Give the form field SAMLResponse as the browser sent it, in base64; a SAML tracer shows it.',
  });
}

/** The status codes, outermost first. */
function statusOfResponse(response: Element): string[] {
  const names: string[] = [];
  for (let codes = below([response], ['Status', 'StatusCode']); codes[0]; ) {
    names.push(attribute(codes[0], 'Value')?.split(':').at(-1) ?? '');
    codes = children(codes[0], 'StatusCode');
  }
  return names;
}

const below = (from: Element[], names: readonly string[]): Element[] =>
  names.reduce((found, name) => found.flatMap((one) => children(one, name)), from);

const textsOf = (elements: readonly Element[]): string[] =>
  elements.map((one) => one.textContent?.trim() ?? '');

const attribute = (element: Element, name: string): string | undefined =>
  element.getAttribute(name) ?? undefined;
