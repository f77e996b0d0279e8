import { randomUUID } from 'node:crypto';
import { isOktaError, OktaError } from '../errors/errors.ts';
import type { Clock } from '../http/types.ts';
import { isRunning, machine, processId, processStart } from './machine.ts';
import type { StateStore } from './store.ts';
import { recordPlace, type Stored } from './stored.ts';

/** A record owned by one process at a time. */
export interface Held<T> {
  /** The last saved value. */
  readonly value: T | undefined;
  /** True once another process has taken over: nothing can be saved any more. */
  readonly isLost: boolean;
  /** Saves and extends the lease. @throws OktaError `state_locked` when the lease was lost: nothing was written. */
  save(value: T): Promise<void>;
  /** @throws OktaError `state_locked` when the lease has run out, for example while the process was suspended. */
  assertHeld(): void;
  /** Releases the lease immediately. */
  release(): Promise<void>;
}

const LEASE_MS = 30_000;

/** Unique prefix for the lease owners of this process; a process id alone can be reused. */
const self = randomUUID();
let count = 0;
/** Owners of active leases in this process. Any other lease of this process was released, but that could not be stored. */
const holders = new Set<string>();

export interface HoldOptions<T> {
  initial?: () => Promise<T | undefined>;
  lists?: readonly string[] | undefined;
}

/**
 * Takes the lease of a record. The lease is extended in the background, and every write is a compare-and-set against the
 * last one, which fences off a process that lost its lease unnoticed. The lease of a dead process on this machine is taken
 * over at once, one from another machine after it has expired.
 * @param options `initial`: the value of a record that has none; stored together with the lease. `lists`: the members of the value
 * that are lists which grow and whose elements never change.
 * @throws OktaError `state_locked` while another process has it.
 */
export async function hold<T>(
  store: StateStore,
  key: string,
  clock: Clock,
  { initial = async () => undefined, lists }: HoldOptions<T> = {},
): Promise<Held<T>> {
  const owner = `${self} ${++count}`;
  const [host, pid, started] = [machine(), processId(), processStart()];
  const place = recordPlace<T>(store, key, lists);
  const found = await place.read();
  assertFree(found?.record, clock);
  let mark = found?.mark;
  let value: T | undefined = found?.record.value ?? (await initial());
  let until = 0;
  let isLost = false;

  /** A failed write may still have been applied: a record with that value is our own. */
  const replaceOwn = async (record: Stored<T>): Promise<string | undefined> => {
    const found = await place.read();
    return found?.record.lease?.owner === owner ? place.write(found.mark, record) : undefined;
  };

  // Writes are serialised, and each determines its value when its turn comes, so that none restores an old value.
  let last: Promise<void> = Promise.resolve();
  const write = (next: () => T | undefined, held = true): Promise<void> => {
    const done = last.then(async () => {
      const wanted = next();
      const end = clock.now() + LEASE_MS;
      const lease = held ? { owner, host, pid, started, until: end } : undefined;
      const record = { lease, value: wanted };
      const written = (await place.write(mark, record)) ?? (await replaceOwn(record));
      if (written === undefined) {
        until = 0;
        isLost = true;
        throw locked('another process took it over');
      }
      mark = written;
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
    // Retry when the store is unreachable, but not after losing the lease.
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
      if (clock.now() >= until) throw locked('the lease has expired');
    },
    async release() {
      clearInterval(heartbeat);
      if (until > 0) await write(() => value, false).catch(() => {});
      holders.delete(owner);
    },
  };
}

/** @throws OktaError `state_locked` while another process holds the record. */
export function assertFree(record: Stored<unknown> | undefined, clock: Pick<Clock, 'now'>): void {
  const lease = record?.lease;
  if (lease && lease.until > clock.now() && isAlive(lease)) throw locked('another process is using it');
}

/** Whether an entry of a store is a record that somebody holds. */
export function isHeld(text: string, now: number): boolean {
  try {
    assertFree(JSON.parse(text), { now: () => now });
    return false;
  } catch (error) {
    // What is no JSON is no record.
    return isOktaError(error);
  }
}

const isAlive = ({ owner, host, pid, started }: NonNullable<Stored<unknown>['lease']>): boolean =>
  owner.startsWith(self) ? holders.has(owner) : host !== machine() || isRunning(pid, started);

function locked(why: string): OktaError {
  return new OktaError(`The state of this trigger is in use: ${why}`, {
    code: 'state_locked',
    actor: 'caller',
    retryable: true,
    hint: 'Run one process per state; a second one takes over when the first ends.',
  });
}
