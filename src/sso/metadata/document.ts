import type { Element, Node } from '@xmldom/xmldom';
import { InputError, type OktaError } from '../../errors/errors.ts';

export const MAX_METADATA_BYTES = 1024 * 1024;

/** Nothing of SAML needs more; the time that the parser takes grows with the square of them. */
const MOST = { attributes: 200, depth: 40, elements: 20_000 };

export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';

/**
 * Parses SAML metadata. A document type is refused before anything is parsed: no entity is ever expanded.
 * @returns the root element.
 * @throws InputError for text that is too long, has a document type, or is not well-formed XML.
 */
export async function metadataDocument(xml: string): Promise<Element> {
  const size = Buffer.byteLength(xml);
  if (size > MAX_METADATA_BYTES) {
    throw refused(`is ${size} bytes long; at most ${MAX_METADATA_BYTES} are read`);
  }
  const text = withoutComments(xml.replace(/^\uFEFF/, '')).trim();
  const root = await plainDocument(text, refused);
  if (root?.namespaceURI === METADATA) return root;
  throw refused(
    `is XML, but not SAML metadata: its root is ${root?.localName ?? 'missing'}, in another namespace`,
  );
}

/**
 * Parses XML of somebody unknown that has no comments.
 * @param refuse the error for what is wrong with it.
 */
export async function plainDocument(
  text: string,
  refuse: (what: string) => OktaError,
): Promise<Element | null> {
  if (text.includes('<!')) {
    throw refuse('declares a document type, entities or CDATA, which SAML does not need and attacks use');
  }
  const excess = excessOf(text);
  if (excess) throw refuse(excess);
  // Loaded when first used: most connections never see XML.
  const { DOMParser, onErrorStopParsing, ParseError } = await import('@xmldom/xmldom');
  try {
    return new DOMParser({ locator: false, onError: onErrorStopParsing }).parseFromString(text, 'text/xml')
      .documentElement;
  } catch (error) {
    if (!(error instanceof ParseError || error instanceof RangeError)) throw error;
    throw refuse('is not well-formed XML');
  }
}

/** By hand: a regular expression would try each beginning of a comment up to the end of the text. */
function withoutComments(xml: string): string {
  const [first = '', ...parts] = xml.split('<!--');
  return first + parts.map((part) => part.slice(endOf(part))).join('');
}

function endOf(comment: string): number {
  const end = comment.indexOf('-->');
  if (end < 0) throw refused('has a comment that does not end, or contains another one');
  return end + '-->'.length;
}

/** Counts before anything is parsed. There are no comments any more, and no attribute value contains a <. */
function excessOf(text: string): string | undefined {
  let depth = 0;
  const parts = text.split('<').slice(1);
  for (const part of parts) {
    // What looks like tags in there is none for the parser.
    if (part.startsWith('?') && !part.includes('?>')) return 'has a processing instruction with a tag in it';
    const tag = part.replace(/"[^"]*"|'[^']*'/g, '\u0001');
    if (tag.startsWith('/')) depth -= 1;
    else if (!tag.startsWith('?') && !/^[^>]*\/>/.test(tag)) depth += 1;
    if (depth > MOST.depth) return `is nested more than ${MOST.depth} deep`;
    if (tag.split('\u0001').length > MOST.attributes) {
      return `has an element with more than ${MOST.attributes} attributes`;
    }
  }
  return parts.length > MOST.elements ? `has more than ${MOST.elements} tags` : undefined;
}

function refused(what: string): InputError {
  return new InputError(`The SAML metadata ${what}`, {
    hint: 'Export the metadata again where the application offers it, and give the whole file, unchanged.',
  });
}

/** The children of an element with a local name. */
export const children = (parent: Node, name: string): Element[] =>
  [...parent.childNodes].filter((one): one is Element => isElement(one) && one.localName === name);

/** The text of the first child with a name, without blanks around it; undefined if there is none. */
export const childText = (parent: Node, name: string): string | undefined =>
  children(parent, name)[0]?.textContent?.trim() || undefined;

function isElement(node: Node): node is Element {
  return node.nodeType === node.ELEMENT_NODE;
}
