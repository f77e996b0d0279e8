import { isDeepStrictEqual } from 'node:util';

const token = /[\w-]{10,64}/g;
const timestamp = /^\d{4}-\d\d-\d\d[T ]/;
const origin = /^https?:\/\/[^/]+/;

/** Whether a word looks like the id of an object, a key or a secret: long, with a digit and a letter. */
export function isId(word: string): boolean {
  return /^[\w-]{10,64}$/.test(word) && /\d/.test(word) && /[A-Za-z]/.test(word);
}

/** Which object of the sandbox stands for which recorded one. */
export class IdMap {
  readonly #ids = new Map<string, string>();

  /** The recorded text with the sandbox's ids in the place of recorded ones. */
  rewriteText(text: string): string {
    return text.replace(token, (word) => this.#ids.get(word) ?? word);
  }

  /** The same for all texts within a JSON value, names of members included. */
  rewrite(value: unknown): unknown {
    return value === undefined ? undefined : JSON.parse(this.rewriteText(JSON.stringify(value)));
  }

  /**
   * Walks a recorded answer and the sandbox's answer side by side, and pairs the ids at the same places. What the answer says
   * about one object, rather than in a list, is certain and replaces earlier pairs.
   */
  learn(recorded: unknown, answered: unknown, certain = !Array.isArray(recorded)): void {
    if (typeof recorded === 'string' && typeof answered === 'string')
      this.#learnText(recorded, answered, certain);
    else if (Array.isArray(recorded) && Array.isArray(answered))
      for (const [one, other] of this.#pairs(recorded, answered)) this.learn(one, other, certain);
    else if (isRecord(recorded) && isRecord(answered))
      for (const name of Object.keys(recorded)) this.learn(recorded[name], answered[name], certain);
  }

  #learnText(recorded: string, answered: string, certain: boolean): void {
    if (recorded === answered || timestamp.test(recorded)) return;
    const ours = answered.replace(origin, '').match(token) ?? [];
    const theirs = recorded.replace(origin, '').match(token) ?? [];
    if (ours.length !== theirs.length) return;
    theirs.forEach((id, n) => {
      const own = ours[n] as string;
      if (id !== own && isId(id) && isId(own) && (certain || !this.#ids.has(id))) this.#ids.set(id, own);
    });
  }

  /** The items of two lists that belong together: by id, by name, or, if they have none and are as many, by position. */
  #pairs(recorded: readonly unknown[], answered: readonly unknown[]): [unknown, unknown][] {
    const pairs: [unknown, unknown][] = [];
    let left = [...recorded];
    const right = [...answered];
    for (const identify of [
      (item: unknown) => this.rewrite(isRecord(item) ? (item.id ?? item.kid) : item),
      naturalKey,
    ])
      left = left.filter((item) => {
        const key = identify(item);
        const n = right.findIndex((other) => key !== undefined && isDeepStrictEqual(identify(other), key));
        if (n >= 0) pairs.push([item, right.splice(n, 1)[0]]);
        return n < 0;
      });
    const nameless = (items: unknown[]) => items.filter((item) => naturalKey(item) === undefined);
    const [theirs, ours] = [nameless(left), nameless(right)];
    if (theirs.length === ours.length) theirs.forEach((item, n) => void pairs.push([item, ours[n]]));
    return pairs;
  }
}

/** What people tell objects of a kind apart by; undefined if the object has nothing of that sort. */
export function naturalKey(item: unknown): unknown {
  if (!isRecord(item)) return undefined;
  const { type, key, name, label } = item;
  const [profile, source, target] = [item.profile, item.source, item.target].map((part) =>
    isRecord(part) ? part : {},
  );
  const names = [key, name, label, profile?.login, profile?.name, source?.name, target?.name];
  return names.some((part) => part !== undefined) ? [type, ...names] : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
