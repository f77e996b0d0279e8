import { randomUUID } from 'node:crypto';
import type { OrgClock } from '../clock.ts';
import { lowerBound } from '../sorted.ts';
import type { EventFields, LogRecord, OddShape } from './event.ts';

export const retentionMs = 90 * 24 * 3600 * 1000;

export interface NewEvent {
  eventType: string;
  fields: EventFields;
  odd?: OddShape;
  published?: number;
  persisted?: number;
  uuid?: string;
}

/** A place in the order of `published`: the time, then the position in the log. */
export type Place = [published: number, position: number];

/**
 * The System Log. Events are stored in the order in which they were logged, the order of polling; an index sorts them by
 * `published`, for bounded requests.
 */
export class LogStore {
  readonly #clock: OrgClock;
  readonly #records: LogRecord[] = [];
  readonly #byPublished: number[] = [];
  readonly #listeners = new Set<(record: LogRecord) => void>();

  constructor(clock: OrgClock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#records.length;
  }

  /** When the latest event was logged. */
  get lastPersisted(): number {
    return this.#records.at(-1)?.persisted ?? Number.NEGATIVE_INFINITY;
  }

  append(event: NewEvent): LogRecord {
    const record = this.#push(event);
    const position = this.#records.length - 1;
    this.#byPublished.splice(this.#indexOf([record.published, position]), 0, position);
    for (const listener of this.#listeners) listener(record);
    return record;
  }

  /** Adds many events and sorts the index only once. */
  appendAll(events: Iterable<NewEvent>): LogRecord[] {
    const first = this.#records.length;
    const added: LogRecord[] = [];
    for (const event of events) added.push(this.#push(event));
    const last = this.#placeOf(this.#byPublished.at(-1));
    const positions = added
      .map((_, i) => first + i)
      .sort((a, b) => compare(this.#placeOf(a), this.#placeOf(b)));
    for (const position of positions) this.#byPublished.push(position);
    // Some added events are older than existing ones.
    if (compare(this.#placeOf(positions[0]), last) < 0)
      this.#byPublished.sort((a, b) => compare(this.#placeOf(a), this.#placeOf(b)));
    for (const record of added) for (const listener of this.#listeners) listener(record);
    return added;
  }

  /** `persisted` never decreases, even if the org's clock is set back. */
  #push(event: NewEvent): LogRecord {
    const now = this.#clock.now();
    const persisted = Math.max(event.persisted ?? now, this.lastPersisted);
    const { eventType, fields, odd, uuid = randomUUID(), published = event.persisted ?? now } = event;
    const record = { uuid, eventType, published, persisted, fields, odd };
    this.#records.push(record);
    return record;
  }

  #placeOf(position: number | undefined): Place {
    if (position === undefined) return [Number.NEGATIVE_INFINITY, -1];
    return [(this.#records[position] as LogRecord).published, position];
  }

  /** Calls the listener for every new event. @returns a function that unsubscribes it. */
  onEvent(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The position of the first event logged at `time` or later. */
  positionAt(time: number): number {
    return lowerBound(this.#records, (record) => record.persisted < time);
  }

  /** Events in the order in which they were logged. */
  *persistedFrom(position: number): Generator<{ record: LogRecord; position: number }> {
    for (let i = position; i < this.#records.length; i++)
      yield { record: this.#records[i] as LogRecord, position: i };
  }

  /**
   * Events with `published` in [since, until), in order. `after` continues after that place, whatever was logged in the
   * meantime.
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

  /** The index of a place, existing or not, in the order of `published`. */
  #indexOf([published, position]: Place): number {
    return lowerBound(this.#byPublished, (other) => {
      const time = (this.#records[other] as LogRecord).published;
      return time < published || (time === published && other < position);
    });
  }
}

function compare([time, position]: Place, [otherTime, otherPosition]: Place): number {
  return time - otherTime || position - otherPosition;
}
