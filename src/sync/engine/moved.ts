import { groupsSince } from './crawl.ts';
import { type Engine, OVERLAP_MS, putGroups, usedGroup } from './engine.ts';
import { LIST_LAG_MS } from './listing.ts';
import { rawGroup } from './raw.ts';
import { endWaiting, isExplained, waitFor } from './waiting.ts';

/** Groups of up to this size are listed at once when no event explains their change. */
const SMALL = 1_000;

/** How long the events of a change are waited for before a bigger group is listed. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Reads the groups changed since the last reading. Events tell most changes of members; where none does, the group is listed: a
 * small one at once, a big one some minutes later.
 * @param readsLog false: no event ever comes.
 */
export async function readChangedGroups(engine: Engine, readsLog: boolean): Promise<void> {
  const { store, okta } = engine;
  const since = (await store.get<number>('groupsSince')) ?? 0;
  let began: number | undefined;
  let done = 0;
  for await (const page of okta.pages(groupsSince(since - OVERLAP_MS))) {
    began ??= page.at;
    const groups = page.map((item) => usedGroup(engine, rawGroup(item)));
    const before = new Map((await store.groupsById(groups.map(({ id }) => id))).map((one) => [one.id, one]));
    await store.transaction(async () => {
      for (const group of groups) {
        const known = before.get(group.id);
        if (!group.members || known?.listed === undefined || group.moved === undefined) continue;
        const seen = Math.max(known.moved ?? 0, known.listed - LIST_LAG_MS);
        if (readsLog ? isExplained(group.moved, seen) : group.moved <= seen) continue;
        if (!readsLog || known.size <= SMALL) await store.markToList([group.id]);
        else {
          await waitFor(engine, group.id, okta.now() + PATIENCE_MS, group.moved);
          // Until it is explained, the snapshot has the change before it.
          group.moved = known.moved;
        }
      }
      await putGroups(engine, groups);
    });
    done += page.ids.length;
    engine.onProgress({ phase: 'groups', done });
  }
  await store.set('groupsSince', began);
  await endWaiting(engine);
}
