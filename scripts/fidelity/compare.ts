import { isId, isRecord } from './id-map.ts';

/** What is compared of an answer: what a client relies on, without values that differ from org to org. */
export interface Shape {
  status: number;
  errorCode: string;
  /** What the causes of an error say, with ids masked. */
  errorCauses: string[];
  /** The members of the body, or of the items of a list. */
  keys: string[];
  /** The relations of the Link headers. */
  links: string[];
}

/**
 * The shape of an answer. `body` is a JSON value, other text, or undefined if there is none.
 * @param isDeep whether members of members count too
 */
export function shapeOf(status: number, body: unknown, links: readonly string[], isDeep = false): Shape {
  const error = isRecord(body) ? body : {};
  const causes = Array.isArray(error.errorCauses) ? error.errorCauses : [];
  return {
    status,
    errorCode: typeof error.errorCode === 'string' ? error.errorCode : '',
    errorCauses: sorted(causes.map((cause) => masked(String(isRecord(cause) ? cause.errorSummary : cause)))),
    keys: keysOf(body, isDeep),
    links: sorted(links.flatMap((line) => [...line.matchAll(/rel="?(\w+)"?/g)].map(([, rel = '']) => rel))),
  };
}

/**
 * The members of an object. A list has the members of all its items, because the order of items, and with it the first one,
 * differs from org to org; an empty list differs from one with items.
 */
function keysOf(body: unknown, isDeep: boolean): string[] {
  if (body === undefined || body === null || body === '') return ['no body'];
  if (!Array.isArray(body)) return isRecord(body) ? sorted(membersOf(body, isDeep)) : [typeof body];
  return [
    'a list',
    ...sorted(body.flatMap((item) => (isRecord(item) ? membersOf(item, isDeep) : [typeof item]))),
  ];
}

function membersOf(value: object, isDeep: boolean): string[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const inner = isDeep ? [member].flat().filter(isRecord) : [];
    return [name, ...inner.flatMap((one) => membersOf(one, isDeep).map((key) => `${name}.${key}`))];
  });
}

function masked(text: string): string {
  return text.replace(/[\w-]+/g, (word) => (isId(word) ? '*' : word));
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** What differs between a recorded answer and the sandbox's, a line each; none if they have the same shape. */
export function differences(recorded: Shape, answered: Shape): string[] {
  return (Object.keys(recorded) as (keyof Shape)[]).flatMap((part) => {
    const [theirs, ours] = [recorded[part], answered[part]];
    if (Array.isArray(theirs) && Array.isArray(ours)) {
      const missing = theirs.filter((one) => !ours.includes(one)).map((one) => `-${one}`);
      const added = ours.filter((one) => !theirs.includes(one)).map((one) => `+${one}`);
      return missing.length + added.length > 0 ? [`${part}: ${[...missing, ...added].join(' ')}`] : [];
    }
    return theirs === ours ? [] : [`${part}: ${theirs || 'none'} was recorded, ${ours || 'none'} answered`];
  });
}

/** Whether the sandbox has no such route, and the recorded org had: unknown paths and methods, as Okta answers them. */
export function isUnserved(recorded: Shape, answered: Shape): boolean {
  const unknown =
    (answered.status === 404 && (answered.errorCode === 'E0000008' || answered.errorCode === '')) ||
    (answered.status === 405 && answered.errorCode === 'E0000022');
  return unknown && (recorded.status !== answered.status || recorded.errorCode !== answered.errorCode);
}
