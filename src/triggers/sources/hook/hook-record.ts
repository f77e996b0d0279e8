import { randomUUID } from 'node:crypto';
import { OktaError } from '../../../errors/errors.ts';
import type { StateStore } from '../../../state/store.ts';
import { damagedState, parse, type Stored } from '../../../state/stored.ts';
import { type HookChange, type HookMemory, type HookState, newHook } from './hook-state.ts';

/** Each conflict means that another process got ahead; this many in a row mean a store that never writes. */
const MAX_CONFLICTS = 100;

/**
 * The state of a hook, changed by compare-and-set without a lease: any number of processes share it. The format is that of a
 * leased record, and a lease that a process left in it is dropped.
 */
export class HookRecord implements HookMemory {
  readonly #store: StateStore;
  readonly #key: string;
  readonly #olderKey: string | undefined;
  #state: HookState | undefined;

  /** @param olderKey where 0.1.0 has the record; it is copied with the first change. */
  constructor(store: StateStore, key: string, olderKey?: string) {
    this.#store = store;
    this.#key = key;
    this.#olderKey = olderKey;
  }

  get state(): Readonly<HookState> {
    if (!this.#state) throw new Error('the record has not been read');
    return this.#state;
  }

  /** Reads the record; undefined when there is none. @throws InputError for a damaged one. */
  async read(): Promise<HookState | undefined> {
    this.#state = stateIn(await this.#store.get(this.#key)) ?? (await this.#older());
    return this.#state;
  }

  /** The record of 0.1.0. What a polling trigger has under that name is none. */
  async #older(): Promise<HookState | undefined> {
    if (this.#olderKey === undefined) return undefined;
    const text = await this.#store.get(this.#olderKey);
    const state = text === undefined ? undefined : parse<Stored<HookState>>(text)?.value;
    return isHookState(state) ? state : undefined;
  }

  /** Creates the record unless it exists. */
  async create(): Promise<void> {
    if (!(await this.read())) await this.update((state) => state);
  }

  async update(change: HookChange): Promise<void> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const text = await this.#store.get(this.#key);
      const before = stateIn(text) ?? (await this.#older()) ?? newHook();
      const changed = change(before);
      const next = { ...before, ...changed };
      if (changed === undefined || (await this.#write(text, next))) {
        this.#state = next;
        return;
      }
    }
    throw new OktaError('The state of this event hook cannot be written: it changes all the time', {
      code: 'state_locked',
      actor: 'caller',
      retryable: true,
      hint: 'Check that compareAndSet of the store writes when the key holds the expected text.',
    });
  }

  /** A failed write may still have been applied: `by` tells our own from that of a process with the same change. */
  async #write(text: string | undefined, value: HookState): Promise<boolean> {
    const next = JSON.stringify({ value, by: randomUUID() });
    try {
      return await this.#store.compareAndSet(this.#key, text, next);
    } catch (error) {
      if ((await this.#store.get(this.#key).catch(() => undefined)) === next) return true;
      throw error;
    }
  }
}

function stateIn(text: string | undefined): HookState | undefined {
  const state = text === undefined ? undefined : parse<Stored<HookState>>(text)?.value;
  if (!state) return undefined;
  if (!isHookState(state)) throw damagedState();
  return state;
}

const isHookState = (state: HookState | undefined): state is HookState =>
  typeof state?.name === 'string' && typeof state.secret === 'string';
