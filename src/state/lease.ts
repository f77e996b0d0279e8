import { randomUUID } from 'node:crypto';
import { InputError, OktaError } from '../errors/errors.ts';
import type { Clock } from '../http/types.ts';
import { isRunning, machine, processId, processStart } from './machine.ts';
import type { StateStore } from './store.ts';

/** A record that one process at a time may work with. */
export interface Held<T> {
  /** What was saved last. */
  readonly value: T | undefined;
  /** True once another process took it over: nothing can be saved any more. */
  readonly isLost: boolean;
  /** Saves; also prolongs the lease. @throws OktaError `state_locked` when the lease was lost: nothing was written. */
  save(value: T): Promise<void>;
  /** @throws OktaError `state_locked` when the lease has run out, for example while the process was suspended. */
  assertHeld(): void;
  /** Lets others have it at once. */
  release(): Promise<void>;
}

interface Stored<T> {
  lease:
    | { owner: string; host: string; pid: number; started?: string | undefined; until: number }
    | undefined;
  value: T | undefined;
}

const LEASE_MS = 30_000;

/** Begins the owner of each lease of this process, and only these: process ids are used again. */
const self = randomUUID();
let count = 0;
/** Who holds a lease in this process. Another lease of this process was given back, which could not be stored. */
const holders = new Set<string>();

/**
 * Takes the lease of a record. The lease is prolonged in the background and every write is a compare-and-set against
 * the last one, which fences off a process that lost its lease without noticing. The lease of a process of this machine
 * that is not there any more is taken over at once; that of another machine when it has run out.
 * @throws OktaError `state_locked` while somebody else has it.
 */
export async function hold<T>(store: StateStore, key: string, clock: Clock): Promise<Held<T>> {
  const owner = `${self} ${++count}`;
  const started = processStart();
  let text = await store.get(key);
  const found = text === undefined ? undefined : parse<T>(text);
  if (found?.lease && found.lease.until > clock.now() && isAlive(found.lease))
    throw locked('another process works with it');
  let value = found?.value;
  let until = 0;
  let isLost = false;

  /** A write that failed may have arrived all the same: what is there then is still our own. */
  const replaceOwn = async (stored: string): Promise<boolean> => {
    const found = await store.get(key);
    if (found === undefined || parse<T>(found).lease?.owner !== owner) return false;
    return store.compareAndSet(key, found, stored);
  };

  // One write after the other; what is written is decided when its turn comes, so that none writes an old value back.
  let last: Promise<void> = Promise.resolve();
  const write = (next: () => T | undefined, held = true): Promise<void> => {
    const done = last.then(async () => {
      const wanted = next();
      const end = clock.now() + LEASE_MS;
      const lease = held ? { owner, host: machine(), pid: processId(), started, until: end } : undefined;
      const stored = JSON.stringify({ lease, value: wanted } satisfies Stored<T>);
      if (!(await store.compareAndSet(key, text, stored)) && !(await replaceOwn(stored))) {
        until = 0;
        isLost = true;
        throw locked('another process took it over');
      }
      text = stored;
      value = wanted;
      until = held ? end : 0;
    });
    last = done.catch(() => {});
    return done;
  };

  holders.add(owner);
  try {
    await write(() => value);
  } catch (error) {
    holders.delete(owner);
    throw error;
  }
  const heartbeat = setInterval(() => {
    // A store that cannot be reached for a moment is asked again; a lease that was lost is not.
    write(() => value).catch(() => {
      if (isLost) clearInterval(heartbeat);
    });
  }, LEASE_MS / 3);
  heartbeat.unref();
  return {
    get value() {
      return value;
    },
    get isLost() {
      return isLost;
    },
    save: (next) => write(() => next),
    assertHeld() {
      if (clock.now() >= until) throw locked('the lease has run out');
    },
    async release() {
      clearInterval(heartbeat);
      if (until > 0) await write(() => value, false).catch(() => {});
      holders.delete(owner);
    },
  };
}

function parse<T>(text: string): Stored<T> {
  try {
    return JSON.parse(text) as Stored<T>;
  } catch {
    throw new InputError('The state of this trigger is damaged', {
      hint: 'Use another state to start anew: events since then are found again by since.',
    });
  }
}

const isAlive = ({ owner, host, pid, started }: NonNullable<Stored<unknown>['lease']>): boolean =>
  owner.startsWith(self) ? holders.has(owner) : host !== machine() || isRunning(pid, started);

function locked(why: string): OktaError {
  return new OktaError(`The state of this trigger is in use: ${why}`, {
    code: 'state_locked',
    actor: 'caller',
    retryable: true,
    hint: 'Run a trigger once for each state; a second process takes over when the first one ends.',
  });
}
