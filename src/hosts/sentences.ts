/**
 * A text of at most so many characters, for places with a limit: whole sentences if one fits, otherwise whole words and an
 * ellipsis.
 */
export function wholeSentences(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const sentences = text.slice(0, longest + 1).match(/^.*[.!?](?=\s)/s)?.[0];
  if (sentences) return sentences;
  return `${text.slice(0, longest - 1).replace(/[\s,;:]+\S*$/, '')}…`;
}
