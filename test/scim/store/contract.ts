import { describe, expect, it } from 'vitest';
import {
  NotUnique,
  type ScimEvent,
  type ScimStore,
  type ScimType,
  StaleWrite,
} from '../../../src/scim/store/store.ts';

/** A write of a new or changed resource. */
export const put = (type: ScimType, id: string, attributes: object, expected = 0) => ({
  ...{ type, id, expected },
  after: {
    type,
    id,
    createdMs: 1,
    modifiedMs: expected + 1,
    attributes: attributes as Record<string, unknown>,
  },
});

export const event = (id: string, kind: ScimEvent['kind'] = 'user.changed'): Omit<ScimEvent, 'seq'> => ({
  ...{
    id,
    kind,
    at: '2026-11-28T09:00:00.000Z',
    resourceType: 'User',
    resourceId: id,
    before: null,
    after: null,
  },
  ...{ changed: [], request: { method: 'PUT', path: '/Users/x' } },
});

const user = (id: string, userName = id) => put('User', id, { userName });

/** What every store does. */
export function scimStoreContract(name: string, open: () => Promise<ScimStore>): void {
  describe(`the SCIM store ${name}`, () => {
    it('keeps resources, and finds them by id, name in any case, and externalId', async () => {
      const store = await open();
      await store.commit([put('User', 'u1', { userName: 'Ana', externalId: 'X', active: true })], []);
      await store.commit([put('Group', 'g1', { displayName: 'Ana' })], []);
      const found = {
        ...{ n: expect.any(Number), type: 'User', id: 'u1', version: 1, createdMs: 1, modifiedMs: 1 },
        attributes: { userName: 'Ana', externalId: 'X', active: true },
      };
      expect(await store.get('User', ['u1', 'none', 'g1'])).toEqual([found]);
      expect(await store.find('User', 'name', 'ANA')).toEqual(found);
      expect(await store.find('User', 'externalId', 'X')).toEqual(found);
      expect(await store.find('User', 'externalId', 'x')).toBeUndefined();
      expect(await store.find('Group', 'name', 'ana')).toMatchObject({ id: 'g1' });
      await store.commit([put('User', 'u1', { userName: 'Ben' }, 1)], []);
      expect(await store.find('User', 'name', 'ana')).toBeUndefined();
      expect(await store.find('User', 'externalId', 'X')).toBeUndefined();
      expect(await store.get('User', ['u1'])).toMatchObject([{ version: 2, modifiedMs: 2, createdMs: 1 }]);
      expect([await store.count('User'), await store.count('Group')]).toEqual([1, 1]);
      await store.close();
    });

    it('finds everybody who has an e-mail address, in any case', async () => {
      const store = await open();
      const emails = (...values: string[]) => ({ emails: values.map((value) => ({ value })) });
      await store.commit(
        [
          put('User', 'u1', {
            userName: 'ana',
            ...emails('Ana@acme.test', 'all@acme.test', 'ana@ACME.test'),
          }),
          put('User', 'u2', { userName: 'ben', ...emails('all@acme.test') }),
          put('User', 'u3', { userName: 'eva', emails: [{ type: 'work' }] }),
        ],
        [],
      );
      const ids = async (address: string) => (await store.withEmail(address)).map(({ id }) => id).sort();
      expect([await ids('ANA@acme.test'), await ids('all@acme.test'), await ids('none')]).toEqual([
        ...[['u1'], ['u1', 'u2'], []],
      ]);
      await store.commit([put('User', 'u1', { userName: 'ana', ...emails('new@acme.test') }, 1)], []);
      await store.commit([{ type: 'User', id: 'u2', expected: 1, after: undefined }], []);
      expect([await ids('ana@acme.test'), await ids('all@acme.test'), await ids('new@acme.test')]).toEqual([
        ...[[], [], ['u1']],
      ]);
      await store.close();
    });

    it('refuses what is stale or taken, with all else of the commit', async () => {
      const store = await open();
      await store.commit(
        [put('User', 'u1', { userName: 'ana', externalId: 'X' }), user('u2', 'ben')],
        [event('1')],
      );
      const refused = async (writes: Parameters<ScimStore['commit']>[0], error: unknown) =>
        expect(
          store.commit([put('User', 'u9', { userName: 'new' }), ...writes], [event('2')]),
        ).rejects.toEqual(error);
      await refused([user('u1', 'other')], new StaleWrite());
      await refused([put('User', 'u1', { userName: 'ana' }, 2)], new StaleWrite());
      await refused([put('User', 'none', { userName: 'x' }, 1)], new StaleWrite());
      await refused([put('Group', 'u1', { displayName: 'x' }, 1)], new StaleWrite());
      await refused([user('u3', 'ANA')], new NotUnique('name'));
      await refused([put('User', 'u2', { userName: 'Ana' }, 1)], new NotUnique('name'));
      await refused([put('User', 'u3', { userName: 'x', externalId: 'X' })], new NotUnique('externalId'));
      await refused([{ ...put('Group', 'g1', { displayName: 'g' }), added: ['none'] }], new StaleWrite());
      expect(await store.count('User')).toBe(2);
      expect(await store.events(0, 10)).toEqual([{ seq: 1, ...event('1') }]);
      await store.close();
    });

    it('keeps memberships', async () => {
      const store = await open();
      await store.commit([user('u1'), user('u2'), put('Group', 'g0', { displayName: 'inner' })], []);
      await store.commit([{ ...put('Group', 'g1', { displayName: 'One' }), added: ['u2', 'u1', 'g0'] }], []);
      await store.commit([{ ...put('Group', 'g2', { displayName: 'Two' }), added: ['u1'] }], []);
      const ids = (some: readonly { id: string }[]) => some.map(({ id }) => id);
      const members = await store.members('g1', { limit: 10 });
      expect(ids(members)).toEqual(['u1', 'u2', 'g0']);
      expect(members[0]).toMatchObject({ type: 'User', attributes: { userName: 'u1' } });
      expect(ids(await store.members('g1', { after: members[0]?.n as number, limit: 1 }))).toEqual(['u2']);
      expect(await store.membersAmong('g1', ['u1', 'none', 'g0', 'g2'])).toEqual(new Set(['u1', 'g0']));
      expect(await store.groupsOf(['u1', 'u1', 'none'])).toEqual([
        { memberId: 'u1', groupId: 'g1', displayName: 'One' },
        { memberId: 'u1', groupId: 'g2', displayName: 'Two' },
      ]);
      const group = put('Group', 'g1', { displayName: 'One' }, 1);
      await expect(store.commit([{ ...group, added: ['u1'] }], [])).rejects.toThrow(StaleWrite);
      await expect(store.commit([{ ...group, removed: ['none'] }], [])).rejects.toThrow(StaleWrite);
      await store.commit([{ ...group, removed: ['u2'] }], []);
      expect(ids(await store.members('g1', { limit: 10 }))).toEqual(['u1', 'g0']);
      await store.close();
    });

    it('deletes a group with its members, and a member only from all of its groups', async () => {
      const store = await open();
      await store.commit([user('u1'), user('u2')], []);
      await store.commit([{ ...put('Group', 'g1', { displayName: 'One' }), added: ['u1', 'u2'] }], []);
      const gone = (type: ScimType, id: string, expected = 1) => ({ type, id, expected, after: undefined });
      await expect(store.commit([gone('User', 'u1')], [])).rejects.toThrow(StaleWrite);
      await expect(store.commit([gone('User', 'none')], [])).rejects.toThrow(StaleWrite);
      await store.commit(
        [{ ...put('Group', 'g1', { displayName: 'One' }, 1), removed: ['u1'] }, gone('User', 'u1')],
        [],
      );
      expect(await store.get('User', ['u1'])).toEqual([]);
      await store.commit([gone('Group', 'g1', 2)], []);
      expect(await store.groupsOf(['u2'])).toEqual([]);
      // The name is free again, the place in lists is not.
      await store.commit([user('u1', 'u1')], []);
      expect((await store.page('User', { limit: 10 })).map(({ id }) => id)).toEqual(['u2', 'u1']);
      await store.close();
    });

    it('lists in the order of creation', async () => {
      const store = await open();
      for (let i = 0; i < 10; i += 1) await store.commit([user(`u${i}`)], []);
      await store.commit([put('User', 'u0', { userName: 'zoe' }, 1)], []);
      const ids = async (page: Parameters<ScimStore['page']>[1]) =>
        (await store.page('User', page)).map(({ id }) => id);
      expect(await ids({ limit: 3 })).toEqual(['u0', 'u1', 'u2']);
      expect(await ids({ offset: 8, limit: 5 })).toEqual(['u8', 'u9']);
      const [, , third] = await store.page('User', { limit: 3 });
      expect(await ids({ after: third?.n as number, limit: 2 })).toEqual(['u3', 'u4']);
      expect(await store.page('Group', { limit: 3 })).toEqual([]);
      // Page after page, while somebody is deleted and somebody is created.
      expect(await ids({ offset: 0, limit: 3 })).toEqual(['u0', 'u1', 'u2']);
      expect(await ids({ offset: 3, limit: 2 })).toEqual(['u3', 'u4']);
      await store.commit([{ type: 'User', id: 'u1', expected: 1, after: undefined }, user('u10')], []);
      expect(await ids({ offset: 5, limit: 2 })).toEqual(['u6', 'u7']);
      expect(await ids({ offset: 7, limit: 9 })).toEqual(['u8', 'u9', 'u10']);
      expect([await store.count('User'), await ids({ offset: 10, limit: 9 })]).toEqual([10, []]);
      await store.close();
    });

    it('keeps events until every consumer has them, and wakes who waits', async () => {
      const store = await open();
      let calls = 0;
      const end = store.onEvents(() => {
        calls += 1;
      });
      for (let i = 1; i <= 5; i += 1) await store.commit([], [event(`e${i}`)]);
      await store.commit([user('u1')], []);
      end();
      await store.commit([], [event('e6')]);
      expect(calls).toBe(5);
      const ids = async (after: number, limit = 10) => (await store.events(after, limit)).map(({ id }) => id);
      expect(await ids(0, 2)).toEqual(['e1', 'e2']);
      await store.acknowledge('one', 3);
      await store.acknowledge('one', 2);
      expect([await store.position('one'), await store.position('other')]).toEqual([3, 0]);
      expect(await ids(0)).toEqual(['e4', 'e5', 'e6']);
      await store.acknowledge('other', 5);
      expect(await ids(0)).toEqual(['e4', 'e5', 'e6']);
      await store.acknowledge('one', 6);
      expect(await store.events(0, 10)).toMatchObject([{ seq: 6, id: 'e6' }]);
      await store.close();
    });

    it('keeps named values', async () => {
      const store = await open();
      expect(await store.getValue('token')).toBeUndefined();
      await store.setValue('token', 'a');
      await store.setValue('token', 'b');
      expect(await store.getValue('token')).toBe('b');
      await store.close();
    });
  });
}
