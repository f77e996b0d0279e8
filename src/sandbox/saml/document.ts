import { DOMParser, type Element, type Node, onErrorStopParsing, ParseError } from '@xmldom/xmldom';
import { SamlProblem } from './problem.ts';

/** No request has more; the time that the parser takes grows with the square of them. */
const MOST = { attributes: 50, tags: 500 };

/** Parses a request. What is not needed, and attacks use, is refused before anything is parsed. @throws SamlProblem */
export function rootOf(xml: string): Element {
  const text = xml.replace(/^\uFEFF/, '').trim();
  if (/<!|<\?(?!xml\s)/.test(text))
    throw new SamlProblem(
      'The SAML request has a document type, a comment or an instruction: it is not read.',
    );
  const tags = text.split('<');
  const isLong = (tag: string) => tag.split('=').length > MOST.attributes;
  if (tags.length > MOST.tags || tags.some(isLong))
    throw new SamlProblem('The SAML request has too many elements or attributes: it is not read.');
  try {
    const parser = new DOMParser({ locator: false, onError: onErrorStopParsing });
    const root = parser.parseFromString(text, 'text/xml').documentElement;
    if (root) return root;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  throw new SamlProblem('The SAML request is not well-formed XML.');
}

/** The first child of an element with a name in a namespace. */
export function childOf(parent: Element, namespace: string, name: string): Element | undefined {
  return [...parent.childNodes].find(
    (one): one is Element => isElement(one) && one.namespaceURI === namespace && one.localName === name,
  );
}

function isElement(node: Node): node is Element {
  return node.nodeType === node.ELEMENT_NODE;
}
