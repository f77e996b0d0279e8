/**
 * Where triggers keep what they must remember: text by key. Compare-and-set is all that is needed to let several
 * processes share one place safely.
 */
export interface StateStore {
  /** The text under a key, or undefined when there is none (any more). */
  get(key: string): Promise<string | undefined>;
  /**
   * Writes `next` if the key still holds `expected` (undefined: nothing), in one step that no other process can divide.
   * @param ttlMs forget the key after this long.
   * @returns false when it held something else; nothing was written then.
   */
  compareAndSet(key: string, expected: string | undefined, next: string, ttlMs?: number): Promise<boolean>;
}

/** State for this process only: tests, and hosts that store it themselves. */
export function memoryStateStore(now: () => number = Date.now): StateStore {
  const entries = new Map<string, { text: string; until: number }>();
  const read = (key: string) => {
    const entry = entries.get(key);
    return entry && entry.until > now() ? entry.text : undefined;
  };
  return {
    get: async (key) => read(key),
    async compareAndSet(key, expected, next, ttlMs = Number.POSITIVE_INFINITY) {
      if (read(key) !== expected) return false;
      entries.set(key, { text: next, until: now() + ttlMs });
      return true;
    },
  };
}
