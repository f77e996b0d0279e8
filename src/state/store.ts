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
  /** For a store that can write what is new of a list that grows, and leave the rest of it as it is. */
  readonly pieces?: PieceStore;
}

/** A text, and lists beside it that grow. */
export interface Pieces {
  /** JSON of an object whose member `value` has the lists in a store without pieces. */
  text: string;
  /** By name. Elements are values of JSON that never change. */
  lists: Record<string, readonly unknown[]>;
}

/** Reads and writes the lists of a record apart from its text. `get` of the store still returns one text with everything. */
export interface PieceStore {
  /** What is under a key, with the mark of this version of it. */
  read(key: string): Promise<(Pieces & { mark: string }) | undefined>;
  /**
   * Atomically writes text and lists if the key still has the version with this mark (undefined: no key). Elements that were
   * there before, the same objects or equal texts (also those of `toJSON`), are not written again.
   * @returns the mark of the new version; undefined when it had another one: then nothing was written.
   */
  write(key: string, expected: string | undefined, next: Pieces): Promise<string | undefined>;
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
