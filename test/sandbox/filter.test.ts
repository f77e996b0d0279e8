import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, type Dialect } from '../../src/sandbox/filter/compile.ts';
import {
  type Expression,
  FilterSyntaxError,
  type Literal,
  parseFilter,
} from '../../src/sandbox/filter/parse.ts';

const operators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'ew'] as const;
const path = fc
  .stringMatching(/^[a-z]{1,5}(\.[a-z]{1,5})?$/)
  .filter((word) => !/^(and|or|not|pr)$/.test(word));
const value: fc.Arbitrary<Literal> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

const expression = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      kind: fc.constant('compare' as const),
      path,
      operator: fc.constantFrom(...operators),
      value,
    }),
    fc.record({ kind: fc.constant('present' as const), path }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('tree') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      left: tie('tree'),
      right: tie('tree'),
    }),
  ),
})).tree;

function print(tree: Expression): string {
  if (tree.kind === 'compare') return `${tree.path} ${tree.operator} ${JSON.stringify(tree.value)}`;
  if (tree.kind === 'present') return `${tree.path} pr`;
  if (tree.kind === 'not') return `not (${print(tree.operand)})`;
  return `(${print(tree.left)}) ${tree.kind} (${print(tree.right)})`;
}

describe('parsing', () => {
  it('gives back every expression that was printed', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        expect(parseFilter(print(tree))).toEqual(tree);
      }),
    );
  });

  it('never fails in another way than with a syntax error', () => {
    const noise = fc
      .array(fc.constantFrom('a', ' ', '"', '\\', '(', ')', 'eq', 'and', 'not', '"x"', '1', 'pr'))
      .map((p) => p.join(''));
    fc.assert(
      fc.property(fc.oneof(noise, fc.string()), (text) => {
        try {
          parseFilter(text);
        } catch (error) {
          expect(error).toBeInstanceOf(FilterSyntaxError);
        }
      }),
    );
  });

  it('binds and closer than or', () => {
    expect(print(parseFilter('a pr or b pr AND c pr'))).toBe('(a pr) or ((b pr) and (c pr))');
  });

  it.each([
    '',
    'a',
    'a eq',
    'a eq "x',
    'a eq x',
    '(a pr',
    'a pr)',
    'a pr b pr',
    '"a" eq "b"',
    'a is 1',
    'a eq "\\q"',
  ])('refuses %j', (text) => expect(() => parseFilter(text)).toThrow(FilterSyntaxError));
});

describe('matching', () => {
  const everything: Dialect<Record<string, unknown>> = {
    negation: true,
    caseSensitive: false,
    attribute: (name) => ({ read: (record) => record[name], operators: new Set([...operators, 'pr']) }),
  };
  const matches = (text: string, record: Record<string, unknown>) =>
    compileFilter(parseFilter(text), everything)(record);

  it('not turns every answer around', () => {
    fc.assert(
      fc.property(fc.constantFrom(...operators), fc.string(), fc.string(), (operator, actual, wanted) => {
        const text = `a ${operator} ${JSON.stringify(wanted)}`;
        expect(matches(`not ${text}`, { a: actual })).toBe(!matches(text, { a: actual }));
      }),
    );
  });

  it.each([
    ['a eq "X"', { a: 'x' }, true],
    ['a co "ell"', { a: 'hello' }, true],
    ['a ew "lo"', { a: 'hello' }, true],
    ['a sw "lo"', { a: 'hello' }, false],
    ['a eq "two"', { a: ['one', 'two'] }, true],
    ['a ne "two"', { a: ['one', 'two'] }, false],
    ['a gt 5', { a: 6 }, true],
    ['a gt "5"', { a: 6 }, false],
    ['a eq null', {}, true],
    ['a pr', { a: '' }, false],
    ['a pr', { a: false }, true],
    ['a le "b" and a ge "b"', { a: 'b' }, true],
  ])('%s of %j is %s', (text, record, expected) => {
    expect(matches(text, record)).toBe(expected);
  });
});
