import { deferred } from '../../../http/deferred.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import type { Held } from '../../../state/lease.ts';
import { idOf } from '../log/odd-event.ts';
import { Seen } from '../log/seen.ts';
import type { HookChange, HookMemory, HookState } from './hook-state.ts';

/** Events per commit: a kill repeats this many at most. */
const COMMIT_EVERY = 50;

/** Waits for the next save. */
interface Waiting {
  events: readonly LogEvent[];
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
  #working: Promise<void> | undefined;
  #waiting: Waiting[] = [];
  #saving = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(held: Held<HookState>, initial: HookState, deliver: (event: LogEvent) => Promise<void>) {
    this.#held = held;
    this.#state = held.value ?? initial;
    this.#deliver = deliver;
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
  take(events: readonly LogEvent[]): Promise<void> {
    return this.#store(events, () => undefined);
  }

  #store(events: readonly LogEvent[], change: HookChange): Promise<void> {
    const { promise, resolve, reject } = deferred<void>();
    this.#waiting.push({ events, change, resolve, reject });
    if (!this.#saving) void this.#saveAll();
    return promise;
  }

  async #saveAll(): Promise<void> {
    this.#saving = true;
    while (this.#waiting.length > 0) {
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

  async #save(together: readonly Waiting[]): Promise<void> {
    let next = { ...this.#state, inbox: [...this.#state.inbox] };
    let isChanged = false;
    const known = new Set(next.inbox.map(idOf));
    for (const { events, change } of together) {
      for (const event of events) {
        const id = idOf(event);
        if (known.has(id) || this.seen.has(id)) continue;
        known.add(id);
        next.inbox.push(event);
        isChanged = true;
      }
      const changed = change(next);
      next = { ...next, ...changed };
      isChanged ||= changed !== undefined;
    }
    if (!isChanged) return;
    await this.#held.save(next);
    this.#state = next;
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
      const next = this.#state.inbox.slice(0, COMMIT_EVERY);
      for (const event of next) await this.once(event);
      const delivered = new Set(next.map(idOf));
      await this.update(({ inbox }) => ({
        inbox: inbox.filter((event) => !delivered.has(idOf(event))),
        seen: this.seen.list(),
      }));
    }
  }
}
