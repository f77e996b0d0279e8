import type { Digest } from './event-digest.ts';

/** A run that finds nothing new has only a few entries: a set for thousands would cost more than the rest of it. */
const FIRST_PLACES = 2 ** 6;
/** Marks a used slot; each half of a digest has only 30 bits. */
const TAKEN = 2 ** 30;
/** Of all sets without a digest. */
const EMPTY = new Int32Array(1);

/**
 * A hash set (linear probing) of some ten thousand digests. It uses preallocated numeric arrays: strings in a Set survive just long
 * enough to be promoted by the garbage collector, which costs a hundred megabytes of memory while a long log is read.
 */
export class DigestSet {
  #first = EMPTY;
  #second = EMPTY;
  #mask = 0;
  #size = 0;

  /** The slot of a digest, or the free slot where it belongs. */
  #placeOf(first: number, second: number): number {
    let at = first & this.#mask;
    while (this.#first[at] !== 0 && (this.#first[at] !== first || this.#second[at] !== second)) {
      at = (at + 1) & this.#mask;
    }
    return at;
  }

  has({ first, second }: Digest): boolean {
    return this.#first[this.#placeOf(first | TAKEN, second)] !== 0;
  }

  add(digest: Digest): void {
    if (this.#first === EMPTY) this.#grow(FIRST_PLACES);
    const [first, second] = [digest.first | TAKEN, digest.second];
    const at = this.#placeOf(first, second);
    if (this.#first[at] !== 0) return;
    this.#first[at] = first;
    this.#second[at] = second;
    this.#size += 1;
    // At most half of the slots are used, so that probing is short.
    // Fourfold: what grows at all usually grows to thousands.
    if (this.#size * 2 > this.#mask) this.#grow(this.#first.length * 4);
  }

  delete(digest: Digest): void {
    let hole = this.#placeOf(digest.first | TAKEN, digest.second);
    if (this.#first[hole] !== 0) this.#size -= 1;
    // Move later entries of the probe sequence into the hole, so that no lookup ends too early.
    for (let at = (hole + 1) & this.#mask; this.#first[at] !== 0; at = (at + 1) & this.#mask) {
      const home = (this.#first[at] ?? 0) & this.#mask;
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      this.#first[hole] = this.#first[at] ?? 0;
      this.#second[hole] = this.#second[at] ?? 0;
      hole = at;
    }
    this.#first[hole] = 0;
  }

  #grow(places: number): void {
    const [first, second] = [this.#first, this.#second];
    this.#first = new Int32Array(places);
    this.#second = new Int32Array(places);
    this.#mask = places - 1;
    for (let from = 0; from < first.length; from++) {
      const [one = 0, other = 0] = [first[from], second[from]];
      if (one === 0) continue;
      const at = this.#placeOf(one, other);
      this.#first[at] = one;
      this.#second[at] = other;
    }
  }
}
