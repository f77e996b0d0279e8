import type { ScimEvent, ScimStore } from './store/store.ts';

/** How many events are read at once. */
const BATCH = 100;

/**
 * Delivers the events of a store in order, those of before first, until the signal is aborted; then it delivers what is there
 * already. What was delivered is acknowledged, so that each event arrives at least once: after a kill the last hundred may come again,
 * with the same ids.
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
  try {
    const from = await store.position(consumer);
    // Known from now on: what others have is kept for this one, too.
    await store.acknowledge(consumer, from);
    for (let seq = from; ; ) {
      // Made before the store is asked, so that no event is missed in between.
      const more = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const isLast = signal.aborted;
      const events = await store.events(seq, BATCH);
      const before = seq;
      try {
        for (const event of events) {
          await deliver(event);
          seq = event.seq;
        }
      } finally {
        if (seq > before) await store.acknowledge(consumer, seq);
      }
      if (events.length > 0) continue;
      if (isLast) return;
      await more;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    end();
  }
}
