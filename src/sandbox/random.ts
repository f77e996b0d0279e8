import { randomBytes } from 'node:crypto';

/** A small seeded generator (mulberry32), so that a seed always produces the same org. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  uuid(): string {
    const hex = Array.from({ length: 32 }, () => this.integer(16).toString(16)).join('');
    const parts = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20),
    ];
    return parts.join('-');
  }
}

// In ascending code-unit order, so that ids sort in the order of their creation.
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

// Large enough that every id has the same number of digits.
const firstNumber = 5 * 62 ** 7;
const step = 2741;
// Room for thousands of seeded objects; they sort before those that are created later.
const idsOfArea = 10_000_000;

/** Creates Okta-shaped ids: a prefix for the type, a rising number, and a suffix for the org. */
export class IdFactory {
  readonly #first: number;
  #count = 0;

  /** @param area 0 for what is created at run time; each area of the seed has a number and so ids of its own. */
  constructor(area = 0) {
    this.#first = area === 0 ? firstNumber : 62 ** 7 + area * idsOfArea;
  }

  next(prefix: string): string {
    this.#count += 1;
    let number = this.#first + this.#count * step;
    let text = '';
    while (number > 0) {
      text = digits[number % 62] + text;
      number = Math.floor(number / 62);
    }
    return `${prefix}1sbox${text}b5d7`;
  }
}

/** An unguessable value for codes, tokens and nonces. */
export function randomSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}
