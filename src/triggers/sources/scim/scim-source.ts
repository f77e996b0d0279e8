import { randomUUID } from 'node:crypto';
import type { TriggerSource } from '../../../define.ts';
import { openScimState } from '../../../scim/store/state-file.ts';
import type { ScimEvent, ScimEventKind } from '../../../scim/store/store.ts';

interface ScimInput {
  scimState: string;
  kinds?: readonly ScimEventKind[];
}

/** What a trigger remembers: its name as a consumer of the outbox, and the last event that it delivered. */
interface Place {
  consumer: string;
  seq: number;
}

const BATCH = 100;

/** How many of the last events are looked through for a sample. */
const RECENT = 1_000;

/**
 * Events of a SCIM server that its state still has, those that came before the first run included. The trigger is a consumer
 * of its own: what it has not delivered yet stays in the state.
 * @param own the kinds that fire; undefined: those of the input, or all.
 */
export function scimSource(own?: readonly ScimEventKind[]): TriggerSource<ScimInput, Place, Place> {
  const fires = ({ kinds }: ScimInput) => {
    const wanted = own ?? kinds;
    return ({ kind }: ScimEvent) => wanted === undefined || wanted.includes(kind);
  };
  return {
    async *run({ input, held, unsaved, maxPages = Number.POSITIVE_INFINITY, onMore }) {
      const store = await openScimState(input.scimState);
      try {
        const place = held.value ?? { consumer: `trigger ${randomUUID()}`, seq: 0 };
        if (!held.value) await held.save(place);
        const told = unsaved.value?.consumer === place.consumer ? unsaved.value.seq : 0;
        const known = await store.position(place.consumer);
        // A file in which the trigger was not so far yet is another one: a new one, or a backup. Its events have the same numbers.
        let seq = known < place.seq ? known : Math.max(place.seq, told);
        // Known from now on, and still there.
        await store.acknowledge(place.consumer, Math.min(place.seq, seq));
        const isWanted = fires(input);
        for (let page = 0; page < maxPages; page += 1) {
          const events = await store.events(seq, BATCH);
          const before = seq;
          try {
            for (const event of events) {
              if (isWanted(event)) {
                held.assertHeld();
                yield { ...event };
              }
              seq = event.seq;
              unsaved.value = { ...place, seq };
            }
          } finally {
            if (seq > before) {
              await held.save({ ...place, seq });
              await store.acknowledge(place.consumer, seq);
            }
          }
          if (events.length < BATCH) return;
        }
        onMore?.();
      } finally {
        await store.close();
      }
    },

    async sample({ input }, limit) {
      const store = await openScimState(input.scimState);
      try {
        const isWanted = fires(input);
        const found: ScimEvent[] = [];
        for (let seq = 0; ; ) {
          const events = await store.events(seq, RECENT);
          found.push(...events.filter(isWanted));
          found.splice(0, found.length - limit);
          if (events.length < RECENT) return found.reverse().map((event) => ({ ...event }));
          seq = events.at(-1)?.seq as number;
        }
      } finally {
        await store.close();
      }
    },
  };
}
