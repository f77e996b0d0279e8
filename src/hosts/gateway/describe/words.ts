import { wholeSentences } from '../../sentences.ts';

/** Longest description of an operation: GPT actions refuse a longer one, and forms cut it. */
const LONGEST = 300;

/** `create_user` is `CreateUser`: Power Automate takes no other characters, and shows it in expressions. */
export const operationId = (key: string): string =>
  key
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** A description of at most 300 characters. */
export const shortened = (text: string, longest = LONGEST): string => wholeSentences(text, longest);

/** A title without the question mark at its end: Power Automate takes no punctuation there. */
export const unpunctuated = (title: string): string => title.replace(/[.!?]+$/, '');
