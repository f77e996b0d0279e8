import { InputError } from '../errors/errors.ts';

export type Literal = string | number | boolean;

/** One condition of a search. */
export interface Condition {
  attribute: string;
  operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'sw' | 'co' | 'pr';
  value?: Literal;
}

/**
 * A value in Okta's filter language: text as JSON, numbers and booleans bare.
 * @throws InputError for what JSON cannot hold: NaN, infinity, half a surrogate pair.
 */
export function literal(value: Literal): string {
  const broken = typeof value === 'string' ? !value.isWellFormed() : !Number.isFinite(Number(value));
  if (broken) throw new InputError('A value of the search is no number or has broken Unicode');
  return JSON.stringify(value);
}

/**
 * Writes a condition in Okta's filter language. `ne` does not exist for users and groups and is written as less or
 * greater.
 * @throws InputError for a value with `pr`, none without it, or one that cannot be written.
 * @see https://developer.okta.com/docs/api/#filter
 */
export function expression({ attribute, operator, value }: Condition): string {
  if (operator === 'pr') {
    if (value !== undefined) throw new InputError(`${attribute} pr takes no value`);
    return `${attribute} pr`;
  }
  if (value === undefined) throw new InputError(`${attribute} ${operator} needs a value`);
  const text = literal(value);
  return operator === 'ne'
    ? `(${attribute} lt ${text} or ${attribute} gt ${text})`
    : `${attribute} ${operator} ${text}`;
}

/** True when parentheses and quotes match, so that an expression cannot change what stands around it. */
export function isBalanced(expression: string): boolean {
  // A quote without an end is taken whole and stays: to look for its end from each quote inside would take the square of the time.
  const bare = expression.replace(/"(?:[^"\\]|\\.)*("?)/g, (_, end) => (end === '' ? '"' : ''));
  if (bare.includes('"')) return false;
  let depth = 0;
  for (const character of bare) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
