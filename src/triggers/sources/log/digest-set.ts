/** Far more than the window holds, so that a place is found at once. */
const PLACES = 2 ** 15;
const MASK = PLACES - 1;
/** Marks a place that is taken; digests have 30 bits in each half. */
const TAKEN = 2 ** 30;

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE_OF = new Uint8Array(128);
for (let at = 0; at < SIGNS.length; at++) VALUE_OF[SIGNS.charCodeAt(at)] = at;

/** Five signs of base64url as a number. */
function bits(digest: string, from: number): number {
  let value = 0;
  for (let at = from; at < from + 5; at++)
    value = (value << 6) | (VALUE_OF[digest.charCodeAt(at) & 127] ?? 0);
  return value;
}

/**
 * Some ten thousand digests, in base64url, of which the first ten signs count. They stand in arrays of numbers that are
 * made once: strings in a Set live just long enough to be copied and tidied up by the garbage collector over and over,
 * and let the memory of a process that reads a long log grow by a hundred megabytes.
 */
export class DigestSet {
  readonly #first = new Int32Array(PLACES);
  readonly #second = new Int32Array(PLACES);

  /** The place of a digest, or the free one where it belongs. */
  #placeOf(first: number, second: number): number {
    let at = first & MASK;
    while (this.#first[at] !== 0 && (this.#first[at] !== first || this.#second[at] !== second)) {
      at = (at + 1) & MASK;
    }
    return at;
  }

  has(digest: string): boolean {
    return this.#first[this.#placeOf(bits(digest, 0) | TAKEN, bits(digest, 5))] !== 0;
  }

  /** The caller sees to it that there are never more than half as many as places. */
  add(digest: string): void {
    const [first, second] = [bits(digest, 0) | TAKEN, bits(digest, 5)];
    const at = this.#placeOf(first, second);
    this.#first[at] = first;
    this.#second[at] = second;
  }

  delete(digest: string): void {
    let hole = this.#placeOf(bits(digest, 0) | TAKEN, bits(digest, 5));
    // Whatever stands behind it and belongs at or before the hole moves up, so that no search ends too early.
    for (let at = (hole + 1) & MASK; this.#first[at] !== 0; at = (at + 1) & MASK) {
      const home = (this.#first[at] ?? 0) & MASK;
      if (((at - home) & MASK) < ((at - hole) & MASK)) continue;
      this.#first[hole] = this.#first[at] ?? 0;
      this.#second[hole] = this.#second[at] ?? 0;
      hole = at;
    }
    this.#first[hole] = 0;
  }
}
