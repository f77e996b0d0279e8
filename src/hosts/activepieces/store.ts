import type { Store } from '@activepieces/pieces-framework';
import type { StateStore } from '../../state/store.ts';

interface Entry {
  text: string;
  /** Milliseconds since the epoch. */
  until?: number;
}

/**
 * What Activepieces keeps for one trigger of one flow, as a state store. It offers no atomic change: two deliveries at the same
 * moment can both claim an event, which Activepieces then drops by its key.
 */
export function pieceStore(store: Pick<Store, 'get' | 'put'>, now: () => number = Date.now): StateStore {
  const read = async (key: string) => {
    const entry = await store.get<Entry>(key);
    return entry && (entry.until ?? Number.POSITIVE_INFINITY) > now() ? entry.text : undefined;
  };
  return {
    perConnection: true,
    get: read,
    async compareAndSet(key, expected, next, ttlMs) {
      if ((await read(key)) !== expected) return false;
      await store.put<Entry>(key, { text: next, ...(ttlMs === undefined ? {} : { until: now() + ttlMs }) });
      return true;
    },
  };
}
