import type { Engine } from './engine.ts';

/**
 * Groups whose members are read again unless the System Log explains their change before: by id, the change and the time from
 * which they are read. Kept under `waiting`.
 */
type Waiting = Record<string, { until: number; moved?: number }>;

/** Reads the members of a group again at `until`. @param moved unless an event explains this change before. */
export async function waitFor({ store }: Engine, id: string, until: number, moved?: number): Promise<void> {
  const waiting = (await store.get<Waiting>('waiting')) ?? {};
  if (moved !== undefined && waiting[id]?.moved === moved) return;
  await store.set('waiting', { ...waiting, [id]: { until, moved } });
}

/** The time of an event and that of the change that it tells of differ by less. */
const TOLERANCE_MS = 2_000;

/** @param moved a change of members. @param known the last one that was read or that an event told of. */
export const isExplained = (moved: number, known: number): boolean => moved <= known + TOLERANCE_MS;

/** Marks the groups whose time has come. */
export async function endWaiting({ store, okta }: Engine): Promise<void> {
  const waiting = (await store.get<Waiting>('waiting')) ?? {};
  const known = new Map((await store.groupsById(Object.keys(waiting))).map((one) => [one.id, one.moved]));
  const left = Object.entries(waiting).filter(
    ([id, { moved }]) => moved === undefined || !isExplained(moved, known.get(id) ?? 0),
  );
  const over = left.filter(([, { until }]) => until <= okta.now()).map(([id]) => id);
  await store.transaction(async () => {
    await store.markToList(over);
    await store.set('waiting', Object.fromEntries(left.filter(([id]) => !over.includes(id))));
  });
}
