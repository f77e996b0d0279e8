import { setImmediate as turn } from 'node:timers/promises';
import { deferred } from '../../../http/deferred.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import type { Held } from '../../../state/lease.ts';
import { idOf } from '../log/odd-event.ts';
import { Seen } from '../log/seen.ts';
import type { HookChange, HookMemory, HookState } from './hook-state.ts';

/** Events per commit, which a kill repeats at most. */
const COMMIT_EVERY = 50;
/** The same of those that are delivered at once: within a turn of the event loop, and no longer than this. */
const MOST_AT_ONCE = 1_000;
const AT_ONCE_MS = 250;

/** A save of many takes less than their saves, so a few milliseconds are well spent. */
const GATHER_MS = 5;

/** What becomes of a new event. */
export interface Admitted {
  /** False for one that another source has delivered. */
  isTaken: boolean;
  /** What else of the state changes with it, in the same save. */
  change?: Partial<HookState>;
}
/** Decides on a new event, by the state in which it would be stored. */
export type Admit = (event: LogEvent, state: Readonly<HookState>) => Admitted;

/** Waits for the next save. */
interface Waiting {
  events: readonly LogEvent[];
  admit?: Admit | undefined;
  change: HookChange;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * Takes events from the hook and from the log, and delivers each once, one after the other. An event is stored before it is
 * acknowledged, and leaves the store once it is delivered. Everything that arrives during a save shares the next one.
 */
export class HookInbox implements HookMemory {
  readonly #held: Held<HookState>;
  readonly #deliver: (event: LogEvent) => Promise<void>;
  readonly seen: Seen;
  #state: HookState;
  /** Ids of the events in the inbox. */
  readonly #waitingIds: Set<string>;
  #working: Promise<void> | undefined;
  #waiting: Waiting[] = [];
  #saving = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(held: Held<HookState>, initial: HookState, deliver: (event: LogEvent) => Promise<void>) {
    this.#held = held;
    this.#state = held.value ?? initial;
    this.#deliver = deliver;
    this.#waitingIds = new Set(this.#state.inbox.map(idOf));
    this.seen = new Seen(this.#state.seen);
  }

  get state(): Readonly<HookState> {
    return this.#state;
  }

  /** Changes the state, one change after the other; a change that could not be stored has not happened. */
  update(change: HookChange): Promise<void> {
    return this.#store([], change);
  }

  /** Stores the new ones of these events; resolves when it is safe to acknowledge them. */
  take(events: readonly LogEvent[], admit?: Admit): Promise<void> {
    return this.#store(events, () => undefined, admit);
  }

  #store(events: readonly LogEvent[], change: HookChange, admit?: Admit): Promise<void> {
    const { promise, resolve, reject } = deferred<void>();
    this.#waiting.push({ events, admit, change, resolve, reject });
    if (!this.#saving) void this.#saveAll();
    return promise;
  }

  async #saveAll(): Promise<void> {
    this.#saving = true;
    while (this.#waiting.length > 0) {
      await this.#gather();
      const together = this.#waiting;
      this.#waiting = [];
      try {
        await this.#save(together);
        for (const { resolve } of together) resolve();
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#saving = false;
  }

  /** Lets requests be read as long as more come: a store that answers at once would otherwise save each delivery alone. */
  async #gather(): Promise<void> {
    const until = performance.now() + GATHER_MS;
    for (let count = 0; count < this.#waiting.length && performance.now() < until; ) {
      count = this.#waiting.length;
      await turn();
    }
  }

  async #save(together: readonly Waiting[]): Promise<void> {
    let next = { ...this.#state, inbox: [...this.#state.inbox] };
    let isChanged = false;
    const [added, dropped] = [new Set<string>(), new Set<string>()];
    for (const { events, admit, change } of together) {
      for (const event of events) {
        const id = idOf(event);
        if (this.#waitingIds.has(id) || added.has(id) || this.seen.has(id)) continue;
        added.add(id);
        isChanged = true;
        const { isTaken, change: more } = admit?.(event, next) ?? { isTaken: true };
        if (more) next = { ...next, ...more };
        if (isTaken) {
          next.inbox.push(event);
        } else {
          dropped.add(id);
          this.seen.add(id);
          next.seen = this.seen.blocks();
        }
      }
      const changed = change(next);
      if (!changed) continue;
      next = { ...next, ...changed };
      isChanged = true;
    }
    if (!isChanged) return;
    await this.#held.save(next);
    this.#state = next;
    for (const id of added) if (!dropped.has(id)) this.#waitingIds.add(id);
  }

  /** Delivers one event, unless it was delivered before; one at a time, from whichever source. */
  once(event: LogEvent): Promise<void> {
    const done = this.#turn.then(async () => {
      const id = idOf(event);
      if (this.seen.has(id)) return;
      this.#held.assertHeld();
      await this.#deliver(event);
      this.seen.add(id);
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  /** Delivers the whole inbox. @throws whatever the delivery throws; the events stay in the inbox. */
  async drain(): Promise<void> {
    while (this.#state.inbox.length > 0) {
      this.#working ??= this.#work().finally(() => {
        this.#working = undefined;
      });
      await this.#working;
    }
  }

  async #work(): Promise<void> {
    while (this.#state.inbox.length > 0) {
      const done: LogEvent[] = [];
      try {
        await this.#deliverSome(done);
      } finally {
        // Also before one that failed.
        if (done.length > 0) await this.#remove(done);
      }
    }
  }

  /** @param done gets what was delivered, the first of the inbox. */
  async #deliverSome(done: LogEvent[]): Promise<void> {
    const started = performance.now();
    let isLater = false;
    void turn().then(() => {
      isLater = true;
    });
    for (const event of this.#state.inbox.slice(0, MOST_AT_ONCE)) {
      const isAtOnce = !isLater && performance.now() - started < AT_ONCE_MS;
      if (!isAtOnce && done.length >= COMMIT_EVERY) return;
      await this.once(event);
      done.push(event);
    }
  }

  async #remove(done: readonly LogEvent[]): Promise<void> {
    // Only this takes events out of the inbox, and new ones come at its end.
    await this.update(({ inbox }) => ({ inbox: inbox.slice(done.length), seen: this.seen.blocks() }));
    for (const event of done) this.#waitingIds.delete(idOf(event));
  }
}
