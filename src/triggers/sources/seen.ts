import { hash } from 'node:crypto';

/** Enough for the busiest overlap; about 120 KB of state. */
const CAPACITY = 10_000;

/** Eight bytes tell ten thousand ids apart with a chance of error of one in 10^11. */
const digest = (id: string) => hash('sha256', id, 'base64url').slice(0, 11);

/** The events that were delivered last: a bounded window, oldest forgotten first. */
export class Seen {
  readonly #ids: Set<string>;
  #last = { id: '', digest: '' };

  constructor(stored: readonly string[] = []) {
    this.#ids = new Set(stored);
  }

  has(id: string): boolean {
    return this.#ids.has(this.#digestOf(id));
  }

  add(id: string): void {
    this.#ids.add(this.#digestOf(id));
    for (const oldest of this.#ids) {
      if (this.#ids.size <= CAPACITY) break;
      this.#ids.delete(oldest);
    }
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
