/** Far more slots than entries, so that probing is short. */
const PLACES = 2 ** 15;
const MASK = PLACES - 1;
/** Marks a used slot; each half of a digest has only 30 bits. */
const TAKEN = 2 ** 30;

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE_OF = new Uint8Array(128);
for (let at = 0; at < SIGNS.length; at++) VALUE_OF[SIGNS.charCodeAt(at)] = at;

/** Five base64url characters as a number. */
function bits(digest: string, from: number): number {
  let value = 0;
  for (let at = from; at < from + 5; at++)
    value = (value << 6) | (VALUE_OF[digest.charCodeAt(at) & 127] ?? 0);
  return value;
}

/**
 * A hash set (linear probing) of some ten thousand base64url digests, compared by their first ten characters. It uses
 * preallocated numeric arrays: strings in a Set survive just long enough to be promoted by the garbage collector, which
 * costs a hundred megabytes of memory while a long log is read.
 */
export class DigestSet {
  readonly #first = new Int32Array(PLACES);
  readonly #second = new Int32Array(PLACES);

  /** The slot of a digest, or the free slot where it belongs. */
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

  /** The caller must never fill more than half of the slots. */
  add(digest: string): void {
    const [first, second] = [bits(digest, 0) | TAKEN, bits(digest, 5)];
    const at = this.#placeOf(first, second);
    this.#first[at] = first;
    this.#second[at] = second;
  }

  delete(digest: string): void {
    let hole = this.#placeOf(bits(digest, 0) | TAKEN, bits(digest, 5));
    // Move later entries of the probe sequence into the hole, so that no lookup ends too early.
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
