import { expect, it } from 'vitest';
import { wholeSentences } from '../../src/hosts/sentences.ts';

it.each([
  ['Short.', 20, 'Short.'],
  ['One sentence. And another one.', 20, 'One sentence.'],
  ['Exactly this. More', 13, 'Exactly this.'],
  ['Version 1.2 of a thing that is long', 20, 'Version 1.2 of a…'],
  ['Is it? Yes! No more room', 12, 'Is it? Yes!'],
  ['oneverylongwordwithoutend', 10, 'oneverylo…'],
])('a text is cut where it can be read: %s', (text, longest, expected) => {
  const cut = wholeSentences(text, longest);
  expect(cut).toBe(expected);
  expect(cut.length).toBeLessThanOrEqual(longest);
});
