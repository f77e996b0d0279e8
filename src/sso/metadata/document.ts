import { DOMParser, type Element, type Node, onErrorStopParsing, ParseError } from '@xmldom/xmldom';
import { InputError } from '../../errors/errors.ts';

export const MAX_METADATA_BYTES = 1024 * 1024;

export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';

/**
 * Parses SAML metadata. A document type is refused before anything is parsed: no entity is ever expanded.
 * @returns the root element.
 * @throws InputError for text that is too long, has a document type, or is not well-formed XML.
 */
export function metadataDocument(xml: string): Element {
  const size = Buffer.byteLength(xml);
  if (size > MAX_METADATA_BYTES) {
    throw refused(`is ${size} bytes long; at most ${MAX_METADATA_BYTES} are read`);
  }
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) {
    throw refused('declares a document type or entities, which metadata does not need and attacks use');
  }
  const root = parse(xml.replace(/^\uFEFF/, '').trim());
  if (root?.namespaceURI === METADATA) return root;
  throw refused(
    `is XML, but not SAML metadata: its root is ${root?.localName ?? 'missing'}, in another namespace`,
  );
}

function parse(xml: string): Element | null {
  try {
    return new DOMParser({ locator: false, onError: onErrorStopParsing }).parseFromString(xml, 'text/xml')
      .documentElement;
  } catch (error) {
    if (!(error instanceof ParseError || error instanceof RangeError)) throw error;
    throw refused('is not well-formed XML');
  }
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
