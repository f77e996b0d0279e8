import type { IDataObject } from 'n8n-workflow';
import type { StateStore } from '../../../state/store.ts';
import { valueIn } from './state.ts';

/** Where the data of a node hold its event hook. */
export interface HookPlace {
  data: IDataObject;
  /** URL of the node; a test run has its own, so it never sees the state of the live hook. */
  url: string;
  /** Of the store in the data: `live of <workflow>`. */
  name: string;
  /** Of the record in the data. */
  at: string;
  /** Where 0.1.0 keeps the ids of delivered events; also used here while there is no hook. */
  seenAt: string;
}

/** What n8n's quirks need to know of the record. */
interface HeldHook {
  name: string;
  secret?: string;
  hookId?: string;
  seen?: string[];
  poll?: { watermark?: number };
}

/** The hook that this process held last, as text of its record, by URL of the node and place in its data. */
const lastHeld = new Map<string, string>();

const lastAt = ({ url, at }: HookPlace) => `${url} ${at}`;
const textAt = ({ data, at }: Pick<HookPlace, 'data' | 'at'>) =>
  typeof data[at] === 'string' ? data[at] : undefined;

/** Moves the record from where 0.1.0 has it. */
export function adoptRecord(data: IDataObject, at: string, olderAt: string): void {
  if (data[olderAt] === undefined) return;
  data[at] ??= data[olderAt];
  delete data[olderAt];
}

/** The hook in the node's data. */
export const heldHook = (place: Pick<HookPlace, 'data' | 'at'>) =>
  valueIn(textAt(place)) as HeldHook | undefined;

/**
 * The hook as this process remembers it. n8n saves the data of all nodes of a workflow at once: a polling trigger that runs
 * while the hook beside it is being created (n8n 2) saves older data over it. With several processes, another one may have
 * created a later hook.
 */
export const lastHook = (place: HookPlace) => valueIn(lastHeld.get(lastAt(place))) as HeldHook | undefined;

/** Remembers the hook in the node's data. */
export function noteHook(place: HookPlace): void {
  const text = textAt(place);
  if (text !== undefined) lastHeld.set(lastAt(place), text);
}

/** Puts the remembered hook into the node's data; ids that either has seen stay seen. */
export function recallHook(place: HookPlace): void {
  const last = lastHook(place);
  if (!last) return;
  write(place, { ...last, seen: both(last.seen, heldHook(place)?.seen) });
  adoptSeen(place);
}

/** Moves ids that were delivered before the record existed, or by 0.1.0, into the record. */
export function adoptSeen(place: HookPlace): void {
  const hook = heldHook(place);
  const ids = place.data[place.seenAt];
  if (!hook || !Array.isArray(ids)) return;
  write(place, { ...hook, seen: both(ids as string[], hook.seen) });
  delete place.data[place.seenAt];
}

/** Forgets the hook, but not which events it delivered. */
export function dropHook(place: HookPlace): void {
  adoptSeen(place);
  const { seen = [] } = heldHook(place) ?? {};
  if (seen.length > 0) place.data[place.seenAt] = seen;
  delete place.data[place.at];
  lastHeld.delete(lastAt(place));
}

function write({ data, at }: HookPlace, value: HeldHook): void {
  const text = JSON.stringify({ value });
  // n8n saves data that were written to.
  if (data[at] !== text) data[at] = text;
}

/** What this process has claimed and read, by URL of the node, place in its data and hook. */
const claimed = new Map<string, Pick<HeldHook, 'seen' | 'poll'>>();

/**
 * The store of a hook whose requests come at the same moment: n8n gives each request data of its own, and saves whichever ends last.
 * What other requests of this process have claimed counts as well, so that no two of them claim the same event.
 */
export function claimingStore(place: HookPlace, store: StateStore): StateStore {
  const keyOf = ({ name }: HeldHook) => `${lastAt(place)} ${name}`;
  function merge(): void {
    const own = heldHook(place);
    const others = own && claimed.get(keyOf(own));
    if (!own || !others) return;
    const [mine = 0, theirs = 0] = [own.poll?.watermark, others.poll?.watermark];
    const known = new Set(own.seen);
    if (theirs <= mine && others.seen?.every((id) => known.has(id))) return;
    const poll = theirs > mine ? others.poll : own.poll;
    const seen = both(others.seen, own.seen).slice(-MOST_SEEN);
    write(place, { ...own, seen, ...(poll ? { poll } : {}) });
  }
  return {
    ...store,
    async get(key) {
      merge();
      return store.get(key);
    },
    async compareAndSet(key, expected, next) {
      merge();
      const done = store.compareAndSet(key, expected, next);
      // At once, not when it is told: another request may be next.
      const now = textAt(place) === next ? heldHook(place) : undefined;
      if (now) claimed.set(keyOf(now), { seen: now.seen ?? [], ...(now.poll ? { poll: now.poll } : {}) });
      return done;
    },
  };
}

/** As many as the connector keeps. */
const MOST_SEEN = 10_000;

const both = (older: string[] = [], newer: string[] = []) => [...new Set([...older, ...newer])];

/** A read-only store that returns one record for every key. */
const readOnly = (text: string | undefined): StateStore => ({
  get: async () => text,
  compareAndSet: async () => false,
});

/** The hook that this process remembers. */
export const lastHookStore = (place: HookPlace): StateStore => readOnly(lastHeld.get(lastAt(place)));

/** A hook with this secret. */
export const secretStore = (secret: string): StateStore =>
  readOnly(JSON.stringify({ value: { name: '', secret } }));
