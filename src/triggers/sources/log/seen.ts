import { hash } from 'node:crypto';
import { DigestSet } from './digest-set.ts';

/** Enough for the busiest overlap; about 120 KB of state. */
const CAPACITY = 10_000;
const DIGEST_LENGTH = 11;
/** A page of the log. */
const BLOCK_LENGTH = 1_000 * DIGEST_LENGTH;

/** With ten thousand ids, the 60 bits compared make the probability of a false match less than 1 in 10^13. */
const digest = (id: string) => hash('sha256', id, 'base64url').slice(0, DIGEST_LENGTH);

/** The most recently delivered events: a bounded window that drops the oldest first. */
export class Seen {
  readonly #known = new DigestSet();
  /** All digests in order, concatenated: full blocks, and the block being filled. */
  readonly #blocks: string[] = [];
  #filling = '';
  /** Number of characters at the start that are already dropped. */
  #forgotten = 0;
  #size = 0;
  #last = { id: '', digest: '' };

  constructor(stored: readonly string[] = []) {
    for (const one of digestsOf(stored)) this.#remember(one);
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  has(id: string): boolean {
    return this.#known.has(this.#digestOf(id));
  }

  add(id: string): void {
    this.#remember(this.#digestOf(id));
  }

  #remember(digest: string): void {
    if (this.#known.has(digest)) return;
    this.#known.add(digest);
    this.#filling += digest;
    this.#size += 1;
    if (this.#filling.length === BLOCK_LENGTH) {
      this.#blocks.push(this.#filling);
      this.#filling = '';
    }
    if (this.#size > CAPACITY) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const from = this.#forgotten;
    this.#known.delete((this.#blocks[0] ?? '').slice(from, from + DIGEST_LENGTH));
    this.#size -= 1;
    this.#forgotten = (from + DIGEST_LENGTH) % BLOCK_LENGTH;
    if (this.#forgotten === 0) this.#blocks.shift();
  }

  /** Caches the last digest, because an id is looked up and then added. */
  #digestOf(id: string): string {
    if (this.#last.id !== id) this.#last = { id, digest: digest(id) };
    return this.#last.digest;
  }

  /** For storage: one string per digest. */
  list(): string[] {
    return digestsOf(this.blocks()).slice(-this.#size || undefined);
  }

  /** For storage after each page: a thousand digests per string, which is several times faster to write. */
  blocks(): string[] {
    return this.#filling === '' ? [...this.#blocks] : [...this.#blocks, this.#filling];
  }
}

function digestsOf(stored: readonly string[]): string[] {
  const all: string[] = [];
  for (const digests of stored) {
    for (let at = 0; at < digests.length; at += DIGEST_LENGTH) {
      all.push(digests.slice(at, at + DIGEST_LENGTH));
    }
  }
  return all;
}
