import { isOktaError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import type { ScimEvent, ScimStore } from './store/store.ts';

/** How many events are read at once. */
const BATCH = 100;
/** How long until a store is asked again that is away, or whose consumer another process has. */
const PAUSE_MS = 1_000;

/** How often a consumer that waits for its next event, or for `deliver`, says that it is still there. */
const PRESENCE_MS = 60 * 60 * 1_000;

/**
 * Delivers the events of a store in order, those of before first, until the signal is aborted; then it delivers what is there
 * already. What was delivered is acknowledged, so that each event arrives at least once: after a kill the last hundred may come again,
 * with the same ids. Of several processes with one store, one delivers; the others wait until it ends. While the store is away for
 * a time, so is delivery.
 * @param consumer keeps its own position.
 * @throws what `deliver` throws: that event and those after it are delivered by the next call.
 */
export async function deliverScimEvents(
  store: ScimStore,
  consumer: string,
  deliver: (event: ScimEvent) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let wake = () => {};
  const end = store.onEvents(() => wake());
  const abort = () => wake();
  signal.addEventListener('abort', abort);
  const pause = () => systemClock.sleep(PAUSE_MS, signal).catch(() => {});
  const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (signal.aborted || !isOktaError(error) || !error.retryable) throw error;
        await pause();
      }
    }
  };
  const begin = async () => {
    const position = await store.position(consumer);
    // Known from now on: what others have is kept for this one, too.
    await store.acknowledge(consumer, position);
    return position;
  };
  let told: number | undefined;
  // Otherwise its events would be dropped after a month in which none could be delivered.
  const presence = setInterval(() => {
    if (told !== undefined) store.acknowledge(consumer, told).catch(() => {});
  }, PRESENCE_MS);
  presence.unref();
  try {
    for (let seq: number | undefined; ; ) {
      // Made before the store is asked, so that no event is missed in between.
      const more = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const isLast = signal.aborted;
      if (!(await patiently(() => store.claim(consumer)))) {
        if (isLast) return;
        seq = undefined;
        await pause();
        continue;
      }
      const before: number = seq ?? (await patiently(begin));
      const events = await patiently(() => store.events(before, BATCH));
      told = before;
      try {
        for (const event of events) {
          await deliver(event);
          told = event.seq;
        }
      } finally {
        const last = told;
        if (last > before) await patiently(() => store.acknowledge(consumer, last));
      }
      seq = told;
      if (events.length > 0) continue;
      if (isLast) return;
      await more;
    }
  } finally {
    clearInterval(presence);
    signal.removeEventListener('abort', abort);
    end();
  }
}
