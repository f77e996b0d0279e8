import type { Clock } from '../http/types.ts';
import { assertFree, type Held, hold } from './lease.ts';
import type { StateStore } from './store.ts';
import { parse, recordPlace, type Stored } from './stored.ts';

/** Under the plain key: the credential that ran last. 0.1.0 has its only record there, for all credentials. */
interface Shared<T> extends Stored<T> {
  latest?: string;
}

/**
 * Holds the record that a credential has of its own under this key. A new credential continues from the record of the one
 * that ran last, because it may be a rotated token; from then on both continue separately.
 * @param credential its mark, see credentialMark.
 * @param lists the members of the value that are lists which grow, see hold.
 * @throws OktaError `state_locked` while another process uses it, or one of 0.1.0 uses the plain key.
 */
export async function holdOwn<T>(
  store: StateStore,
  key: string,
  credential: string,
  clock: Clock,
  lists?: readonly string[],
): Promise<Held<T>> {
  if (store.perConnection) return hold(store, key, clock, { lists });
  const ownKey = (one: string) => `${key} ${one}`;
  const text = await store.get(key);
  const shared = text === undefined ? undefined : parse<Shared<T>>(text);
  assertFree(shared, clock);
  const latest = shared?.latest;
  const inherited = async (): Promise<T | undefined> => {
    if (latest === undefined) return shared?.value;
    return (await recordPlace<T>(store, ownKey(latest), lists).read())?.record.value;
  };
  const held = await hold<T>(store, ownKey(credential), clock, { initial: inherited, lists });
  if (latest === credential) return held;
  try {
    // Only now: if this process is killed in between, the value of 0.1.0 is still there.
    const next = JSON.stringify({ latest: credential });
    if (await store.compareAndSet(key, text, next)) return held;
    // Another credential that started at the same moment is as good a pointer; a process of 0.1.0 is not.
    const now = await store.get(key);
    assertFree(now === undefined ? undefined : parse<Shared<T>>(now), clock);
    return held;
  } catch (error) {
    await held.release();
    throw error;
  }
}
