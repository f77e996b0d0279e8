import { expect } from 'vitest';
import { memoryStore } from '../../../src/sync/store/memory.ts';
import type { DueMember, Store, Told } from '../../../src/sync/store/store.ts';
import { seeded } from '../../support/seeded.ts';
import { group, user } from './rows.ts';

const USERS = Array.from({ length: 9 }, (_, i) => `u${i}`);
const GROUPS = Array.from({ length: 5 }, (_, i) => `g${i}`);
const ALL = 1_000;

const byKey = (rows: readonly DueMember[]) =>
  [...rows].sort((a, b) => (`${a.groupId} ${a.userId}` < `${b.groupId} ${b.userId}` ? -1 : 1));

/** Everything that a store can be asked. */
async function answers(store: Store, now: number) {
  return {
    ...{ users: await store.dueUsers(now, ALL), groups: await store.dueGroups(now, ALL) },
    ...{ second: await store.dueUsers(now, 2, 'u3'), third: await store.dueGroups(now, 2, 'g1') },
    adds: byKey(await store.dueMembers(now, true, ALL)),
    removes: byKey(await store.dueMembers(now, false, ALL)),
    ...{
      all: await store.groups(ALL),
      some: await store.groups(2, 'g0'),
      byId: await store.groupsById(GROUPS),
    },
    ...{ list: await store.toList(ALL), known: await store.knownUsers(USERS) },
    ...{ missedUsers: await store.missedUsers(3, ALL), missedGroups: await store.missedGroups(3, 2, 'g0') },
    ...{ toldUsers: await store.toldUsers(2, 'u1'), toldGroups: await store.toldGroups(ALL) },
    toldMembers: await Promise.all(GROUPS.map((id) => store.toldMembers(id, 3, 'u2'))),
    ...{ errors: await store.errors(ALL), counts: await store.counts() },
    ...{ pings: await store.pings(ALL), out: await store.firstOut(), value: await store.get('value') },
  };
}

/**
 * Does the same at random to a store in memory, which is also saved and read again, and to this one: every answer must be equal.
 * Twice as often as else the target is told what is due, so that both come to rest.
 */
export async function compareAtRandom(seed: number, steps: number, other: Store): Promise<void> {
  const random = seeded(seed);
  const upTo = (n: number) => Math.floor(random() * n);
  const one = <T>(list: readonly T[]): T => list[upTo(list.length)] as T;
  const some = <T>(list: readonly T[]): T[] => list.filter(() => random() < 0.3);
  const chance = (share: number) => random() < share;
  let memory = memoryStore();
  let now = 1;

  const told = (ids: string[]): Told[] =>
    ids.map((id) => ({
      ...{ id, told: chance(0.7) ? `told ${upTo(3)}` : undefined, active: chance(0.5) },
      due: chance(0.2) ? now + upTo(5) : undefined,
      ...(chance(0.4) ? { error: { message: `error ${upTo(3)}`, rule: 'required' } } : {}),
    }));
  /** @returns work with its choices made, to be done in both. */
  const choose = (): ((store: Store) => Promise<unknown>) => {
    const due = now + upTo(3);
    const maybe = chance(0.5) ? due : undefined;
    const crawl = chance(0.5) ? upTo(5) : undefined;
    const users = some(USERS);
    const groups = some(GROUPS);
    const groupId = one(GROUPS);
    const userId = one(USERS);
    const isMember = chance(0.6);
    const tells = told(some([...users, ...groups, 'unknown']));
    const limit = 1 + upTo(4);
    const puts = users.map((id) => user(id, `raw ${upTo(3)}`));
    const putGroups = groups.map((id) =>
      group(id, { raw: `raw ${upTo(2)}`, mirrored: chance(0.7), members: chance(0.8), moved: upTo(9) }),
    );
    const next = chance(0.3) ? `page ${upTo(9)}` : undefined;
    const members = groups.flatMap((id) =>
      users.map((user) => ({ groupId: id, userId: user, isMember: chance(0.5) })),
    );
    return one([
      (store) => store.putUsers(puts, due, crawl),
      (store) => store.putUsers(puts, due, crawl),
      (store) => store.dropUsers(users, due),
      (store) => store.putGroups(putGroups, due, crawl),
      (store) => store.putGroups(putGroups, due, crawl),
      (store) => store.dropGroups(groups.slice(0, 1), due),
      (store) => store.markToList(groups),
      (store) => store.addListed(groupId, users, next),
      (store) => store.addListed(groupId, users, next),
      (store) => store.endList(groupId, due, maybe),
      (store) => store.endList(groupId, due, maybe),
      (store) => store.setMember(groupId, userId, isMember, maybe),
      (store) => store.setMember(groupId, userId, isMember, maybe),
      (store) => store.dueMembersOf(groups, due),
      (store) => store.deferMembers(groupId, due),
      (store) => store.tellUsers(tells.filter(({ id }) => id.startsWith('u'))),
      (store) => store.tellGroups(tells.filter(({ id }) => !id.startsWith('u'))),
      (store) => store.tellMembers(members),
      (store) => store.set('value', maybe),
      (store) => store.addPings(users.map((id) => ({ key: id, kind: 'user', id: `${id} ${due}` }))),
      (store) => store.dropPings(users),
      (store) => store.pushOut(puts),
      (store) => store.dropOut(),
      (store) => (seed % 7 === 0 ? store.dueAll(due) : Promise.resolve()),
      // The engine: all that is due is told.
      async (store) => {
        const dueGroups = await store.dueGroups(now, ALL);
        await store.tellGroups(dueGroups.map(({ id, raw }) => ({ id, told: raw })));
        const dueUsers = await store.dueUsers(now, ALL);
        for (const way of [true, false]) {
          for (;;) {
            const rows = await store.dueMembers(now, way, limit);
            if (rows.length === 0) break;
            await store.tellMembers(rows);
          }
        }
        await store.tellUsers(dueUsers.map(({ id, raw }) => ({ id, told: raw, active: true })));
      },
    ]);
  };

  for (let step = 0; step < steps; step++) {
    const works = Array.from({ length: 1 + upTo(4) }, choose);
    const isKept = chance(0.8);
    const inBoth = (store: Store) =>
      store
        .transaction(async () => {
          const results: unknown[] = [];
          for (const work of works) results.push(await work(store));
          if (!isKept) throw new Error('not kept');
          return results;
        })
        .catch((error: Error) => {
          if (error.message !== 'not kept') throw error;
        });
    const [left, right] = [await inBoth(memory), await inBoth(other)];
    const where = `seed ${seed}, step ${step}`;
    expect(right, where).toEqual(left);
    const expected = await answers(memory, now);
    expect(await answers(other, now), where).toEqual(expected);
    // A restored one looks at every membership again: none was forgotten.
    const restored = memoryStore(JSON.parse(JSON.stringify(memory)));
    expect(await answers(restored, now), where).toEqual(expected);
    if (chance(0.1)) memory = restored;
    if (chance(0.3)) now++;
  }
}
