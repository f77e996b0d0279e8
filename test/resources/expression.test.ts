import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/errors.ts';
import { expression, isBalanced, literal } from '../../src/resources/expression.ts';

/** Reads one quoted literal at the start of a text, as a server does that reads JSON. */
function readLiteral(text: string): { value: string; rest: string } {
  if (text[0] !== '"') throw new Error('no literal');
  let value = '';
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '\\') {
      const [read = ''] = /^\\(u[0-9a-f]{4}|.)/.exec(text.slice(at, at + 6)) ?? [];
      value += JSON.parse(`"${read}"`);
      at += read.length - 1;
    } else if (text[at] === '"') return { value, rest: text.slice(at + 1) };
    else value += text[at];
  }
  throw new Error('the literal does not end');
}

const awkward = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', ' ', 'a', ' or ', ')', "'", '\n', 'é', '%') }),
);

describe('a literal', () => {
  it('reads back as the same text, and nothing of it gets outside', () => {
    fc.assert(
      fc.property(awkward, fc.constantFrom('', ' and status eq "ACTIVE"', ')'), (value, rest) => {
        expect(readLiteral(literal(value) + rest)).toEqual({ value, rest });
      }),
      { numRuns: 1_000 },
    );
  });

  it('is JSON too for text without control characters, as Okta documents it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(JSON.parse(literal(value))).toBe(value);
      }),
    );
  });

  // Okta's literals are JSON strings; JSON has no bare line breaks.
  it('is JSON for text with line breaks and other control characters', () => {
    expect(JSON.parse(literal('a\nb\t\u0001'))).toBe('a\nb\t\u0001');
  });

  it.each([
    [true, 'true'],
    [false, 'false'],
    [7, '7'],
    [-1.5, '-1.5'],
    ['O"Hara\\', '"O\\"Hara\\\\"'],
    ['', '""'],
  ])('of %j is %s', (value, text) => {
    expect(literal(value)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('of %d is refused', (value) => {
    expect(() => literal(value)).toThrow(InputError);
  });
});

describe('an expression', () => {
  it.each(['eq', 'gt', 'ge', 'lt', 'le', 'sw', 'co'] as const)(
    'with %s: attribute, operator, one literal',
    (operator) => {
      fc.assert(
        fc.property(awkward, (value) => {
          const text = expression({ attribute: 'profile.lastName', operator, value });
          const start = `profile.lastName ${operator} `;
          expect(text.startsWith(start)).toBe(true);
          expect(readLiteral(text.slice(start.length))).toEqual({ value, rest: '' });
        }),
        { numRuns: 100 },
      );
    },
  );

  it('with ne: less or greater, in brackets, with the same literal twice', () => {
    fc.assert(
      fc.property(awkward, (value) => {
        const text = expression({ attribute: 'status', operator: 'ne', value });
        expect(text.startsWith('(status lt ')).toBe(true);
        const first = readLiteral(text.slice('(status lt '.length));
        expect(first.value).toBe(value);
        expect(first.rest.startsWith(' or status gt ')).toBe(true);
        expect(readLiteral(first.rest.slice(' or status gt '.length))).toEqual({ value, rest: ')' });
      }),
      { numRuns: 100 },
    );
  });

  it('with pr: no value', () => {
    expect(expression({ attribute: 'profile.city', operator: 'pr' })).toBe('profile.city pr');
    expect(() => expression({ attribute: 'profile.city', operator: 'pr', value: 'x' })).toThrow(InputError);
  });

  it('without a value is refused, with false and 0 not', () => {
    expect(() => expression({ attribute: 'a', operator: 'eq' })).toThrow(InputError);
    expect(expression({ attribute: 'a', operator: 'eq', value: false })).toBe('a eq false');
    expect(expression({ attribute: 'a', operator: 'gt', value: 0 })).toBe('a gt 0');
  });
});

// Regression: the closing quote was searched from each quote, in quadratic time.
it('F1.7 an expression of a megabyte of quotes is checked at once', () => {
  const started = performance.now();
  expect(isBalanced(`"${'\\"'.repeat(500_000)}`)).toBe(false);
  expect(isBalanced(`"${'\\"'.repeat(500_000)}"`)).toBe(true);
  expect(isBalanced('"a\\')).toBe(false);
  expect(performance.now() - started).toBeLessThan(1_000);
});
