import type { Json } from '../json.ts';
import { SortedTable } from '../sorted.ts';

/** An object as the org keeps it. */
export interface StoredObject {
  readonly id: string;
  /** Path of the list it is in, with the ids of its owners: `/api/v1/policies/00p1.../rules`. */
  readonly list: string;
  readonly created: number;
  readonly lastUpdated: number;
  /** All other members, including `status`. */
  readonly body: Json;
}

/** The objects of all kinds. */
export class ObjectStore {
  readonly #lists = new Map<string, SortedTable<StoredObject>>();

  get(list: string, id: string): StoredObject | undefined {
    return this.#lists.get(list)?.get(id);
  }

  /** The objects of one list, in the order of their ids, which is that of their creation. */
  of(list: string): Iterable<StoredObject> {
    return this.#lists.get(list) ?? [];
  }

  /** The objects of all lists with this path, whoever owns them: `/api/v1/policies/:policyId/rules`. */
  *all(path: string): Generator<StoredObject> {
    const pattern = new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);
    for (const [list, table] of this.#lists) if (pattern.test(list)) yield* table;
  }

  put(object: StoredObject): StoredObject {
    const table = this.#lists.get(object.list) ?? new SortedTable<StoredObject>();
    this.#lists.set(object.list, table);
    table.put(object);
    return object;
  }

  delete({ list, id }: Pick<StoredObject, 'list' | 'id'>): boolean {
    return this.#lists.get(list)?.delete(id) ?? false;
  }

  /** Deletes everything below a path: what an object owned is gone with it. */
  deleteBelow(path: string): void {
    for (const list of this.#lists.keys()) if (list.startsWith(`${path}/`)) this.#lists.delete(list);
  }
}
