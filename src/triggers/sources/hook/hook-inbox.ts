import { deferred } from '../../../http/deferred.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import type { Held } from '../../../state/lease.ts';
import { idOf } from '../log/odd-event.ts';
import { Seen } from '../log/seen.ts';
import type { PollState } from '../log/system-log.ts';

/** The event hook of a receiver, as it is remembered. */
export interface HookState {
  /** Unique name: finds the hook again when the answer to its creation was lost. */
  name: string;
  /** What Okta sends as Authorization header; Okta never shows it again. */
  secret: string;
  hookId: string | undefined;
  /** Acknowledged, but not delivered yet. */
  inbox: LogEvent[];
  seen: string[];
  poll: Omit<PollState, 'seen'> | undefined;
}

/** A commit for this many events: what a kill can repeat. */
const COMMIT_EVERY = 50;

type Change = (state: Readonly<HookState>) => Partial<HookState> | undefined;

/** What waits for the next save. */
interface Waiting {
  events: readonly LogEvent[];
  change: Change;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * Takes events from the hook and from the log, and delivers each once, one after the other. What is taken is stored
 * before it is acknowledged, and leaves the store when it was delivered. Whatever comes while one save is under way shares
 * the next one.
 */
export class HookInbox {
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

  /**
   * Changes what is remembered, one change after the other; what could not be stored has not happened.
   * @param change gets the state at its turn; undefined for no change.
   */
  update(change: Change): Promise<void> {
    return this.#store([], change);
  }

  /** Stores what is new of these events; resolves when it is safe to acknowledge them. */
  take(events: readonly LogEvent[]): Promise<void> {
    return this.#store(events, () => undefined);
  }

  #store(events: readonly LogEvent[], change: Change): Promise<void> {
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

  /** Delivers one event, unless it was delivered before; one at a time, whichever source it comes from. */
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

  /** Delivers all that waits. @throws what the delivery throws; the events stay in the inbox. */
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
