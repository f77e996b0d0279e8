/** Records sorted by id, with lookup and with iteration from any id, without copying. */
export class SortedTable<T extends { id: string }> {
  readonly #items: T[] = [];
  readonly #byId = new Map<string, T>();

  get size(): number {
    return this.#items.length;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  /** Adds a record, or replaces the one with the same id. */
  put(item: T): void {
    const known = this.#byId.has(item.id);
    this.#byId.set(item.id, item);
    // Ids are mostly added in ascending order.
    if (!known && item.id > (this.#items.at(-1)?.id ?? '')) this.#items.push(item);
    else this.#items.splice(positionOf(this.#items, item.id), known ? 1 : 0, item);
  }

  delete(id: string): boolean {
    if (!this.#byId.delete(id)) return false;
    this.#items.splice(positionOf(this.#items, id), 1);
    return true;
  }

  /** All records with an id greater than `after`, in order. */
  *from(after = ''): Generator<T> {
    for (let i = lowerBound(this.#items, (item) => item.id <= after); i < this.#items.length; i++)
      yield this.#items[i] as T;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }
}

function positionOf(items: readonly { id: string }[], id: string): number {
  return lowerBound(items, (other) => other.id < id);
}

/** A sorted set of ids, for memberships. */
export class SortedIds {
  readonly #ids: string[] = [];

  get size(): number {
    return this.#ids.length;
  }

  has(id: string): boolean {
    return this.#ids[this.#position(id)] === id;
  }

  add(id: string): boolean {
    const position = this.#position(id);
    if (this.#ids[position] === id) return false;
    this.#ids.splice(position, 0, id);
    return true;
  }

  delete(id: string): boolean {
    const position = this.#position(id);
    if (this.#ids[position] !== id) return false;
    this.#ids.splice(position, 1);
    return true;
  }

  *from(after = ''): Generator<string> {
    for (let i = lowerBound(this.#ids, (id) => id <= after); i < this.#ids.length; i++)
      yield this.#ids[i] as string;
  }

  #position(id: string): number {
    return lowerBound(this.#ids, (other) => other < id);
  }
}

/** Binary search: the first position whose item is not `before` the one sought, in a list sorted accordingly. */
export function lowerBound<T>(items: readonly T[], before: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first `count` values of an iteration. */
export function take<T>(values: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  if (count <= 0) return taken;
  for (const value of values) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}

/** The values that a predicate holds for. */
export function* matching<T>(values: Iterable<T>, predicate: (value: T) => boolean): Generator<T> {
  for (const value of values) if (predicate(value)) yield value;
}
