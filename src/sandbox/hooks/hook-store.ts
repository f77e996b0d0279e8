import { SortedTable } from '../sorted.ts';

export interface HookHeader {
  readonly key: string;
  readonly value: string;
}

/** The members of a hook that callers set. */
export interface HookSpec {
  readonly name: string;
  readonly description: string | null;
  /** The event types, in order. */
  readonly items: readonly string[];
  readonly uri: string;
  readonly headers: readonly HookHeader[];
  /** The header that authenticates the org to the receiver. Its value is never returned. */
  readonly auth?: HookHeader;
}

/** An event hook. Records are immutable: a write replaces them. */
export interface StoredHook extends HookSpec {
  readonly id: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly verified: boolean;
  readonly created: number;
  readonly createdBy: string;
  readonly lastUpdated: number;
  /** Scheme and host of the request that created the hook; the `source` of its deliveries. */
  readonly origin: string;
}

export const maximumListening = 25;

export class HookStore {
  readonly #table = new SortedTable<StoredHook>();
  #listening: StoredHook[] = [];

  /** The hooks that receive events. */
  get listening(): readonly StoredHook[] {
    return this.#listening;
  }

  get(id: string): StoredHook | undefined {
    return this.#table.get(id);
  }

  put(hook: StoredHook): StoredHook {
    this.#table.put(hook);
    this.#listening = [...this.#table].filter(listens);
    return hook;
  }

  delete(id: string): void {
    this.#table.delete(id);
    this.#listening = this.#listening.filter((hook) => hook.id !== id);
  }

  [Symbol.iterator](): Iterator<StoredHook> {
    return this.#table[Symbol.iterator]();
  }
}

export function listens({ status, verified }: StoredHook): boolean {
  return status === 'ACTIVE' && verified;
}
