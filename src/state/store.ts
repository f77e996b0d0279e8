/**
 * Where triggers keep their state: text by key. Compare-and-set is enough for several processes to share a store safely.
 */
export interface StateStore {
  /**
   * True for a place that serves one connection only, such as what a host remembers of a node: keys then do not name the
   * credential, and another credential continues where the one before stopped.
   */
  readonly perConnection?: boolean;
  /** The text under a key, or undefined if there is none (any more). */
  get(key: string): Promise<string | undefined>;
  /**
   * Atomically writes `next` if the key still holds `expected` (undefined: no key).
   * @param ttlMs expire the key after this many milliseconds.
   * @returns false when it held something else; then nothing was written.
   */
  compareAndSet(key: string, expected: string | undefined, next: string, ttlMs?: number): Promise<boolean>;
}

/** In-memory state: for tests, and hosts that persist it themselves. */
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
      for (const [name, { until }] of entries) if (until <= now()) entries.delete(name);
      entries.set(key, { text: next, until: now() + ttlMs });
      return true;
    },
  };
}
