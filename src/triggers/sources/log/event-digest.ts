import { hash } from 'node:crypto';

/** 60 bits of an id, in two halves. */
export interface Digest {
  first: number;
  second: number;
}

const HALF = 2 ** 30 - 1;

/** Values of lower-case hexadecimal digits; 16 for any other character. */
const HEX = new Uint8Array(128).fill(16);
for (let value = 0; value < 16; value++) HEX[value.toString(16).charCodeAt(0)] = value;

const UUID_LENGTH = 36;
const HYPHEN = 0x2d;
/** Where the 32-bit words of a uuid are: two pieces of four digits each. */
const WORDS = [
  [0, 4],
  [9, 14],
  [19, 24],
  [28, 32],
] as const;

const words = new Int32Array(WORDS.length);

/** Reads the four words of a uuid; false for any other text. */
function readUuid(id: string): boolean {
  if (id.length !== UUID_LENGTH) return false;
  for (const at of [8, 13, 18, 23]) if (id.charCodeAt(at) !== HYPHEN) return false;
  let isHex = true;
  for (let word = 0; word < WORDS.length; word++) {
    let value = 0;
    for (const from of WORDS[word] as readonly [number, number]) {
      for (let at = from; at < from + 4; at++) {
        const code = id.charCodeAt(at);
        const digit = code < 128 ? (HEX[code] as number) : 16;
        isHex &&= digit < 16;
        value = (value << 4) | digit;
      }
    }
    words[word] = value;
  }
  return isHex;
}

/** Every bit of the result depends on every bit of the word, and no two words have the same. (MurmurHash3's final step.) */
function mixed(word: number): number {
  let value = word;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

/**
 * Sixty bits that stand for an id. Those of a uuid, which is what Okta's ids are, are mixed instead of hashed: a hash of a
 * thousand ids would take longer than to make them safe on a disk. No step of it merges two uuids, only the cut at the end does, so
 * two of them have the same digest as rarely as any two of 60 bits.
 * @param digest where the result goes; making an object for each would take longer.
 */
export function digestInto(digest: Digest, id: string): void {
  if (!readUuid(id)) {
    const bytes = hash('sha256', id, 'buffer');
    digest.first = bytes.readInt32LE(0) & HALF;
    digest.second = bytes.readInt32LE(4) & HALF;
    return;
  }
  let [a = 0, b = 0, c = 0, d = 0] = words;
  // Each word takes in the one before it; after two rounds all have taken in all.
  for (let round = 1; round <= 2; round++) {
    b ^= mixed(a + round);
    c ^= mixed(b + round);
    d ^= mixed(c + round);
    a ^= mixed(d + round);
  }
  digest.first = mixed(a) & HALF;
  digest.second = mixed(b) & HALF;
}
