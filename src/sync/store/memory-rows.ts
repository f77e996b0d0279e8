import type { Ping, Store, Told } from './store.ts';

/** The methods of a store, without waiting. */
export type Sync = {
  [K in Exclude<keyof Store, 'transaction' | 'close'>]: (
    ...args: Parameters<Store[K]>
  ) => Awaited<ReturnType<Store[K]>>;
};

/** What users and groups have in common. */
export interface MemoryRow {
  id: string;
  raw?: string | undefined;
  told?: string | undefined;
  seen?: number | undefined;
  due?: number | undefined;
  attempts: number;
  error?: Told['error'];
  active?: boolean | undefined;
}

export interface MemoryGroup extends MemoryRow {
  mirrored: boolean;
  members: boolean;
  moved?: number | undefined;
  listed?: number | undefined;
  next?: string | undefined;
  marked: boolean;
  /** When memberships may be told again. */
  deferred?: number | undefined;
  /** False if none is to be added. */
  adds: boolean;
  /** False if none is to be removed. */
  removes: boolean;
}

export const newGroup = (id: string): MemoryGroup => ({
  ...{ id, attempts: 0, mirrored: false, members: false },
  ...{ marked: false, adds: false, removes: false },
});

/** Bits of a membership: Okta has it, the target was told, a list in progress has it. */
export const [HAS, TOLD, LISTED] = [1, 2, 4];

/** The maps of a memory store, and how to take changes back. */
export class MemoryRows {
  readonly values = new Map<string, string>();
  readonly users = new Sorted<MemoryRow>();
  readonly groups = new Sorted<MemoryGroup>();
  readonly members = new Map<string, Map<string, number>>();
  readonly groupsOf = new Map<string, Set<string>>();
  /** Replaced, never changed: their order counts. */
  lists: { pings: Map<string, Ping>; out: string[] } = { pings: new Map(), out: [] };
  #undo: (() => void)[] | undefined;

  begin(): void {
    this.#undo = [];
  }

  end(isKept: boolean): void {
    const undo = this.#undo ?? [];
    this.#undo = undefined;
    if (!isKept) for (const back of undo.reverse()) back();
  }

  set<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
    const before = map.get(key);
    this.#undo?.push(() => write(map, key, before));
    write(map, key, value);
  }

  replace(lists: Partial<MemoryRows['lists']>): void {
    const before = this.lists;
    this.#undo?.push(() => {
      this.lists = before;
    });
    this.lists = { ...before, ...lists };
  }

  edit<T extends MemoryRow>(row: T, changes: Partial<T>): void {
    const before = Object.fromEntries(Object.keys(changes).map((key) => [key, row[key as keyof T]]));
    this.#undo?.push(() => Object.assign(row, before));
    Object.assign(row, changes);
  }

  /** Okta no longer has it: gone, unless the target does. */
  drop<T extends MemoryRow>(map: Map<string, T>, row: T, due: number): void {
    if (row.told === undefined) this.set(map, row.id, undefined);
    else this.edit(row, { raw: undefined, due: earlier(row.due, due) } as Partial<T>);
  }

  userDue(id: string, due: number | undefined): void {
    const row = this.users.get(id);
    if (row && due !== undefined) this.edit(row, { due: earlier(row.due, due) });
  }

  /** Memberships of this group may differ. */
  mark(groupId: string): void {
    const group = this.groups.get(groupId);
    if (group) this.edit(group, { adds: true, removes: true });
  }

  groupIdsOf(userId: string, bit: number): string[] {
    return [...(this.groupsOf.get(userId) ?? [])].filter((id) => this.bits(id, userId) & bit);
  }

  sizeOf(groupId: string, bit = HAS): number {
    let size = 0;
    for (const bits of this.members.get(groupId)?.values() ?? []) if (bits & bit) size++;
    return size;
  }

  bits = (groupId: string, userId: string): number => this.members.get(groupId)?.get(userId) ?? 0;

  setBits(groupId: string, userId: string, bits: number): void {
    if (!this.members.has(groupId)) this.set(this.members, groupId, new Map());
    if (!this.groupsOf.has(userId)) this.groupsOf.set(userId, new Set());
    this.set(this.members.get(groupId) as Map<string, number>, userId, bits || undefined);
    // Kept when a membership ends: only where to look.
    this.groupsOf.get(userId)?.add(groupId);
  }
}

export const earlier = (one: number | undefined, other: number): number => Math.min(one ?? other, other);

function write<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** A map that can be read in the order of its keys. */
class Sorted<V> extends Map<string, V> {
  #keys: string[] | undefined;

  override set(key: string, value: V): this {
    if (!this.has(key)) this.#keys = undefined;
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.#keys = undefined;
    return super.delete(key);
  }

  /** The first `limit` values after this key that are wanted. */
  after(after: string | undefined, limit: number, isWanted: (value: V) => boolean): V[] {
    this.#keys ??= [...this.keys()].sort();
    const keys = this.#keys;
    const found: V[] = [];
    for (let i = after === undefined ? 0 : indexAfter(keys, after); i < keys.length; i++) {
      if (found.length >= limit) break;
      const value = this.get(keys[i] as string) as V;
      if (isWanted(value)) found.push(value);
    }
    return found;
  }
}

function indexAfter(keys: string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
