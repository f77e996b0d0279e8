/** Shorter lists are parsed at once. */
const LONG_BYTES = 64 * 1024;

/** Batch size: V8 parses similar objects faster together, and a small batch dies young. More than eight are no faster. */
const TOGETHER = 8;

const [OPENING, CLOSING, QUOTE, COLON] = [0x5b, 0x5d, 0x22, 0x3a];

/** Where the id of an element begins that begins with it. */
const ID_AT = '{"id":"'.length;

/**
 * A long JSON list of objects, parsed in small batches as it is consumed: a batch is garbage before the next one is
 * parsed, while a list parsed at once survives until a major garbage collection.
 *
 * All elements of Okta's lists start with the same member, so the bytes between two elements are known. Those bytes
 * cannot occur inside a string, where a quote is escaped. Where they occur at a deeper level, that piece fails to parse,
 * and the remaining elements come from parsing the whole list. Earlier pieces were complete, so they were correct.
 */
export class JsonList implements Iterable<unknown> {
  readonly #body: Buffer;
  readonly #broken: () => Error;
  /** Presumed offsets of the first byte of each element. Not an array: it lives as long as a page, too long for young objects. */
  readonly #starts: Uint32Array;

  private constructor(body: Buffer, between: Buffer, broken: () => Error) {
    this.#body = body;
    this.#broken = broken;
    const starts = [1];
    for (let at = body.indexOf(between); at !== -1; at = body.indexOf(between, at + 2)) starts.push(at + 2);
    this.#starts = Uint32Array.from(starts);
  }

  /**
   * @param broken makes the error for a list that turns out to be invalid JSON.
   * @returns undefined for a short body, or one that does not look like a list of objects.
   */
  static of(body: Buffer, broken: () => Error): JsonList | undefined {
    if (body.length < LONG_BYTES || body[0] !== OPENING || body.at(-1) !== CLOSING) return undefined;
    const keyEnd = body.indexOf(QUOTE, 3);
    const isObject = body.toString('latin1', 1, 3) === '{"' && body[keyEnd + 1] === COLON;
    if (!isObject) return undefined;
    const between = Buffer.concat([Buffer.from('},'), body.subarray(1, keyEnd + 2)]);
    return new JsonList(body, between, broken);
  }

  /** The presumed number of elements; exact only after iterating. */
  get expected(): number {
    return this.#starts.length;
  }

  /**
   * The ids of the elements, at a fraction of the cost of parsing them: `element` parses one of them. Okta's objects begin with
   * their id and end with a link that names it again. Where every piece does, as the first one does, each is a whole element:
   * no text inside a string has these bytes. Call `release` when nothing is needed any more.
   * @returns undefined where a piece does not.
   */
  identified(): { ids: string[]; element(at: number): unknown } | undefined {
    const body = this.#body;
    const bounds = (at: number) =>
      [this.#starts[at] as number, (this.#starts[at + 1] ?? body.length) - 1] as const;
    const first = body.toString('latin1', ...bounds(0));
    const { length } = /^\{"id":"([\w-]+)"/.exec(first)?.[1] ?? '';
    const again = first.lastIndexOf(first.slice(ID_AT, ID_AT + length));
    if (length === 0 || again === ID_AT || parsed(body.toString('utf8', ...bounds(0))) === undefined)
      return undefined;
    const tail = first.slice(again + length);
    const ids: string[] = [];
    for (let at = 0; at < this.#starts.length; at++) {
      const [start, end] = bounds(at);
      const id = body.toString('latin1', start + ID_AT, start + ID_AT + length);
      const isWhole = body.toString('latin1', end - tail.length - length, end) === id + tail;
      if (!isWhole || body[start + ID_AT + length] !== QUOTE) return undefined;
      ids.push(id);
    }
    const element = (at: number) => {
      const found = parsed(body.toString('utf8', ...bounds(at)));
      if (found === undefined) throw this.#broken();
      return found;
    };
    return { ids, element };
  }

  /** The body is no longer needed. */
  release(): void {
    free(this.#body);
  }

  /**
   * May be iterated once: the body is released after the last element taken.
   * @throws the error made by `broken`.
   */
  *[Symbol.iterator](): Generator<unknown, void, undefined> {
    try {
      yield* this.#elements();
    } finally {
      this.release();
    }
  }

  /** The text of a list within the body, from the byte before its elements to the one behind them. Brackets around it would copy it. */
  #listed(before: number, behind: number): string {
    const body = this.#body;
    const [first, last] = [body[before] as number, body[behind] as number];
    body[before] = OPENING;
    body[behind] = CLOSING;
    const text = body.toString('utf8', before, behind + 1);
    body[before] = first;
    body[behind] = last;
    return text;
  }

  *#elements(): Generator<unknown, void, undefined> {
    let taken = 0;
    for (let at = 0; at < this.#starts.length; at += TOGETHER) {
      const end = (this.#starts[at + TOGETHER] ?? this.#body.length) - 1;
      const elements = parsed(this.#listed((this.#starts[at] as number) - 1, end));
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
 * A buffer as old as a page is freed only by a major garbage collection, many pages later. Transferred to a new buffer,
 * its memory is freed with the young objects.
 */
function free({ buffer, byteLength }: Buffer): void {
  const isOwn = byteLength > 0 && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isOwn) structuredClone(buffer, { transfer: [buffer] });
}

/** Undefined for invalid JSON. */
export function parsed(text: string): unknown {
  // Most writes have an empty answer, and throw and catch would be a tenth of the cost of such a call.
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
