import { hash } from 'node:crypto';
import { DigestSet } from './digest-set.ts';
import { type Digest, digestInto } from './event-digest.ts';

/** Enough for the busiest overlap; about 120 KB of state. */
const CAPACITY = 10_000;
/** A mark and ten characters of six bits each. */
const DIGEST_LENGTH = 11;
const HALF_LENGTH = 5;
/** A page of the log. */
const BLOCK_LENGTH = 1_000 * DIGEST_LENGTH;

const CHARACTERS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1');
const VALUE_OF = new Uint8Array(128);
for (const [value, code] of CHARACTERS.entries()) VALUE_OF[code] = value;
/** Tells our digests from those of 0.1.0: eleven base64url characters of a SHA-256, of which ten are compared. */
const MARK = 0x2e;

/** Digests to be stored, many in each text. */
export type StoredDigests = string | { toJSON(): string };

const textOf = (stored: StoredDigests): string => (typeof stored === 'string' ? stored : stored.toJSON());

/**
 * The digests of a page: a text only where it is stored. It lives for ten pages, and texts that live so long make V8 enlarge its space
 * for young objects.
 */
class Block {
  readonly bytes = Buffer.alloc(BLOCK_LENGTH);

  toJSON(): string {
    return this.bytes.toString('latin1');
  }
}

/** Five characters as a number. */
function bits(bytes: Uint8Array, from: number): number {
  let value = 0;
  for (let at = from; at < from + HALF_LENGTH; at++)
    value = (value << 6) | (VALUE_OF[(bytes[at] as number) & 127] as number);
  return value;
}

/** Writes a number as five characters. */
function writeBits(block: Uint8Array, to: number, value: number): void {
  for (let at = 0; at < HALF_LENGTH; at++)
    block[to + at] = CHARACTERS[(value >>> (24 - 6 * at)) & 63] as number;
}

function readInto(digest: Digest, bytes: Uint8Array, at: number): void {
  digest.first = bits(bytes, at);
  digest.second = bits(bytes, at + HALF_LENGTH);
}

/** The digests that 0.1.0 has stored. They are looked up as long as the window has some of them. */
class OldDigests {
  readonly #known = new DigestSet();
  readonly #digest: Digest = { first: 0, second: 0 };
  #size = 0;

  has(id: string): boolean {
    if (this.#size === 0) return false;
    readInto(this.#digest, Buffer.from(hash('sha256', id, 'base64url'), 'latin1'), 0);
    return this.#known.has(this.#digest);
  }

  /** @returns false for one that is known. */
  add(bytes: Uint8Array, at: number): boolean {
    readInto(this.#digest, bytes, at);
    if (this.#known.has(this.#digest)) return false;
    this.#known.add(this.#digest);
    this.#size += 1;
    return true;
  }

  delete(bytes: Uint8Array, at: number): void {
    readInto(this.#digest, bytes, at);
    this.#known.delete(this.#digest);
    this.#size -= 1;
  }
}

/** The most recently delivered events: a bounded window that drops the oldest first. */
export class Seen {
  readonly #known = new DigestSet();
  readonly #old = new OldDigests();
  /** All digests in order, concatenated: full blocks, and the block being filled. */
  readonly #blocks: Block[] = [];
  /** Undefined before there is something to keep. */
  #filling: Block | undefined;
  #filled = 0;
  /** Number of characters at the start that are already dropped. */
  #forgotten = 0;
  #size = 0;
  readonly #digest: Digest = { first: 0, second: 0 };
  #lastId: string | undefined;

  constructor(stored: readonly StoredDigests[] = []) {
    for (const one of stored) {
      const digests = Buffer.from(textOf(one), 'latin1');
      for (let at = 0; at < digests.length; at += DIGEST_LENGTH) this.#restore(digests, at);
    }
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  has(id: string): boolean {
    this.#read(id);
    return this.#known.has(this.#digest) || this.#old.has(id);
  }

  add(id: string): void {
    this.#read(id);
    if (!this.#known.has(this.#digest) && !this.#old.has(id)) this.#addOwn();
  }

  /** Takes over a stored digest. */
  #restore(digests: Buffer, at: number): void {
    if (digests[at] !== MARK) {
      if (!this.#old.add(digests, at)) return;
      digests.copy(this.#room(), this.#filled, at, at + DIGEST_LENGTH);
      this.#appended();
      return;
    }
    this.#lastId = undefined;
    readInto(this.#digest, digests, at + 1);
    if (!this.#known.has(this.#digest)) this.#addOwn();
  }

  #addOwn(): void {
    const { first, second } = this.#digest;
    this.#known.add(this.#digest);
    const bytes = this.#room();
    bytes[this.#filled] = MARK;
    writeBits(bytes, this.#filled + 1, first);
    writeBits(bytes, this.#filled + 1 + HALF_LENGTH, second);
    this.#appended();
  }

  #room(): Buffer {
    this.#filling ??= new Block();
    return this.#filling.bytes;
  }

  #appended(): void {
    this.#filled += DIGEST_LENGTH;
    this.#size += 1;
    if (this.#filled === BLOCK_LENGTH && this.#filling) {
      this.#blocks.push(this.#filling);
      this.#filling = undefined;
      this.#filled = 0;
    }
    if (this.#size > CAPACITY) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const { bytes } = this.#blocks[0] as Block;
    const from = this.#forgotten;
    if (bytes[from] === MARK) {
      this.#lastId = undefined;
      readInto(this.#digest, bytes, from + 1);
      this.#known.delete(this.#digest);
    } else {
      this.#old.delete(bytes, from);
    }
    this.#size -= 1;
    this.#forgotten = (from + DIGEST_LENGTH) % BLOCK_LENGTH;
    if (this.#forgotten === 0) this.#blocks.shift();
  }

  /** Keeps the last digest, because an id is looked up and then added. */
  #read(id: string): void {
    if (this.#lastId === id) return;
    digestInto(this.#digest, id);
    this.#lastId = id;
  }

  /** For storage: one string per digest. */
  list(): string[] {
    return digestsOf(this.blocks()).slice(-this.#size || undefined);
  }

  /** For storage after each page: a thousand digests per string, which is several times faster to write. */
  blocks(): StoredDigests[] {
    const rest = this.#filling?.bytes.toString('latin1', 0, this.#filled);
    return rest ? [...this.#blocks, rest] : [...this.#blocks];
  }
}

/** Stored digests, one string each. */
export function digestsOf(stored: readonly StoredDigests[]): string[] {
  const all: string[] = [];
  for (const digests of stored.map(textOf)) {
    for (let at = 0; at < digests.length; at += DIGEST_LENGTH) {
      all.push(digests.slice(at, at + DIGEST_LENGTH));
    }
  }
  return all;
}
