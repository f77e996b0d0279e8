import { InputError } from '../errors/errors.ts';

type Literal = string | number | boolean;

/** One condition of a search. */
export interface Condition {
  attribute: string;
  operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'sw' | 'co' | 'pr';
  value?: Literal;
}

/**
 * A value in Okta's filter language: text as JSON, numbers and booleans bare.
 * @throws InputError for values without a JSON form: NaN, infinity, half a surrogate pair.
 */
export function literal(value: Literal): string {
  const broken = typeof value === 'string' ? !value.isWellFormed() : !Number.isFinite(Number(value));
  if (broken) throw new InputError('A search value is not a number or contains broken Unicode');
  return JSON.stringify(value);
}

/**
 * Writes a condition in Okta's filter language. `ne` does not exist for users and groups, so it becomes "less or greater".
 * @throws InputError for a value with `pr`, a missing value with any other operator, or one that cannot be written.
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

/** True when parentheses and quotes match, so that an expression cannot affect the text around it. */
export function isBalanced(expression: string): boolean {
  // An unclosed quote consumes the rest: searching for its end from every quote inside would take quadratic time.
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
