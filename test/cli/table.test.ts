import { describe, expect, it } from 'vitest';
import { tableOf } from '../../src/cli/table.ts';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('G.9 a table', () => {
  const rows = [
    {
      id: '00u1abcdefghijklmnop',
      description: 'All users of the organization, those who left too',
      empty: null,
    },
    { id: '00u2abcdefghijklmnop', description: 'x'.repeat(70), empty: '' },
  ];

  it.each([40, 60, 80, 200])('is no wider than a terminal of %i, and cuts nothing off', (width) => {
    const { text, left } = tableOf(rows, width);
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text).toContain('00u1abcdefghijklmnop');
    expect(text).not.toContain('…');
    expect(text.match(/x/g) ?? []).toHaveLength(left.length > 0 ? 0 : 70);
    // An empty column tells nothing.
    expect(text).not.toContain('empty');
  });

  it('tells the columns that it has no room for', () => {
    const row = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`c${at}`, 'y'.repeat(30)]));
    const { text, left } = tableOf([row], 80);
    expect(left).toEqual(['c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8']);
    expect(text).not.toContain('c2');
  });

  it('shows no control characters: they could steer the terminal', () => {
    const { text } = tableOf([{ name: 'a\u001b[2Jb\nc\u009bd\u202ee' }], 80);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(text).toContain('a [2Jb c d e');
  });
});
