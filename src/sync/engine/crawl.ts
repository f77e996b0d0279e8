import type { Raw } from '../store/store.ts';
import { type Engine, IMMEDIATELY, OVERLAP_MS, putGroups, usedGroup } from './engine.ts';
import { listMembers } from './listing.ts';
import { isLostPosition, type ListCall, type OktaPage } from './okta.ts';
import { rawApp, rawGroup, rawUser } from './raw.ts';

/** Where a full reading is: it goes on there after a kill. Kept under `crawl`. */
interface Crawl {
  number: number;
  phase: 'users' | 'groups' | 'members';
  next?: string;
  /** Okta's time when it began: changes since then are read again. */
  began?: number;
}

const PAGE = 200;

/**
 * Both lists by filter: `search` lags behind, and the plain list of users omits those who are deactivated.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/listUsers
 */
export const usersSince = (time: number): ListCall => ({
  path: '/api/v1/users',
  query: { filter: `lastUpdated gt "${new Date(time).toISOString()}"`, limit: PAGE },
});

/** A change of members does not move lastUpdated of a group. */
export const groupsSince = (time: number): ListCall => {
  const since = `"${new Date(time).toISOString()}"`;
  return {
    path: '/api/v1/groups',
    query: { filter: `lastUpdated gt ${since} or lastMembershipUpdated gt ${since}`, limit: PAGE },
  };
};

const ALL_GROUPS: ListCall = { path: '/api/v1/groups', query: { limit: PAGE } };

/** From here on everything is to be read, from the first page, even if this run ends before it has begun to. */
export async function startOver({ store, scope }: Engine): Promise<Crawl> {
  const number = ((await store.get<number>('crawls')) ?? 0) + 1;
  const crawl: Crawl = { number, phase: scope === undefined ? 'users' : 'groups' };
  await store.set('crawl', crawl);
  return crawl;
}

/**
 * Reads every user, group and membership, or goes on with that.
 * @returns whether an earlier run began it: what changed since then is not all read.
 */
export async function readEverything(engine: Engine): Promise<boolean> {
  const { store } = engine;
  let crawl = (await store.get<Crawl>('crawl')) ?? (await startOver(engine));
  engine.crawl = crawl.number;
  const isContinued = crawl.began !== undefined;
  if (!isContinued && crawl.number > 1) {
    const { users, groups, memberships } = await store.counts();
    engine.totals = { users, groups, members: memberships };
  }
  const enter = async (phase: Crawl['phase']) => {
    crawl = { number: crawl.number, phase, began: crawl.began };
    await store.set('crawl', crawl);
  };
  if (crawl.phase === 'users') {
    await readPages(engine, crawl, usersSince(0), async (page) => {
      await store.putUsers(page.map(rawUser), IMMEDIATELY, crawl.number);
    });
    await enter('groups');
  }
  if (crawl.phase === 'groups') {
    await readPages(engine, crawl, ALL_GROUPS, async (page) => {
      const groups = page.map((item) => usedGroup(engine, rawGroup(item)));
      await putGroups(engine, groups, crawl.number);
      await store.markToList(groups.filter(({ members }) => members).map(({ id }) => id));
    });
    if (engine.isAppScope) {
      for (const id of engine.scope ?? []) {
        await store.putGroups([rawApp(id)], IMMEDIATELY, crawl.number);
        await store.markToList([id]);
      }
    }
    await enter('members');
  }
  await listMembers(engine);
  const began = crawl.began ?? engine.okta.now();
  await store.transaction(async () => {
    await store.set('crawls', crawl.number);
    await store.set('crawl', undefined);
    await store.set('usersSince', began);
    await store.set('groupsSince', began);
    await store.set('lastFull', began);
  });
  return isContinued;
}

/** The pages of one phase, each saved with the position after it. */
async function readPages(
  engine: Engine,
  crawl: Crawl,
  call: ListCall,
  save: (page: OktaPage) => Promise<void>,
): Promise<void> {
  const { store, okta } = engine;
  const phase = crawl.phase;
  let done = 0;
  const from = async (position: string | undefined) => {
    for await (const page of okta.pages(call, position)) {
      crawl.began ??= page.at;
      await store.transaction(async () => {
        await save(page);
        await store.set('crawl', { ...crawl, next: page.next });
      });
      done += page.ids.length;
      engine.onProgress({ phase, done });
    }
  };
  try {
    await from(crawl.next);
  } catch (error) {
    if (crawl.next === undefined || !isLostPosition(error)) throw error;
    await from(undefined);
  }
}

/** Reads the users changed since the last reading. */
export async function readChangedUsers(engine: Engine): Promise<void> {
  const { store, okta, scope } = engine;
  const since = (await store.get<number>('usersSince')) ?? 0;
  let began: number | undefined;
  let done = 0;
  for await (const page of okta.pages(usersSince(since - OVERLAP_MS))) {
    began ??= page.at;
    const users = page.map(rawUser);
    const wanted = scope === undefined ? users : await known(engine, users);
    await store.putUsers(wanted, IMMEDIATELY, engine.crawl);
    done += page.ids.length;
    engine.onProgress({ phase: 'users', done });
  }
  await store.set('usersSince', began);
}

/** Outside the scope are only those who once were inside. */
async function known({ store }: Engine, users: Raw[]): Promise<Raw[]> {
  const ids = new Set(await store.knownUsers(users.map(({ id }) => id)));
  return users.filter(({ id }) => ids.has(id));
}
