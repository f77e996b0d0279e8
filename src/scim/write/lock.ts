/** Runs work one after the other where it is about the same key. */
export class KeyedLock {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const done = before ? before.then(work, work) : work();
    const end = done.catch(() => {});
    this.#last.set(key, end);
    try {
      return await done;
    } finally {
      if (this.#last.get(key) === end) this.#last.delete(key);
    }
  }
}
