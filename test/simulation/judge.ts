import { Seen } from '../../src/triggers/sources/log/seen.ts';
import { recordsOf } from '../support/state-file.ts';
import type { Delivered } from './command.ts';

export interface Verdict {
  expected: number;
  lost: number;
  /** Delivered again by a later process, because it was in flight when one was killed. */
  repeated: number;
  /** Which oddities arrived, each as often as it did. */
  odd: string[];
  wrong: string[];
}

/** Knows what must arrive and what each killed process had stored, and tells from the lines whether all was as promised. */
export class Judge {
  readonly #wanted: (eventType: string) => boolean;
  /** By marker: how odd the event is. */
  readonly #expected = new Map<string, string | undefined>();
  /** What the processes that were killed had stored as delivered. */
  readonly #stored = new Map<number, Seen>();

  /** @param wanted whether an event of this type was asked for */
  constructor(wanted: (eventType: string) => boolean) {
    this.#wanted = wanted;
  }

  expect(marker: string, odd: string | undefined): void {
    this.#expected.set(marker, odd);
  }

  killed(process: number, state: string): void {
    this.#stored.set(process, storedIn(state));
  }

  missing(delivered: readonly Delivered[]): string[] {
    const arrived = new Set(delivered.map(({ marker }) => marker));
    return [...this.#expected.keys()].filter((marker) => !arrived.has(marker));
  }

  judge(delivered: readonly Delivered[]): Verdict {
    const lost = this.missing(delivered);
    const wrong = lost.length > 0 ? [`${lost.length} lost, the first is ${this.#describe(lost[0])}`] : [];
    const last = new Map<string, Delivered>();
    let repeated = 0;
    for (const one of delivered) {
      const { id, marker, eventType, process, storedId } = one;
      const before = last.get(marker);
      last.set(marker, one);
      if (!this.#wanted(eventType)) wrong.push(`delivered ${eventType}, which nobody asked for`);
      if (!this.#expected.has(marker)) wrong.push(`delivered ${id}, which is not of this run`);
      if (!before) continue;
      repeated += 1;
      if (before.id !== id) wrong.push(`${this.#describe(marker)} had the id ${before.id} and then ${id}`);
      if (before.process === process) wrong.push(`${this.#describe(marker)} twice by the same process`);
      for (const [earlier, stored] of this.#stored) {
        if (earlier < process && stored.has(storedId))
          wrong.push(`${this.#describe(marker)} again after it was stored`);
      }
    }
    const odd = [...last.keys()].flatMap((marker) => this.#expected.get(marker) ?? []);
    return { expected: this.#expected.size, lost: lost.length, repeated, odd, wrong };
  }

  #describe(marker = ''): string {
    const odd = this.#expected.get(marker);
    return odd ? `${marker} (${odd})` : marker;
  }
}

function storedIn(state: string): Seen {
  return new Seen(recordsOf(state)[0]?.value.seen as string[] | undefined);
}
