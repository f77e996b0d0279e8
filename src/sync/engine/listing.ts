import { isOktaError } from '../../errors/errors.ts';
import { isRecord } from '../../schema/record.ts';
import type { Raw } from '../store/store.ts';
import { dependsOnGroups, type Engine, IMMEDIATELY } from './engine.ts';
import { isLostPosition, type ListCall } from './okta.ts';
import { rawUser } from './raw.ts';
import { waitFor } from './waiting.ts';

/** Lists read at the same time. */
const CONCURRENT = 4;

/** Members a page: Okta's largest, and what it advises, tried when it fails with the largest. */
const PAGES = [1_000, 200] as const;

/** Users of an app come with their profiles only in small pages. */
const APP_PAGE = 50;

/** After so many groups that Okta cannot list, Okta itself is the problem. */
const MOST_UNREAD = 3;

/** A member may be missing in a list for some seconds after it was added. */
export const LIST_LAG_MS = 60_000;

interface ToList {
  id: string;
  next?: string;
  size: number;
}

/** Reads the members of all groups that need it. */
export async function listMembers(engine: Engine): Promise<void> {
  let after: string | undefined;
  let done = 0;
  for (;;) {
    const groups = await engine.store.toList(100, after);
    if (groups.length === 0) return;
    after = groups.at(-1)?.id;
    const work = async () => {
      for (let group = groups.shift(); group; group = groups.shift()) {
        await listOne(engine, group, (count) => {
          done += count;
          engine.onProgress({ phase: 'members', done });
        });
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: CONCURRENT }, work));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

async function listOne(engine: Engine, group: ToList, tell: (count: number) => void): Promise<void> {
  const { store, unread } = engine;
  try {
    await listPages(engine, group, tell);
  } catch (error) {
    if (!isOktaError(error)) throw error;
    if (error.status === 404) return store.dropGroups([group.id], IMMEDIATELY);
    // Hidden from this connection, or too big for Okta today: neither means that everybody left.
    const isOfGroup = error.status === 403 || (error.status ?? 0) >= 500;
    if (!isOfGroup || unread.length >= MOST_UNREAD) throw error;
    unread.push({ id: group.id, message: `The members of this group could not be read: ${error.message}` });
    engine.notice(`the members of group ${group.id} stay as they were: ${error.message}`);
  }
}

async function listPages(engine: Engine, group: ToList, tell: (count: number) => void): Promise<void> {
  const { store, okta, scope, crawl } = engine;
  const { id } = group;
  const isScope = scope?.includes(id) ?? false;
  const isApp = isScope && engine.isAppScope;
  const position = `listing ${id}`;
  let next = group.next;
  let began = next === undefined ? undefined : await store.get<number>(position);
  const read = async (limit: number) => {
    // A link keeps the size of its list.
    const from = isApp ? next : next?.replace(/([?&]limit=)\d+/, `$1${limit}`);
    for await (const page of okta.pages(isApp ? appUsers(id) : groupUsers(id, limit), from)) {
      const embeddedUsers = isApp ? page.map(embeddedUser).filter((user) => user !== undefined) : undefined;
      const ids = embeddedUsers?.map((user) => user.id) ?? page.ids;
      await store.transaction(async () => {
        if (began === undefined) {
          began = page.at;
          await store.set(position, began);
        }
        if (isScope) await store.putUsers(embeddedUsers ?? page.map(rawUser), IMMEDIATELY, crawl);
        const unknown = await store.addListed(id, ids, page.next);
        // Created since the users were read.
        if (scope === undefined && unknown.length > 0) {
          await store.putUsers(page.find(unknown).map(rawUser), IMMEDIATELY, crawl);
        }
      });
      next = page.next;
      tell(ids.length);
    }
  };
  const [largest, advised] = PAGES;
  try {
    await read(largest);
  } catch (error) {
    if (next !== undefined && isLostPosition(error)) {
      next = undefined;
      await store.markToList([id]);
      await read(largest);
    } else if (isOktaError(error) && ((error.status ?? 0) >= 500 || error.code === 'timeout')) {
      await read(advised);
    } else throw error;
  }
  const listed = began ?? okta.now();
  await store.transaction(async () => {
    // Only without a scope does everybody whom this connection sees carry the mark.
    const seenSince = scope === undefined ? crawl : undefined;
    await store.endList(id, listed, dependsOnGroups(engine) ? IMMEDIATELY : undefined, seenSince);
    await store.set(position, undefined);
    const [known] = await store.groupsById([id]);
    if ((known?.moved ?? 0) > listed - LIST_LAG_MS) await waitFor(engine, id, listed + LIST_LAG_MS);
  });
}

const groupUsers = (groupId: string, limit: number): ListCall => ({
  path: '/api/v1/groups/{groupId}/users',
  params: { groupId },
  query: { limit },
});

const appUsers = (appId: string): ListCall => ({
  path: '/api/v1/apps/{appId}/users',
  params: { appId },
  query: { expand: 'user', limit: APP_PAGE },
});

const embeddedUser = (item: Record<string, unknown>): Raw | undefined =>
  isRecord(item._embedded) && isRecord(item._embedded.user) ? rawUser(item._embedded.user) : undefined;
