import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/sync/store/memory.ts';
import { seeded } from '../../support/seeded.ts';
import { storeContract } from './contract.ts';
import { group, user } from './rows.ts';

storeContract('in memory', async () => memoryStore());

/** Users of 560 bytes whose names and ids do not repeat, each told and in ten groups. */
async function directory(users: number, groups: number) {
  const random = seeded(1);
  const upTo = (n: number) => Math.floor(random() * n);
  const letters = (count: number, from = 'abcdefghijklmnopqrstuvwxyz') =>
    Array.from({ length: count }, () => from[upTo(from.length)]).join('');
  const id = (start: string) =>
    `${start}${letters(17, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`;
  const time = () => new Date(1.5e12 + upTo(2e11)).toISOString();
  const people = Array.from({ length: users }, () => {
    const [firstName, lastName] = [letters(6), letters(8)];
    const login = `${firstName}.${lastName}@example.com`;
    const profile = {
      ...{
        city: `City ${upTo(9)}`,
        department: `Department ${upTo(40)}`,
        displayName: `${firstName} ${lastName}`,
      },
      ...{ email: login, employeeNumber: `${upTo(1e6)}`, firstName, lastName, login, manager: id('00u') },
      ...{ mobilePhone: `+49170${upTo(1e7)}`, title: `Title ${upTo(500)}`, userType: 'Employee' },
    };
    const dates = { created: time(), activated: time(), statusChanged: time(), lastUpdated: time() };
    const own = id('00u');
    const told = JSON.stringify({ ...profile, id: own, active: true });
    return { id: own, raw: JSON.stringify({ id: own, status: 'ACTIVE', ...dates, profile }), told };
  });
  const store = memoryStore();
  await store.putUsers(people, 0, 1);
  await store.tellUsers(people.map(({ id, told }) => ({ id, told, active: true })));
  for (let n = 0; n < groups; n++) {
    const own = id('00g');
    await store.putGroups(
      [group(own, { raw: JSON.stringify({ id: own, profile: { name: letters(12) } }) })],
      0,
      1,
    );
    await store.tellGroups([{ id: own, told: letters(12) }]);
    const members = people.filter(() => random() < 10 / groups).map((one) => one.id);
    await store.addListed(own, members, undefined);
    await store.endList(own, 1);
  }
  await store.tellMembers(await store.dueMembers(0, true, users * groups));
  return store;
}

describe('a store in memory, saved', () => {
  it('takes 200 bytes a user and 3 a membership', async () => {
    const sizeOf = (store: unknown) => JSON.stringify(store).length;
    expect(sizeOf(memoryStore())).toBeLessThan(200);
    const without = sizeOf(await directory(1_000, 0));
    expect(without).toBeGreaterThan(100_000);
    expect(without).toBeLessThan(1_000 * 200);
    const store = await directory(1_000, 100);
    const { toldMemberships } = await store.counts();
    expect(toldMemberships).toBeGreaterThan(9_000);
    // A group itself, with its id and name, takes 60.
    expect(sizeOf(store)).toBeLessThan(without + 100 * 60 + toldMemberships * 3);
  });

  it('goes on with what is under way', async () => {
    const store = memoryStore();
    await store.putUsers([user('u1'), user('u2')], 5, 1);
    await store.putGroups([group('g1')], 5);
    await store.addListed('g1', ['u2', 'u1'], 'page 2');
    await store.addPings([{ key: 'b', kind: 'user', id: 'u1' }]);
    await store.pushOut([{ a: 1 }]);
    await store.set('cursor', 'next');
    await store.deferMembers('g1', 20);
    const again = memoryStore(JSON.parse(JSON.stringify(store)));
    await again.addListed('g1', ['u3'], undefined);
    expect(await again.endList('g1', 6, 6)).toEqual({ added: 3, removed: 0 });
    await again.tellUsers([{ id: 'u1', told: 't1' }]);
    await again.tellGroups([{ id: 'g1', told: 'tg' }]);
    expect(await again.dueMembers(19, true, 10)).toEqual([]);
    expect(await again.dueMembers(20, true, 10)).toEqual([{ groupId: 'g1', userId: 'u1', isMember: true }]);
    expect(await again.pings(5)).toEqual([{ key: 'b', kind: 'user', id: 'u1' }]);
    expect(await again.firstOut()).toEqual([{ a: 1 }]);
    expect(await again.get('cursor')).toBe('next');
    // The saved value is a copy.
    expect(await store.counts()).toMatchObject({ memberships: 0, toldUsers: 0 });
  });

  const format = 'okta-connector directory 1';
  it.each([
    ['null', null],
    ['a text', 'text'],
    ['another object', { cursor: 'a' }],
    ['a newer format', { format: 'okta-connector directory 2', data: '' }],
    ['no data', { format }],
    ['damaged data', { format, data: 'AAAA' }],
    ['data of something else', { format, data: brotliCompressSync('[]').toString('base64') }],
  ])('refuses %s', (_, saved) => {
    expect(() => memoryStore(saved)).toThrow(
      expect.objectContaining({ name: 'InputError', hint: expect.stringContaining('start over') }),
    );
  });
});
