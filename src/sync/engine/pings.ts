import { isForbidden } from '../../errors/errors.ts';
import { grouped } from '../../text/grouped.ts';
import type { Ping } from '../store/store.ts';
import { dependsOnGroups, type Engine, IMMEDIATELY, putGroups, usedGroup } from './engine.ts';
import { LIST_LAG_MS } from './listing.ts';
import { isApp, rawGroup, rawUser } from './raw.ts';

type Group = Awaited<ReturnType<Engine['store']['groupsById']>>[number];
type MemberPing = Extract<Ping, { kind: 'member' }>;
interface Membership {
  groupId: string;
  userId: string;
  isMember: boolean;
}

const BATCH = 500;

/** Looks at everything that the log named. */
export async function handlePings(engine: Engine): Promise<void> {
  const { store } = engine;
  for (;;) {
    const pings = await store.pings(BATCH);
    if (pings.length === 0) return;
    for (const ping of pings) if (ping.kind !== 'member') await readAgain(engine, ping.kind, ping.id);
    await applyMemberships(
      engine,
      pings.filter((ping) => ping.kind === 'member'),
    );
    await store.dropPings(pings.map(({ key }) => key));
  }
}

/** Deleted is only what Okta does not find: an event alone may be of an object that this connection never saw. */
export async function readAgain(engine: Engine, kind: 'user' | 'group', id: string): Promise<void> {
  const { store, okta } = engine;
  const found = await unlessHidden(engine, () =>
    kind === 'user'
      ? okta.find('/api/v1/users/{userId}', { userId: id })
      : okta.find('/api/v1/groups/{groupId}', { groupId: id }),
  );
  if (found === 'hidden') return;
  if (kind === 'user') {
    if (found === undefined) await store.dropUsers([id], IMMEDIATELY);
    else if ((await store.knownUsers([id])).length > 0)
      await store.putUsers([rawUser(found)], IMMEDIATELY, engine.crawl);
  } else if (found === undefined) await store.dropGroups([id], IMMEDIATELY);
  else await putGroups(engine, [usedGroup(engine, rawGroup(found))]);
}

/** What a connection may not see stays as it is. */
export async function unlessHidden<T>({ notice }: Engine, read: () => Promise<T>): Promise<T | 'hidden'> {
  try {
    return await read();
  } catch (error) {
    if (!isForbidden(error)) throw error;
    notice((error as Error).message);
    return 'hidden';
  }
}

async function applyMemberships(engine: Engine, pings: readonly MemberPing[]): Promise<void> {
  const { store } = engine;
  const ids = [...new Set(pings.map(({ groupId }) => groupId))];
  const groups = new Map((await store.groupsById(ids)).map((group) => [group.id, group]));
  const sure: Membership[] = [];
  const unsure = new Map<string, Membership[]>();
  for (const events of byPair(pings)) {
    const group = groups.get(events[0]?.groupId ?? '');
    // A group that was never listed will be.
    if (!group?.members || group.listed === undefined) continue;
    // A user can have an app directly and through groups: the end of one of them is not the end of it.
    const told = isApp(group) ? 'unsure' : verdict(group, events);
    if (told === 'known') continue;
    const { groupId, userId, isAdded } = events.at(-1) as MemberPing;
    const membership = { groupId, userId, isMember: isAdded };
    if (told === 'sure') sure.push(membership);
    else unsure.set(groupId, [...(unsure.get(groupId) ?? []), membership]);
  }
  for (const [groupId, memberships] of unsure) {
    const group = groups.get(groupId) as Group;
    if (isCheaperAsList(group, memberships.length)) await store.markToList([groupId]);
    else {
      const read = memberships.map((one) => unlessHidden(engine, () => asOktaHasIt(engine, group, one)));
      sure.push(...(await Promise.all(read)).filter((one) => one !== 'hidden'));
    }
  }
  await readNewcomers(engine, groups, sure);
  const latest = new Map<string, number>();
  for (const { groupId, at } of pings) latest.set(groupId, Math.max(at, latest.get(groupId) ?? 0));
  await store.transaction(async () => {
    const due = dependsOnGroups(engine) ? IMMEDIATELY : undefined;
    for (const { groupId, userId, isMember } of sure) await store.setMember(groupId, userId, isMember, due);
    const moved = [...groups.values()]
      .filter((group) => (latest.get(group.id) ?? 0) > (group.moved ?? 0))
      .map(({ size: _, listed: __, ...group }) => ({ ...group, moved: latest.get(group.id) as number }));
    await store.putGroups(moved, IMMEDIATELY);
  });
}

/** The events of each membership, in their order. */
function byPair(pings: readonly MemberPing[]): MemberPing[][] {
  const pairs = grouped(pings, ({ groupId, userId }) => `${groupId} ${userId}`);
  return [...pairs.values()].map((events) => events.sort((a, b) => a.at - b.at));
}

/**
 * Whether the last event of a membership tells how it is: not if an event came late, two are of the same moment, or the members
 * were listed so soon afterwards that the list may or may not have it. `known`: the list is newer.
 */
function verdict({ listed = 0 }: Group, events: readonly MemberPing[]): 'sure' | 'unsure' | 'known' {
  const [first, last] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0];
  if (first === 0 || events.at(-2)?.at === last) return 'unsure';
  if (last > listed) return 'sure';
  return last > listed - LIST_LAG_MS ? 'unsure' : 'known';
}

async function asOktaHasIt(engine: Engine, group: Group, one: Membership): Promise<Membership> {
  const { okta, store } = engine;
  const { groupId, userId } = one;
  if (isApp(group)) {
    const found = await okta.find('/api/v1/apps/{groupId}/users/{userId}', { groupId, userId });
    return { ...one, isMember: found !== undefined };
  }
  const call = { path: '/api/v1/users/{userId}/groups', params: { userId }, query: { limit: 200 } };
  try {
    for await (const { ids } of okta.pages(call)) {
      if (ids.includes(groupId)) return { ...one, isMember: true };
    }
  } catch (error) {
    if ((error as { status?: number }).status !== 404) throw error;
    await store.dropUsers([userId], IMMEDIATELY);
  }
  return { ...one, isMember: false };
}

/** Whether the whole list of members costs less than so many single readings. */
const isCheaperAsList = (group: Group, readings: number): boolean =>
  readings > 1 + group.size / (isApp(group) ? 50 : 1_000);

/** Who joined the scope was not read before; neither was somebody created a moment ago. */
async function readNewcomers(
  engine: Engine,
  groups: Map<string, Group>,
  memberships: readonly Membership[],
): Promise<void> {
  const { store, okta, scope } = engine;
  const joined = memberships.filter(
    ({ groupId, isMember }) => isMember && (scope === undefined || scope.includes(groupId)),
  );
  const known = new Set(await store.knownUsers([...new Set(joined.map(({ userId }) => userId))]));
  const unknown = new Set<string>();
  for (const [id, members] of grouped(joined, ({ groupId }) => groupId)) {
    const ids = members.map(({ userId }) => userId).filter((one) => !known.has(one));
    if (isCheaperAsList(groups.get(id) as Group, ids.length)) await store.markToList([id]);
    else for (const one of ids) unknown.add(one);
  }
  for (const userId of unknown) {
    const found = await unlessHidden(engine, () => okta.find('/api/v1/users/{userId}', { userId }));
    if (found !== undefined && found !== 'hidden') {
      await store.putUsers([rawUser(found)], IMMEDIATELY, engine.crawl);
    }
  }
}
