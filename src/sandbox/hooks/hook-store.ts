import { SortedTable } from '../sorted.ts';

export interface HookHeader {
  readonly key: string;
  readonly value: string;
}

/** What a caller decides about a hook. */
export interface HookSpec {
  readonly name: string;
  readonly description: string | null;
  /** The event types, in order. */
  readonly items: readonly string[];
  readonly uri: string;
  readonly headers: readonly HookHeader[];
  /** The header that proves to the receiver who calls. Its value is never shown. */
  readonly auth?: HookHeader;
}

/** An event hook. A record never changes: a write puts a new one in its place. */
export interface EventHook extends HookSpec {
  readonly id: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly verified: boolean;
  readonly created: number;
  readonly createdBy: string;
  readonly lastUpdated: number;
  /** Scheme and host under which the org was called when the hook was made; deliveries name it as their source. */
  readonly origin: string;
}

export const maximumListening = 25;

export class HookStore {
  readonly #table = new SortedTable<EventHook>();
  #listening: EventHook[] = [];

  /** The hooks that get events. */
  get listening(): readonly EventHook[] {
    return this.#listening;
  }

  get(id: string): EventHook | undefined {
    return this.#table.get(id);
  }

  put(hook: EventHook): EventHook {
    this.#table.put(hook);
    this.#listening = [...this.#table].filter(listens);
    return hook;
  }

  delete(id: string): void {
    this.#table.delete(id);
    this.#listening = this.#listening.filter((hook) => hook.id !== id);
  }

  [Symbol.iterator](): Iterator<EventHook> {
    return this.#table[Symbol.iterator]();
  }
}

export function listens({ status, verified }: EventHook): boolean {
  return status === 'ACTIVE' && verified;
}
