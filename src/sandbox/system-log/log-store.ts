import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { lowerBound } from '../sorted.ts';
import type { EventFields, LogRecord } from './event.ts';

export const retentionMs = 90 * 24 * 3600 * 1000;

interface NewEvent {
  eventType: string;
  fields: EventFields;
  published?: number;
  persisted?: number;
  uuid?: string;
}

/** A place in the order of `published`: the time, and the position among those of the same time. */
export type Place = [published: number, position: number];

/**
 * The System Log. Events stand in the order in which the log took them up, which is the order that polling
 * follows; an index keeps them in the order in which they happened, for bounded requests.
 */
export class LogStore {
  readonly #clock: Clock;
  readonly #records: LogRecord[] = [];
  readonly #byPublished: number[] = [];
  readonly #listeners = new Set<(record: LogRecord) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#records.length;
  }

  append(event: NewEvent): LogRecord {
    const now = this.#clock.now();
    const { eventType, fields, uuid = randomUUID(), persisted = now, published = persisted } = event;
    const record = { uuid, eventType, published, persisted, fields };
    const position = this.#records.push(record) - 1;
    this.#byPublished.splice(this.#indexOf([published, position]), 0, position);
    for (const listener of this.#listeners) listener(record);
    return record;
  }

  /** Calls the listener for every event that the log takes up from now on; the answer ends that. */
  onEvent(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The position in the log of the first event that was taken up at `time` or later. */
  positionAt(time: number): number {
    return lowerBound(this.#records, (record) => record.persisted < time);
  }

  /** Events in the order in which they were taken up. */
  *persistedFrom(position: number): Generator<{ record: LogRecord; position: number }> {
    for (let i = position; i < this.#records.length; i++)
      yield { record: this.#records[i] as LogRecord, position: i };
  }

  /**
   * Events that happened in [since, until), in order. A place names an event of that order; with `after` it goes
   * on behind it, whatever was taken up in the meantime.
   */
  *publishedBetween(
    since: number,
    until: number,
    descending: boolean,
    after?: Place,
  ): Generator<[LogRecord, Place]> {
    let first = this.#indexOf([since, -1]);
    let last = this.#indexOf([until, -1]) - 1;
    if (after && descending) last = Math.min(last, this.#indexOf(after) - 1);
    if (after && !descending) first = Math.max(first, this.#indexOf(after) + 1);
    for (let i = 0; i <= last - first; i++) {
      const position = this.#byPublished[descending ? last - i : first + i] as number;
      const record = this.#records[position] as LogRecord;
      yield [record, [record.published, position]];
    }
  }

  /** Where an event stands, or would stand, in the order of `published`. */
  #indexOf([published, position]: Place): number {
    return lowerBound(this.#byPublished, (other) => {
      const time = (this.#records[other] as LogRecord).published;
      return time < published || (time === published && other < position);
    });
  }
}
