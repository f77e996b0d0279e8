/** Joins texts as sentences, whether or not they end in a full stop: Okta's do both. */
export const inSentences = (...texts: (string | undefined)[]): string =>
  texts
    .flatMap((text) => (text ? [text] : []))
    .map((text) => (/[.!?]$/.test(text) ? text : `${text}.`))
    .join(' ');

/** `1 item`, `2 items`. @param noun in the singular; its plural ends in s. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The end of a sentence that names a few; nothing if there is none. */
export const amongThem = (names: readonly string[]): string =>
  names.length > 0 ? `; among them ${names.join(', ')}` : '';
