/** The SCIM-like expressions of Okta's `search` and `filter` parameters. */
export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'sw' | 'co' | 'ew';
export type Literal = string | number | boolean | null;
export type Expression =
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'not'; operand: Expression }
  | { kind: 'present'; path: string }
  | { kind: 'compare'; path: string; operator: Operator; value: Literal };

export class FilterSyntaxError extends Error {}

interface Token {
  kind: 'word' | 'string' | '(' | ')';
  text: string;
}

const operators = new Set<string>(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'ew']);
const tokenPattern = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/gy;
const pathPattern = /^[A-Za-z_$][\w$.:-]*$/;
const numberPattern = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Parses an expression. `and` binds tighter than `or`; operators and keywords are case-insensitive. */
export function parseFilter(text: string): Expression {
  const parser = new Parser(tokenize(text));
  const expression = parser.or();
  parser.end();
  return expression;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < trimmed.length) {
    const match = tokenPattern.exec(trimmed);
    if (!match) throw new FilterSyntaxError('unreadable text');
    const [, parenthesis, string, word] = match;
    if (parenthesis) tokens.push({ kind: parenthesis as '(' | ')', text: parenthesis });
    else if (string !== undefined) tokens.push({ kind: 'string', text: decode(string) });
    else tokens.push({ kind: 'word', text: word as string });
  }
  return tokens;
}

function decode(source: string): string {
  try {
    return JSON.parse(`"${source}"`);
  } catch {
    throw new FilterSyntaxError('a string literal is not well-formed');
  }
}

class Parser {
  readonly #tokens: Token[];
  #position = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  or(): Expression {
    let left = this.#and();
    while (this.#keyword('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  end(): void {
    if (this.#position < this.#tokens.length) throw new FilterSyntaxError('text after the expression');
  }

  #and(): Expression {
    let left = this.#unary();
    while (this.#keyword('and')) left = { kind: 'and', left, right: this.#unary() };
    return left;
  }

  #unary(): Expression {
    if (this.#keyword('not')) return { kind: 'not', operand: this.#unary() };
    if (this.#tokens[this.#position]?.kind === '(') {
      this.#position += 1;
      const inner = this.or();
      if (this.#next().kind !== ')') throw new FilterSyntaxError('a closing parenthesis is missing');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Expression {
    const path = this.#next();
    if (path.kind !== 'word' || !pathPattern.test(path.text))
      throw new FilterSyntaxError('an attribute is missing');
    const operator = this.#next();
    const name = operator.text.toLowerCase();
    if (operator.kind === 'word' && name === 'pr') return { kind: 'present', path: path.text };
    if (operator.kind !== 'word' || !operators.has(name))
      throw new FilterSyntaxError('an operator is missing');
    return { kind: 'compare', path: path.text, operator: name as Operator, value: literal(this.#next()) };
  }

  #keyword(word: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#position += 1;
    return true;
  }

  #next(): Token {
    const token = this.#tokens[this.#position];
    if (!token) throw new FilterSyntaxError('the expression ends too early');
    this.#position += 1;
    return token;
  }
}

function literal(token: Token): Literal {
  if (token.kind === 'string') return token.text;
  if (token.kind === 'word') {
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    if (token.text === 'null') return null;
    if (numberPattern.test(token.text)) return Number(token.text);
  }
  throw new FilterSyntaxError('a value is missing');
}
