/** Keeps what was used last, up to a number; what is dropped is ended. */
export class Kept<T> {
  readonly #entries = new Map<string, T>();
  readonly #most: number;
  readonly #end: (value: T) => void;

  constructor(most: number, end: (value: T) => void = () => {}) {
    this.#most = most;
    this.#end = end;
  }

  get(key: string): T | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    this.drop(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.drop(oldest);
  }

  drop(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#end(value);
  }

  get size(): number {
    return this.#entries.size;
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.drop(key);
  }
}
