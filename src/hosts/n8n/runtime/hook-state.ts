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
  hookId?: string;
  seen?: string[];
}

/** The hook that this process held last, as text of its record, by URL of the node and place in its data. */
const lastHeld = new Map<string, string>();

const lastAt = ({ url, at }: HookPlace) => `${url} ${at}`;
const textAt = ({ data, at }: HookPlace) => (typeof data[at] === 'string' ? data[at] : undefined);

/** The hook in the node's data. */
export const heldHook = (place: HookPlace) => valueIn(textAt(place)) as HeldHook | undefined;

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
