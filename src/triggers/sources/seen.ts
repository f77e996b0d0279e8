import { hash } from 'node:crypto';

/** Enough for the busiest overlap; about 120 KB of state. */
const CAPACITY = 10_000;

/** Eight bytes tell ten thousand ids apart with a chance of error of one in 10^11. */
const digest = (id: string) => hash('sha256', id, 'base64url').slice(0, 11);

/** The events that were delivered last: a bounded window, oldest forgotten first. */
export class Seen {
  readonly #ids: Set<string>;
  /** Goes through them once, oldest first, for as long as there are some: what it passes is forgotten. */
  readonly #oldest: Iterator<string>;
  #last = { id: '', digest: '' };

  constructor(stored: readonly string[] = []) {
    this.#ids = new Set(stored);
    this.#oldest = this.#ids.values();
  }

  has(id: string): boolean {
    return this.#ids.has(this.#digestOf(id));
  }

  add(id: string): void {
    this.#ids.add(this.#digestOf(id));
    // A new iterator would step over the places of all that were forgotten before.
    while (this.#ids.size > CAPACITY) this.#ids.delete(this.#oldest.next().value as string);
  }

  /** An id is looked up and then added: its digest is made once. */
  #digestOf(id: string): string {
    if (this.#last.id !== id) this.#last = { id, digest: digest(id) };
    return this.#last.digest;
  }

  /** As it is stored. */
  list(): string[] {
    return [...this.#ids];
  }
}
