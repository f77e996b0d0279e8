import { isAbsolute } from 'node:path';
import { InputError } from '../../../errors/errors.ts';
import { openScimStore } from '../../../scim/open.ts';
import type { ScimStore } from '../../../scim/store/store.ts';
import { isPostgres } from '../../../state/place.ts';

/** A store that is open as long as somebody holds it. */
export interface HeldStore {
  store: ScimStore;
  release(): Promise<void>;
}

const open = new Map<string, { store: Promise<ScimStore>; holders: number }>();

/** Of several holders in this process, all get the same store: a file can be open once. */
async function shared(place: string): Promise<HeldStore> {
  const found = open.get(place) ?? { store: openScimStore(place), holders: 0 };
  open.set(place, found);
  found.holders += 1;
  let isHeld = true;
  /** @returns true for the last one. n8n may end a trigger twice. */
  const leave = () => {
    if (!isHeld) return false;
    isHeld = false;
    found.holders -= 1;
    if (found.holders > 0) return false;
    open.delete(place);
    return true;
  };
  try {
    const store = await found.store;
    return {
      store,
      async release() {
        if (leave()) await store.close();
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

/**
 * The store of whoever delivers events.
 * @throws InputError for a place that cannot be used, and what `openScimStore` throws.
 */
export async function storeToDeliver(place: string): Promise<HeldStore> {
  if (!isPostgres(place)) {
    if (isAbsolute(place)) return shared(place);
    throw new InputError(`The file of the state must be given from the root: ${place}`, {
      hint: 'Give one like /home/node/.n8n/okta-people.db, on a disk that is kept, or postgres://…',
    });
  }
  // One of its own: closing it lets another process deliver.
  const store = await openScimStore(place);
  return { store, release: () => store.close() };
}

const databases = new Map<string, Promise<ScimStore>>();

/**
 * The store of whoever answers a request. A database stays open in this process, which may answer without delivering; its
 * connections end by themselves when they are idle.
 * @throws as `storeToDeliver`.
 */
export async function storeToAnswer(place: string): Promise<HeldStore> {
  if (!isPostgres(place)) return storeToDeliver(place);
  const found = databases.get(place) ?? openScimStore(place);
  databases.set(place, found);
  try {
    return { store: await found, release: async () => {} };
  } catch (error) {
    databases.delete(place);
    throw error;
  }
}
