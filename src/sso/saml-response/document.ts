import type { Element, Node } from '@xmldom/xmldom';
import { children, plainDocument } from '../metadata/document.ts';
import { refusedResponse } from './refusal.ts';

const NAMESPACES = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

/** A response whose shape leaves no doubt about what a signature covers. Nothing of it is verified. */
export interface ResponseDocument {
  response: Element;
  /** Undefined if the identity provider answers with a status instead. */
  assertion: Element | undefined;
  isEncrypted: boolean;
  /** Which of the two carries a signature that can be seen. */
  signed: { response: boolean; assertion: boolean };
}

/** Signatures that are accepted, by the ends of their URIs. SHA-1 is not: two documents with the same digest can be made. */
const ALGORITHMS: Readonly<Record<string, RegExp>> = {
  SignatureMethod: /^http:\/\/www\.w3\.org\/2001\/04\/xmldsig-more#rsa-sha(256|512)$/,
  DigestMethod: /^http:\/\/www\.w3\.org\/2001\/04\/xmlenc#sha(256|512)$/,
  CanonicalizationMethod: /^http:\/\/www\.w3\.org\/2001\/10\/xml-exc-c14n#$/,
  Transform: /^http:\/\/www\.w3\.org\/(2000\/09\/xmldsig#enveloped-signature|2001\/10\/xml-exc-c14n#)$/,
};

/**
 * Parses a response, and refuses what no identity provider sends: a document type, comments, two assertions, an id twice, a
 * signature elsewhere than in the response and the assertion. The library that checks signatures then sees nothing else.
 * @throws OktaError `sign_in_refused`
 */
export async function responseDocument(xml: string): Promise<ResponseDocument> {
  const response = await root(xml);
  if (response?.namespaceURI !== NAMESPACES.protocol || response.localName !== 'Response') {
    throw refusedResponse('document', 'it is another message', {
      ...{ actor: 'caller', expected: 'Response of SAML 2.0', found: response?.localName ?? 'nothing' },
      hint: 'Give what was posted to the assertion consumer service.',
    });
  }
  const all = [response, ...response.getElementsByTagName('*')];
  const [assertion, ...others] = all.filter(({ localName }) =>
    /^(Encrypted)?Assertion$/.test(localName ?? ''),
  );
  if (others.length > 0) throw odd('assertions', 'it has more than one assertion', `${others.length + 1}`);
  if (assertion && (assertion.parentNode !== response || assertion.namespaceURI !== NAMESPACES.assertion)) {
    throw odd(
      'assertions',
      'its assertion is not where assertions are',
      `in ${assertion.parentNode?.nodeName}`,
    );
  }
  const signed = signedIn(all, [response, assertion]);
  return {
    ...{ response, assertion, isEncrypted: assertion?.localName === 'EncryptedAssertion' },
    signed: { response: signed.has(response), assertion: assertion !== undefined && signed.has(assertion) },
  };
}

/**
 * Parses an assertion that stood by itself: what a signature covers, or what was encrypted.
 * @throws OktaError `sign_in_refused`
 */
export async function assertionDocument(xml: string): Promise<Element> {
  const assertion = await root(xml);
  if (assertion?.namespaceURI !== NAMESPACES.assertion || assertion.localName !== 'Assertion') {
    throw odd('document', 'there is something else in the place of the assertion', assertion?.nodeName);
  }
  signedIn([assertion, ...assertion.getElementsByTagName('*')], [assertion]);
  return assertion;
}

async function root(xml: string): Promise<Element | null> {
  if (xml.includes('<!--')) {
    // Readers disagree about the text around a comment: a name could end there for one of them.
    throw odd('comments', 'it contains a comment');
  }
  const [, rest = xml] = /^<\?xml[^>]*\?>([\s\S]*)$/.exec(xml) ?? [];
  if (rest.includes('<?')) throw odd('instructions', 'it contains a processing instruction');
  return plainDocument(xml, (what) => odd('document', `it ${what}`));
}

/** The elements that carry a signature, which only `places` may. A signature names what it covers by id. */
function signedIn(all: readonly Element[], places: readonly (Element | undefined)[]): Set<Node> {
  const ids = all.flatMap(({ attributes }) =>
    [...attributes].filter(({ name }) => /^(xml:)?id$/i.test(name)),
  );
  if (new Set(ids.map(({ value }) => value)).size < ids.length) {
    throw odd('ids', 'two elements have the same id');
  }
  const signed = new Set<Node>();
  for (const one of all.filter(({ localName }) => localName === 'Signature')) {
    const { parentNode } = one;
    if (one.namespaceURI !== NAMESPACES.signature || !parentNode || !places.some((of) => of === parentNode)) {
      throw odd('signature', 'a signature is not where signatures are', `in ${parentNode?.nodeName}`);
    }
    if (signed.has(parentNode)) throw odd('signature', 'an element has two signatures');
    signed.add(parentNode);
    assertAlgorithms(one);
  }
  return signed;
}

function assertAlgorithms(signature: Element): void {
  for (const [name, pattern] of Object.entries(ALGORITHMS)) {
    for (const one of signature.getElementsByTagNameNS(NAMESPACES.signature, name)) {
      const algorithm = one.getAttribute('Algorithm') ?? '';
      if (!pattern.test(algorithm)) throw weak(name, algorithm);
    }
  }
}

const weak = (name: string, algorithm: string) =>
  refusedResponse('algorithm', 'it is signed with an algorithm that is not accepted', {
    ...{ expected: 'RSA with SHA-256 or SHA-512, exclusive canonicalization', found: `${name} ${algorithm}` },
    hint: 'In the SAML settings of the app (Show Advanced Settings), choose RSA-SHA256 and SHA256.',
  });

const odd = (check: string, what: string, found?: string) =>
  refusedResponse(check, what, {
    found,
    hint: 'No identity provider sends this. Let the person sign in again; if it happens again, somebody may be forging responses.',
  });

/** The base64 of the certificates that a signature names. They are told, never trusted. */
export const namedCertificates = ({ response, assertion }: ResponseDocument): string[] =>
  [response, assertion]
    .flatMap((one) => (one ? children(one, 'Signature') : []))
    .flatMap((one) => [...one.getElementsByTagNameNS(NAMESPACES.signature, 'X509Certificate')])
    .flatMap((one) => one.textContent?.replace(/\s+/g, '') || []);
