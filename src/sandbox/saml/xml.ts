/** A text for use in XML, between tags and in quoted attributes. Characters that XML does not know are left out. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"'\t\n\r]/g, (one) => `&#${one.charCodeAt(0)};`);

/** An element; attributes without a value are left out. @param inside XML */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  ...inside: string[]
): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : ` ${key}="${escapeXml(value)}"`,
  );
  const body = inside.join('');
  return body ? `<${name}${given.join('')}>${body}</${name}>` : `<${name}${given.join('')}/>`;
}
