/** Shorter lists are parsed at once. */
const LONG_BYTES = 64 * 1024;

/** The engine reads what looks like its neighbour faster; still few enough to be gone soon. */
const TOGETHER = 16;

const [OPENING, CLOSING, QUOTE, COLON] = [0x5b, 0x5d, 0x22, 0x3a];

/**
 * A long JSON list of objects whose elements are parsed a few at a time, as they are taken: so they are gone before the
 * next ones come, where a list that is parsed whole lives on until the garbage collector looks through all of memory.
 *
 * The elements of Okta's lists begin with the same member, so the bytes between them are known. They cannot occur
 * within a string, where a quote has a backslash; where they occur deeper inside, that piece is no JSON, and what is
 * left is taken from the whole list instead. The pieces before it were right: each was complete.
 */
export class JsonList implements Iterable<unknown> {
  readonly #body: Buffer;
  readonly #broken: () => Error;
  /** Where the elements seem to begin; their first byte. */
  readonly #starts: number[] = [1];

  private constructor(body: Buffer, between: Buffer, broken: () => Error) {
    this.#body = body;
    this.#broken = broken;
    for (let at = body.indexOf(between); at !== -1; at = body.indexOf(between, at + 2)) {
      this.#starts.push(at + 2);
    }
  }

  /**
   * @param broken makes the error for a list that turns out not to be JSON.
   * @returns undefined for what is short, or does not look like a list of objects.
   */
  static of(body: Buffer, broken: () => Error): JsonList | undefined {
    if (body.length < LONG_BYTES || body[0] !== OPENING || body.at(-1) !== CLOSING) return undefined;
    const keyEnd = body.indexOf(QUOTE, 3);
    const isObject = body.toString('latin1', 1, 3) === '{"' && body[keyEnd + 1] === COLON;
    if (!isObject) return undefined;
    const between = Buffer.concat([Buffer.from('},'), body.subarray(1, keyEnd + 2)]);
    return new JsonList(body, between, broken);
  }

  /** How many elements there seem to be; only who takes them all knows. */
  get expected(): number {
    return this.#starts.length;
  }

  /**
   * Once only: the memory of the body is given back behind the last element that is taken.
   * @throws what `broken` makes.
   */
  *[Symbol.iterator](): Generator<unknown, void, undefined> {
    try {
      yield* this.#elements();
    } finally {
      free(this.#body);
    }
  }

  *#elements(): Generator<unknown, void, undefined> {
    let taken = 0;
    for (let at = 0; at < this.#starts.length; at += TOGETHER) {
      const end = (this.#starts[at + TOGETHER] ?? this.#body.length) - 1;
      const elements = parsed(`[${this.#body.toString('utf8', this.#starts[at], end)}]`);
      if (!Array.isArray(elements)) {
        const all = parsed(this.#body.toString('utf8'));
        if (!Array.isArray(all)) throw this.#broken();
        yield* all.slice(taken);
        return;
      }
      taken += elements.length;
      for (const element of elements) yield element;
    }
  }
}

/**
 * A buffer that lived as long as a page is collected with the old objects only, seconds and many pages later. Moved
 * into a new one, its memory goes with the young ones.
 */
function free({ buffer, byteLength }: Buffer): void {
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isOwn) structuredClone(buffer, { transfer: [buffer] });
}

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  // The answer to most changes is empty: to throw and catch took a tenth of what such a call costs.
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
