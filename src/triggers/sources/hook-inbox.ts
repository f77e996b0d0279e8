import type { LogEvent } from '../../resources/log-event.ts';
import type { Held } from '../../state/lease.ts';
import { idOf } from './odd-event.ts';
import { Seen } from './seen.ts';
import type { PollState } from './system-log.ts';

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

/**
 * Takes events from the hook and from the log, and delivers each once, one after the other. What is taken is stored
 * before it is acknowledged, and leaves the store when it was delivered.
 */
export class HookInbox {
  readonly #held: Held<HookState>;
  readonly #deliver: (event: LogEvent) => Promise<void>;
  readonly seen: Seen;
  #state: HookState;
  #working: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();
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
  update(change: (state: Readonly<HookState>) => Partial<HookState> | undefined): Promise<void> {
    const done = this.#last.then(async () => {
      const changed = change(this.#state);
      if (!changed) return;
      const next = { ...this.#state, ...changed };
      await this.#held.save(next);
      this.#state = next;
    });
    this.#last = done.catch(() => {});
    return done;
  }

  /** Stores what is new of these events; resolves when it is safe to acknowledge them. */
  take(events: readonly LogEvent[]): Promise<void> {
    return this.update(({ inbox }) => {
      const waiting = new Set(inbox.map(idOf));
      const fresh: LogEvent[] = [];
      for (const event of events) {
        const id = idOf(event);
        if (waiting.has(id) || this.seen.has(id)) continue;
        waiting.add(id);
        fresh.push(event);
      }
      return fresh.length > 0 ? { inbox: [...inbox, ...fresh] } : undefined;
    });
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
      for (const event of this.#state.inbox.slice(0, COMMIT_EVERY)) await this.once(event);
      await this.update(({ inbox }) => ({
        inbox: inbox.filter((event) => !this.seen.has(idOf(event))),
        seen: this.seen.list(),
      }));
    }
  }
}
