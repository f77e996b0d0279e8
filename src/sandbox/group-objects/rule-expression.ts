import { invalid } from '../errors.ts';

/** What an expression knows about a user. */
export interface Subject {
  profile: Readonly<Record<string, unknown>>;
  /** The user's profile in an app. */
  appProfile?: Readonly<Record<string, unknown>>;
  /** The groups that the user is a member of. */
  groups(): readonly { id: string; name: string }[];
}

type Evaluate = (subject: Subject) => unknown;

const text = (value: unknown) => String(value ?? '');
const inGroup = (fits: (group: { id: string; name: string }, argument: string) => boolean) =>
  function anyOf({ groups }: Subject, ...names: unknown[]) {
    return groups().some((group) => names.some((name) => fits(group, text(name))));
  };

/** The functions of Okta's expression language that the sandbox computes. */
const FUNCTIONS: Readonly<Record<string, (subject: Subject, ...values: unknown[]) => unknown>> = {
  'String.startsWith': (_, value, start) => text(value).startsWith(text(start)),
  'String.stringContains': (_, value, part) => text(value).includes(text(part)),
  'String.toLowerCase': (_, value) => text(value).toLowerCase(),
  'String.toUpperCase': (_, value) => text(value).toUpperCase(),
  'String.len': (_, value) => text(value).length,
  'String.append': (_, value, end) => text(value) + text(end),
  'String.join': (_, separator, ...values) => values.map(text).join(text(separator)),
  'String.replace': (_, value, old, other) => text(value).replaceAll(text(old), text(other)),
  'String.removeSpaces': (_, value) => text(value).replaceAll(' ', ''),
  'String.substringBefore': (_, value, mark) => text(value).split(text(mark))[0],
  'String.substringAfter': (_, value, mark) => text(value).split(text(mark)).slice(1).join(text(mark)),
  'user.getInternalProperty': ({ profile }, name) => profile[text(name)],
  isMemberOfGroup: inGroup(({ id }, wanted) => id === wanted),
  isMemberOfAnyGroup: inGroup(({ id }, wanted) => id === wanted),
  isMemberOfGroupName: inGroup(({ name }, wanted) => name === wanted),
  isMemberOfGroupNameStartsWith: inGroup(({ name }, wanted) => name.startsWith(wanted)),
  isMemberOfGroupNameContains: inGroup(({ name }, wanted) => name.includes(wanted)),
};

const COMPARISONS: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': (a, b) => (a ?? null) === (b ?? null),
  '!=': (a, b) => (a ?? null) !== (b ?? null),
  '<': (a, b) => Number(a) < Number(b),
  '<=': (a, b) => Number(a) <= Number(b),
  '>': (a, b) => Number(a) > Number(b),
  '>=': (a, b) => Number(a) >= Number(b),
};

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?|[A-Za-z_][\w.]*|[=!<>]=|&&|\|\||[()!,<>+])\s*/y;

/**
 * Compiles the expression of a group rule: comparisons, `and`, `or`, `not`, `user` attributes, and some functions. Whoever
 * needs a function that the sandbox does not compute is not matched.
 * @throws Refusal E0000001 for a text that is no expression.
 */
export function compileRule(expression: string): (subject: Subject) => boolean {
  const parser = new Parser(expression);
  const evaluate = parser.whole();
  return (subject) => {
    try {
      return evaluate(subject) === true;
    } catch (error) {
      if (error instanceof NotComputed) return false;
      throw error;
    }
  };
}

/**
 * Compiles an expression for a value: what a rule may contain, texts put together by +, and attributes of the app's user.
 * @throws Refusal E0000001 for a text that is no expression; the function throws NotComputed.
 */
export function compileValue(expression: string): (subject: Subject) => unknown {
  return new Parser(expression).whole();
}

/** An expression has a function that the sandbox does not compute. */
export class NotComputed extends Error {}

class Parser {
  readonly #tokens: string[] = [];

  constructor(expression: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < expression.length) {
      const [, token] = TOKEN.exec(expression) ?? [];
      if (token === undefined) throw wrong();
      this.#tokens.push(token);
    }
  }

  whole(): Evaluate {
    const all = this.#either();
    if (this.#tokens.length > 0) throw wrong();
    return all;
  }

  #take(pattern: RegExp): string | undefined {
    return pattern.test(this.#tokens[0] ?? '') ? this.#tokens.shift() : undefined;
  }

  #either(): Evaluate {
    const parts = [this.#both()];
    while (this.#take(/^(or|\|\|)$/i)) parts.push(this.#both());
    return parts.length === 1 ? (parts[0] as Evaluate) : (user) => parts.some((part) => part(user) === true);
  }

  #both(): Evaluate {
    const parts = [this.#negated()];
    while (this.#take(/^(and|&&)$/i)) parts.push(this.#negated());
    return parts.length === 1 ? (parts[0] as Evaluate) : (user) => parts.every((part) => part(user) === true);
  }

  #negated(): Evaluate {
    if (!this.#take(/^(not|!)$/i)) return this.#comparison();
    const part = this.#negated();
    return (user) => part(user) !== true;
  }

  #comparison(): Evaluate {
    const left = this.#sum();
    const compare = COMPARISONS[this.#take(/^([=!<>]=|[<>])$/) ?? ''];
    if (!compare) return left;
    const right = this.#sum();
    return (user) => compare(left(user), right(user));
  }

  #sum(): Evaluate {
    const parts = [this.#value()];
    while (this.#take(/^\+$/)) parts.push(this.#value());
    return parts.length === 1
      ? (parts[0] as Evaluate)
      : (user) => parts.map((part) => text(part(user))).join('');
  }

  #value(): Evaluate {
    if (this.#take(/^\($/)) {
      const inner = this.#either();
      if (!this.#take(/^\)$/)) throw wrong();
      return inner;
    }
    const token = this.#take(/^["'\w]/);
    if (token === undefined) throw wrong();
    if (/^["']/.test(token)) {
      const value = token.slice(1, -1).replace(/\\(.)/g, '$1');
      return () => value;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (this.#take(/^\($/)) return this.#call(token);
    // The expressions of Identity Engine have the attributes in a profile.
    const [, owner, name] = /^(user|appuser)\.(?:profile\.)?(.+)$/.exec(token) ?? [];
    if (owner === 'user') return ({ profile }) => profile[name as string];
    if (owner === 'appuser') return ({ appProfile }) => appProfile?.[name as string];
    const constant = { true: true, false: false, null: null }[token];
    if (constant === undefined) throw wrong();
    return () => constant;
  }

  #call(name: string): Evaluate {
    const values: Evaluate[] = [];
    while (!this.#take(/^\)$/)) {
      if (values.length > 0 && !this.#take(/^,$/)) throw wrong();
      values.push(this.#either());
    }
    return (user) => {
      const compute = FUNCTIONS[name];
      if (!compute) throw new NotComputed(`the sandbox does not compute ${name}()`);
      return compute(user, ...values.map((value) => value(user)));
    };
  }
}

function wrong() {
  return invalid('validateRule', 'expression: not a valid expression');
}
