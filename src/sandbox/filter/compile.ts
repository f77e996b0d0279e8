import { type Expression, FilterSyntaxError, type Literal, type Operator } from './parse.ts';

/** How a filter reads an attribute of a record, and the operators the endpoint supports for it. */
export interface Attribute<T> {
  read(record: T): unknown;
  /** A date is stored in epoch milliseconds and compared with an ISO 8601 literal. */
  type?: 'date';
  operators: ReadonlySet<Operator | 'pr'>;
}

export interface Dialect<T> {
  attribute(path: string): Attribute<T> | undefined;
  /** Whether the endpoint supports `not`. */
  negation: boolean;
  caseSensitive: boolean;
}

export type Predicate<T> = (record: T) => boolean;

/** Compiles a parsed expression to a predicate. @throws FilterSyntaxError for anything the endpoint refuses. */
export function compileFilter<T>(expression: Expression, dialect: Dialect<T>): Predicate<T> {
  switch (expression.kind) {
    case 'and': {
      const [left, right] = both(expression, dialect);
      return (record) => left(record) && right(record);
    }
    case 'or': {
      const [left, right] = both(expression, dialect);
      return (record) => left(record) || right(record);
    }
    case 'not': {
      if (!dialect.negation) throw new FilterSyntaxError('not is not supported here');
      const operand = compileFilter(expression.operand, dialect);
      return (record) => !operand(record);
    }
    case 'present': {
      const { read } = attributeOf(expression.path, 'pr', dialect);
      return (record) => isPresent(read(record));
    }
    case 'compare':
      return comparison(expression.path, expression.operator, expression.value, dialect);
  }
}

function both<T>(expression: { left: Expression; right: Expression }, dialect: Dialect<T>) {
  return [compileFilter(expression.left, dialect), compileFilter(expression.right, dialect)] as const;
}

function attributeOf<T>(path: string, operator: Operator | 'pr', dialect: Dialect<T>): Attribute<T> {
  const attribute = dialect.attribute(path);
  if (!attribute) throw new FilterSyntaxError(`${path} is not a known attribute`);
  if (!attribute.operators.has(operator))
    throw new FilterSyntaxError(`${operator} is not supported on ${path}`);
  return attribute;
}

function comparison<T>(path: string, operator: Operator, value: Literal, dialect: Dialect<T>): Predicate<T> {
  const { read, type } = attributeOf(path, operator, dialect);
  const fold = (item: unknown) =>
    typeof item === 'string' && !dialect.caseSensitive ? item.toLowerCase() : item;
  const wanted = type === 'date' ? time(value) : fold(value);
  const test = (item: unknown) => compare(fold(item), operator, wanted);
  return (record) => {
    const actual = read(record);
    if (!Array.isArray(actual)) return test(actual);
    return operator === 'ne' ? actual.every(test) : actual.some(test);
  };
}

function time(value: Literal): number {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw new FilterSyntaxError('a date is expected');
  return parsed;
}

function isPresent(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '';
}

function compare(actual: unknown, operator: Operator, wanted: unknown): boolean {
  if (operator === 'eq') return (actual ?? null) === wanted;
  if (operator === 'ne') return (actual ?? null) !== wanted;
  if (operator === 'sw' || operator === 'co' || operator === 'ew') {
    if (typeof actual !== 'string' || typeof wanted !== 'string') return false;
    if (operator === 'sw') return actual.startsWith(wanted);
    return operator === 'co' ? actual.includes(wanted) : actual.endsWith(wanted);
  }
  if (typeof actual !== typeof wanted || (typeof actual !== 'string' && typeof actual !== 'number'))
    return false;
  const [left, right] = [actual, wanted as typeof actual];
  if (operator === 'gt') return left > right;
  if (operator === 'ge') return left >= right;
  return operator === 'lt' ? left < right : left <= right;
}
