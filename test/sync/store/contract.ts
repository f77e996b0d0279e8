import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/sync/store/store.ts';
import { group, user } from './rows.ts';

const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

/** What every store must do. @param open an empty one. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`the contract of a store: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    /** Users u1, u2 and the group g1 with both, all told. */
    const settled = async () => {
      await store.putUsers([user('u1'), user('u2')], 0);
      await store.putGroups([group('g1')], 0);
      await store.addListed('g1', ['u1', 'u2'], undefined);
      await store.endList('g1', 5);
      await store.tellUsers([
        { id: 'u1', told: 't1', active: true },
        { id: 'u2', told: 't2', active: false },
      ]);
      await store.tellGroups([{ id: 'g1', told: 'tg' }]);
      await store.tellMembers(await store.dueMembers(9, true, 10));
    };
    const due = async (now = 9) => ({
      users: ids(await store.dueUsers(now, 10)),
      groups: ids(await store.dueGroups(now, 10)),
      adds: await store.dueMembers(now, true, 10),
      removes: await store.dueMembers(now, false, 10),
    });
    const nothing = { users: [], groups: [], adds: [], removes: [] };

    it('has nothing at first', async () => {
      expect(await due()).toEqual(nothing);
      expect(await store.counts()).toEqual({
        ...{ users: 0, groups: 0, memberships: 0 },
        ...{ toldUsers: 0, toldActive: 0, toldGroups: 0, toldMemberships: 0, errors: 0 },
      });
      expect(await store.get('a')).toBeUndefined();
      expect(await store.firstOut()).toBeUndefined();
      expect(await store.pings(10)).toEqual([]);
    });

    it('gives what the target has, page by page', async () => {
      await settled();
      await store.putUsers([user('u3')], 0);
      await store.setMember('g1', 'u3', true);
      await store.dropUsers(['u2'], 0);
      expect(await store.toldUsers(1)).toEqual([{ id: 'u1', told: 't1' }]);
      expect(await store.toldUsers(9, 'u1')).toEqual([{ id: 'u2', told: 't2' }]);
      expect(await store.toldGroups(9)).toEqual([{ id: 'g1', told: 'tg' }]);
      expect(await store.toldGroups(9, 'g1')).toEqual([]);
      expect(await store.toldMembers('g1', 9)).toEqual(['u1', 'u2']);
      expect(await store.toldMembers('g1', 1, 'u1')).toEqual(['u2']);
      expect(await store.toldMembers('g2', 9)).toEqual([]);
    });

    it('keeps values as JSON', async () => {
      await store.set('a', { b: [1, 'ü 🦊', null] });
      expect(await store.get('a')).toEqual({ b: [1, 'ü 🦊', null] });
      await store.set('a', 2);
      expect(await store.get('a')).toBe(2);
      await store.set('a', undefined);
      expect(await store.get('a')).toBeUndefined();
    });

    describe('a user', () => {
      it('is due when it is new or differs, at its time, and the earliest counts', async () => {
        expect(await store.putUsers([user('u2'), user('u1')], 10)).toBe(2);
        expect(await store.putUsers([user('u1'), user('u2', 'other')], 20)).toBe(1);
        expect(await store.dueUsers(9, 10)).toEqual([]);
        expect(await store.dueUsers(10, 10)).toEqual([
          { id: 'u1', raw: '{"id":"u1"}', told: undefined, groupIds: [], attempts: 0 },
          { id: 'u2', raw: 'other', told: undefined, groupIds: [], attempts: 0 },
        ]);
        expect(ids(await store.dueUsers(10, 1))).toEqual(['u1']);
        expect(ids(await store.dueUsers(10, 1, 'u1'))).toEqual(['u2']);
      });

      it('that a page has twice is put once, as it was last', async () => {
        expect(await store.putUsers([user('u1', 'a'), user('u1', 'b')], 0)).toBe(1);
        expect(await store.dueUsers(0, 10)).toMatchObject([{ raw: 'b' }]);
      });

      it('that was told is due again when it differs, or at the time that was told', async () => {
        await settled();
        expect(await due()).toEqual(nothing);
        expect(await store.putUsers([user('u1'), user('u2', 'other')], 7)).toBe(1);
        expect(await store.dueUsers(7, 10)).toEqual([
          { id: 'u2', raw: 'other', told: 't2', groupIds: ['g1'], attempts: 0 },
        ]);
        await store.tellUsers([{ id: 'u2', told: 't2b', active: false, due: 50 }]);
        expect(await due(49)).toEqual(nothing);
        expect(await store.dueUsers(50, 10)).toMatchObject([{ id: 'u2', told: 't2b' }]);
        await store.putUsers([user('u2', 'third')], 20);
        expect(ids(await store.dueUsers(20, 10))).toEqual(['u2']);
      });

      it('that Okta dropped leaves its groups first, and is then due without a text', async () => {
        await settled();
        await store.dropUsers(['u1', 'unknown'], 7);
        expect(await store.dueMembers(7, false, 10)).toEqual([
          { groupId: 'g1', userId: 'u1', isMember: false },
        ]);
        expect(await store.dueUsers(7, 10)).toEqual([
          { id: 'u1', raw: undefined, told: 't1', groupIds: [], attempts: 0 },
        ]);
        expect(await store.knownUsers(['u1', 'u2', 'u3'])).toEqual(['u2']);
        expect(await store.counts()).toMatchObject({ users: 1, memberships: 1, toldUsers: 2 });
        await store.tellMembers([{ groupId: 'g1', userId: 'u1', isMember: false }]);
        await store.tellUsers([{ id: 'u1', told: undefined }]);
        expect(await due()).toEqual(nothing);
        expect(await store.counts()).toMatchObject({ toldUsers: 1, toldMemberships: 1 });
      });

      it('that Okta dropped before it was told is nothing', async () => {
        await store.putUsers([user('u1')], 0);
        await store.dropUsers(['u1'], 0);
        expect(await due()).toEqual(nothing);
      });

      it('that comes back before its end was told is due with both, and no member any more', async () => {
        await settled();
        await store.dropUsers(['u1'], 7);
        await store.putUsers([user('u1')], 8);
        expect(await store.dueUsers(9, 10)).toMatchObject([{ id: 'u1', raw: '{"id":"u1"}', told: 't1' }]);
        expect(await store.dueMembers(9, false, 10)).toHaveLength(1);
        await store.setMember('g1', 'u1', true, 9);
        expect(await store.dueMembers(9, false, 10)).toEqual([]);
        expect(await store.dueMembers(9, true, 10)).toEqual([]);
      });

      it('sync-field 17: that comes back after its end was told begins anew, with its memberships', async () => {
        await settled();
        await store.dropUsers(['u1'], 7);
        await store.tellUsers([{ id: 'u1', told: undefined }]);
        expect(await due()).toEqual(nothing);
        await store.putUsers([user('u1')], 8);
        await store.setMember('g1', 'u1', true, 8);
        expect(await store.dueUsers(9, 10)).toMatchObject([{ id: 'u1', told: undefined, groupIds: ['g1'] }]);
        expect(await store.dueMembers(9, true, 10)).toEqual([]);
        await store.tellUsers([{ id: 'u1', told: 't1', active: true }]);
        expect(await store.dueMembers(9, true, 10)).toEqual([
          { groupId: 'g1', userId: 'u1', isMember: true },
        ]);
      });

      it('whose deletion is refused is put back', async () => {
        await settled();
        await store.dropUsers(['u1'], 7);
        await store.tellUsers([{ id: 'u1', told: undefined }]);
        await store.tellUsers([{ id: 'u1', told: 't1', active: true, due: 20, error: { message: 'no' } }]);
        expect(await due(19)).toEqual(nothing);
        expect(await store.dueUsers(20, 10)).toEqual([
          { id: 'u1', raw: undefined, told: 't1', groupIds: [], attempts: 1 },
        ]);
        expect(await store.counts()).toMatchObject({ users: 1, toldUsers: 2, toldActive: 1, errors: 1 });
      });

      it('counts as active only as told', async () => {
        await settled();
        expect(await store.counts()).toEqual({
          ...{ users: 2, groups: 1, memberships: 2 },
          ...{ toldUsers: 2, toldActive: 1, toldGroups: 1, toldMemberships: 2, errors: 0 },
        });
        await store.tellUsers([{ id: 'u1', told: 't1', active: false }]);
        expect(await store.counts()).toMatchObject({ toldUsers: 2, toldActive: 0 });
      });
    });

    describe('an error', () => {
      const error = { message: 'taken', code: 'already_exists' };

      it('counts each failure until telling succeeds', async () => {
        await store.putUsers([user('u1')], 0);
        const fail = { id: 'u1', told: undefined, due: 1, error };
        await store.tellUsers([fail]);
        await store.tellUsers([{ id: 'u1', told: 't1', active: true }]);
        expect(await store.errors(10)).toEqual([]);
        // Refused after it was told: put back.
        await store.tellUsers([fail]);
        expect(await store.dueUsers(1, 10)).toMatchObject([{ attempts: 2, told: undefined }]);
        expect(await store.errors(10)).toEqual([{ id: 'u1', attempts: 2, ...error }]);
        await store.tellUsers([{ id: 'u1', told: 't1', active: true, due: 2 }]);
        expect(await store.dueUsers(2, 10)).toMatchObject([{ attempts: 0 }]);
        await store.tellUsers([{ id: 'u1', told: 't1', active: true }]);
        await store.tellUsers([fail]);
        expect(await store.errors(10)).toMatchObject([{ attempts: 1 }]);
      });

      it('of users and groups are in the order of their ids, and end with them', async () => {
        await store.putUsers([user('c'), user('a')], 0);
        await store.putGroups([group('b')], 0);
        await store.tellUsers([
          { id: 'c', told: undefined, error: { message: 'c', field: 'email', rule: 'required' } },
          { id: 'a', told: undefined, error },
        ]);
        await store.tellGroups([{ id: 'b', told: undefined, error }]);
        expect(ids(await store.errors(10))).toEqual(['a', 'b', 'c']);
        expect(ids(await store.errors(2))).toEqual(['a', 'b']);
        expect((await store.errors(3))[2]).toEqual({
          ...{ id: 'c', attempts: 1, message: 'c', field: 'email', rule: 'required' },
        });
        expect(await store.counts()).toMatchObject({ errors: 3 });
        await store.dropUsers(['a'], 0);
        await store.dropGroups(['b'], 0);
        expect(ids(await store.errors(10))).toEqual(['c']);
        await store.putUsers([user('a')], 0);
        expect(await store.dueUsers(0, 1)).toMatchObject([{ id: 'a', attempts: 0 }]);
      });
    });

    describe('a group', () => {
      it('is due if it is mirrored, and to be listed if it needs members', async () => {
        const put = [
          group('g3', { mirrored: false }),
          group('g2', { members: false }),
          group('g1', { mirrored: false, members: false }),
        ];
        expect(await store.putGroups(put, 0)).toBe(3);
        expect(await store.putGroups(put, 0)).toBe(0);
        expect(await store.dueGroups(0, 10)).toEqual([
          { id: 'g2', raw: '{"id":"g2"}', told: undefined, attempts: 0 },
        ]);
        expect(await store.toList(10)).toEqual([{ id: 'g3', size: 0 }]);
        expect(await store.counts()).toMatchObject({ groups: 3 });
      });

      it('is read by id or in order, with its size and when it was listed', async () => {
        await settled();
        await store.putGroups([group('g0', { moved: 3 })], 0);
        const g0 = { ...group('g0'), moved: 3, size: 0 };
        const g1 = { ...group('g1'), size: 2, listed: 5 };
        expect(await store.groups(10)).toEqual([g0, g1]);
        expect(await store.groups(1)).toEqual([g0]);
        expect(await store.groups(1, 'g0')).toEqual([g1]);
        expect(await store.groupsById(['g1', 'g9'])).toEqual([g1]);
      });

      it('that is no longer mirrored loses its members, and is then due without a text', async () => {
        await settled();
        expect(await store.putGroups([group('g1', { mirrored: false })], 7)).toBe(1);
        expect(await store.dueMembers(7, false, 10)).toHaveLength(2);
        expect(await store.dueGroups(7, 10)).toMatchObject([{ id: 'g1', raw: undefined, told: 'tg' }]);
        // It was only a rename of the filter, and is mirrored again before that was told.
        await store.putGroups([group('g1')], 8);
        expect(await store.dueMembers(8, false, 10)).toEqual([]);
        expect(await store.dueGroups(8, 10)).toMatchObject([{ id: 'g1', raw: '{"id":"g1"}', told: 'tg' }]);
        await store.putGroups([group('g1', { mirrored: false })], 8);
        await store.tellGroups([{ id: 'g1', told: undefined }]);
        expect(await due()).toEqual(nothing);
        // Its members are still read, for a rule.
        await store.dueAll(9);
        expect(await store.dueUsers(9, 10)).toMatchObject([{ groupIds: ['g1'] }, { groupIds: ['g1'] }]);
        expect(await store.dueGroups(9, 10)).toEqual([]);
        await store.putGroups([group('g1')], 9);
        await store.tellGroups([{ id: 'g1', told: 'tg' }]);
        expect(await store.dueMembers(9, true, 10)).toHaveLength(2);
      });

      it('that was not told is not due once it is not mirrored', async () => {
        await store.putGroups([group('g1')], 0);
        await store.putGroups([group('g1', { mirrored: false })], 0);
        expect(await store.dueGroups(0, 10)).toEqual([]);
      });

      it('that was refused is no error any more once it is not mirrored', async () => {
        await store.putGroups([group('g1')], 0);
        await store.tellGroups([{ id: 'g1', told: undefined, due: 20, error: { message: 'no' } }]);
        await store.putGroups([group('g1', { mirrored: false })], 0);
        expect(await store.errors(10)).toEqual([]);
        expect(await store.dueGroups(20, 10)).toEqual([]);
      });

      it('that Okta dropped loses its members, who are due, and is then due without a text', async () => {
        await settled();
        await store.dropGroups(['g1', 'unknown'], 7);
        expect(await store.dueMembers(7, false, 10)).toHaveLength(2);
        expect(await store.dueUsers(7, 10)).toMatchObject([{ groupIds: [] }, { groupIds: [] }]);
        expect(await store.dueGroups(7, 10)).toEqual([{ id: 'g1', raw: undefined, told: 'tg', attempts: 0 }]);
        expect(await store.groups(10)).toEqual([]);
        expect(await store.toList(10)).toEqual([]);
        await store.tellMembers(await store.dueMembers(7, false, 10));
        await store.tellGroups([{ id: 'g1', told: undefined }]);
        await store.tellUsers([
          { id: 'u1', told: 't1', active: true },
          { id: 'u2', told: 't2' },
        ]);
        expect(await due()).toEqual(nothing);
        // The target refuses that: put back.
        await store.tellGroups([{ id: 'g1', told: 'tg', due: 20, error: { message: 'no' } }]);
        expect(await due(19)).toEqual(nothing);
        expect(await store.dueGroups(20, 10)).toEqual([
          { id: 'g1', raw: undefined, told: 'tg', attempts: 1 },
        ]);
        await store.tellGroups([{ id: 'g1', told: undefined }]);
        // The id comes back: it is another group.
        await store.putGroups([group('g1')], 8);
        expect(await store.toList(10)).toEqual([{ id: 'g1', size: 0 }]);
      });

      it('that no longer needs members forgets them, and their users are due', async () => {
        await settled();
        await store.putGroups([group('g1', { mirrored: false, members: false })], 7);
        expect(await due(7)).toMatchObject({ users: ['u1', 'u2'], groups: ['g1'] });
        expect(await store.dueMembers(7, false, 10)).toHaveLength(2);
        expect(await store.counts()).toMatchObject({ memberships: 0 });
        await store.putGroups([group('g1')], 7);
        expect(ids(await store.toList(10))).toEqual(['g1']);
      });

      it('or user that no crawl saw is missed', async () => {
        await store.putUsers([user('u1'), user('u2'), user('u3')], 0, 1);
        await store.putUsers([user('u2')], 0, 2);
        await store.putUsers([user('u4')], 0);
        await store.addListed('g1', ['u5'], undefined);
        expect(await store.missedUsers(2, 10)).toEqual(['u1', 'u3', 'u4']);
        expect(await store.missedUsers(2, 1, 'u1')).toEqual(['u3']);
        expect(await store.missedUsers(1, 10)).toEqual(['u4']);
        await store.putGroups([group('g1'), group('g2')], 0, 2);
        await store.putGroups([group('g2', { raw: 'other' })], 0, 3);
        expect(await store.missedGroups(3, 10)).toEqual(['g1']);
        expect(await store.missedGroups(2, 10)).toEqual([]);
        await store.dropUsers(['u1'], 0);
        expect(await store.missedUsers(2, 10)).toEqual(['u3', 'u4']);
      });
    });

    describe('the list of a group', () => {
      beforeEach(settled);

      it('replaces the members when it is complete', async () => {
        await store.putUsers([user('u3')], 7);
        await store.markToList(['g1']);
        expect(await store.toList(10)).toEqual([{ id: 'g1', size: 2 }]);
        await store.addListed('g1', ['u3'], 'page 2');
        expect(await store.toList(10)).toEqual([{ id: 'g1', next: 'page 2', size: 2 }]);
        expect(await store.dueUsers(9, 10)).toMatchObject([{ id: 'u3', groupIds: [] }]);
        await store.addListed('g1', ['u1', 'u3'], undefined);
        expect(await store.endList('g1', 8, 9)).toEqual({ added: 1, removed: 1 });
        expect(await store.toList(10)).toEqual([]);
        expect(await store.groupsById(['g1'])).toMatchObject([{ size: 2, listed: 8 }]);
        expect(await store.dueUsers(9, 10)).toMatchObject([
          { id: 'u2', groupIds: [] },
          { id: 'u3', groupIds: ['g1'] },
        ]);
        expect(await store.dueMembers(9, false, 10)).toEqual([
          { groupId: 'g1', userId: 'u2', isMember: false },
        ]);
        // u3 is not told yet.
        expect(await store.dueMembers(9, true, 10)).toEqual([]);
      });

      it('keeps members whom no crawl saw lately: they are hidden', async () => {
        await store.putUsers([user('u1')], 7, 3);
        await store.putUsers([user('u2')], 7, 4);
        await store.addListed('g1', [], undefined);
        expect(await store.endList('g1', 8, 9, 4)).toEqual({ added: 0, removed: 1 });
        expect(await store.dueMembers(9, false, 10)).toEqual([
          { groupId: 'g1', userId: 'u2', isMember: false },
        ]);
        expect(await store.countLeaving(9)).toBe(1);
        await store.dropUsers(['u1'], 7);
        expect(await store.countLeaving(9)).toBe(2);
        await store.deferMembers('g1', 10);
        expect(await store.countLeaving(9)).toBe(0);
        expect(await store.countLeaving(10)).toBe(2);
      });

      it('begins anew when it is marked, or when it was complete but not ended', async () => {
        await store.markToList(['g1']);
        await store.addListed('g1', ['u7'], 'page 2');
        await store.markToList(['g1']);
        expect(await store.toList(10)).toEqual([{ id: 'g1', size: 2 }]);
        await store.addListed('g1', ['u8'], undefined);
        await store.addListed('g1', ['u1'], undefined);
        expect(await store.endList('g1', 8)).toEqual({ added: 0, removed: 1 });
      });

      it('keeps unknown users by id and says so; they count once Okta and the target have them', async () => {
        expect(await store.addListed('g1', ['u1'], 'page 2')).toEqual([]);
        expect(await store.addListed('g1', ['u2', 'u3'], undefined)).toEqual(['u3']);
        expect(await store.endList('g1', 8, 9)).toEqual({ added: 1, removed: 0 });
        expect(await due()).toEqual(nothing);
        expect(await store.knownUsers(['u3'])).toEqual([]);
        await store.dueAll(9);
        await store.dueMembersOf(['g1'], 9);
        expect(ids(await store.dueUsers(9, 10))).toEqual(['u1', 'u2']);
        expect(await store.putUsers([user('u3')], 9)).toBe(1);
        expect(await store.dueUsers(9, 10, 'u2')).toMatchObject([{ id: 'u3', groupIds: ['g1'] }]);
        expect(await store.dueUsers(9, 10, 'u2', false)).toMatchObject([{ id: 'u3', groupIds: [] }]);
        expect(await store.dueMembers(9, true, 10)).toEqual([]);
        await store.tellUsers([{ id: 'u3', told: 't3' }]);
        expect(await store.dueMembers(9, true, 10)).toEqual([
          { groupId: 'g1', userId: 'u3', isMember: true },
        ]);
      });

      it('leaves out who is dropped meanwhile', async () => {
        await store.addListed('g1', ['u1', 'u2'], 'page 2');
        await store.dropUsers(['u2'], 7);
        await store.addListed('g1', [], undefined);
        expect(await store.endList('g1', 8)).toEqual({ added: 0, removed: 0 });
        expect(await store.groupsById(['g1'])).toMatchObject([{ size: 1 }]);
      });

      it('can be empty, and is nothing for a group that is unknown or needs none', async () => {
        expect(await store.endList('g1', 8)).toEqual({ added: 0, removed: 2 });
        await store.putGroups([group('g2', { members: false })], 0);
        for (const id of ['g2', 'g9']) {
          await store.addListed(id, ['u1'], undefined);
          expect(await store.endList(id, 8)).toEqual({ added: 0, removed: 0 });
          expect(await store.setMember(id, 'u1', true, 9)).toBe(false);
        }
        expect(await store.counts()).toMatchObject({ memberships: 0 });
      });
    });

    describe('a membership', () => {
      beforeEach(settled);

      it('differs once, and makes its user due if asked to', async () => {
        await store.putUsers([user('u3')], 0);
        await store.tellUsers([{ id: 'u3', told: 't3' }]);
        expect(await store.setMember('g1', 'u3', true)).toBe(true);
        expect(await store.setMember('g1', 'u3', true, 9)).toBe(false);
        expect(ids(await store.dueUsers(9, 10))).toEqual([]);
        expect(await store.setMember('g1', 'u1', false, 9)).toBe(true);
        expect(await due()).toEqual({
          ...nothing,
          users: ['u1'],
          adds: [{ groupId: 'g1', userId: 'u3', isMember: true }],
          removes: [{ groupId: 'g1', userId: 'u1', isMember: false }],
        });
        expect(await due()).toMatchObject({ adds: [{}], removes: [{}] });
      });

      it('that is added and removed before it was told is nothing', async () => {
        await store.putUsers([user('u3')], 0);
        await store.tellUsers([{ id: 'u3', told: 't3' }]);
        await store.setMember('g1', 'u3', true);
        await store.setMember('g1', 'u3', false);
        await store.setMember('g1', 'u1', false);
        await store.setMember('g1', 'u1', true);
        expect(await due()).toEqual(nothing);
      });

      it('is not of somebody whose end is to be told: a late event may say so', async () => {
        await store.dropUsers(['u1'], 7);
        expect(await store.setMember('g1', 'u1', true, 9)).toBe(false);
        expect(await store.dueMembers(9, false, 10)).toEqual([
          { groupId: 'g1', userId: 'u1', isMember: false },
        ]);
      });

      it('of a group that was never listed waits for its list', async () => {
        await store.putGroups([group('g2')], 0);
        expect(await store.setMember('g2', 'u1', true, 9)).toBe(false);
        expect(await store.counts()).toMatchObject({ memberships: 2 });
      });

      it('waits for its group and its user', async () => {
        await store.putGroups([group('g2')], 0);
        await store.putUsers([user('u3')], 0);
        await store.addListed('g2', ['u1', 'u3'], undefined);
        await store.endList('g2', 8);
        expect(await store.dueMembers(9, true, 10)).toEqual([]);
        await store.tellGroups([{ id: 'g2', told: 'tg' }]);
        expect(await store.dueMembers(9, true, 10)).toMatchObject([{ userId: 'u1' }]);
        await store.tellMembers(await store.dueMembers(9, true, 10));
        expect(await store.dueMembers(9, true, 10)).toEqual([]);
        await store.tellUsers([{ id: 'u3', told: 't3' }]);
        expect(await store.dueMembers(9, true, 10)).toMatchObject([{ userId: 'u3' }]);
      });

      it('that was refused is due again, when its group may be told again', async () => {
        await store.setMember('g1', 'u1', false);
        const refused = await store.dueMembers(9, false, 10);
        await store.tellMembers(refused);
        await store.tellMembers(refused.map((one) => ({ ...one, isMember: true })));
        await store.deferMembers('g1', 20);
        expect(await due(19)).toEqual(nothing);
        expect(await store.dueMembers(20, false, 10)).toEqual(refused);
      });

      it('is given at most `limit` at a time', async () => {
        const many = Array.from({ length: 25 }, (_, i) => `v${String(i).padStart(2, '0')}`);
        await store.putUsers(
          many.map((id) => user(id)),
          0,
        );
        await store.tellUsers(many.map((id) => ({ id, told: id })));
        await store.putGroups([group('g2'), group('g3')], 0);
        await store.tellGroups(['g2', 'g3'].map((id) => ({ id, told: id })));
        for (const id of ['g2', 'g3']) {
          await store.addListed(id, many, undefined);
          await store.endList(id, 8);
        }
        const seen = new Set<string>();
        for (;;) {
          const some = await store.dueMembers(9, true, 10);
          if (some.length === 0) break;
          expect(some.length).toBeLessThanOrEqual(10);
          for (const { groupId, userId } of some) seen.add(`${groupId} ${userId}`);
          await store.tellMembers(some);
        }
        expect(seen.size).toBe(50);
        expect(await store.counts()).toMatchObject({ memberships: 52, toldMemberships: 52 });
      });

      it('ends in the target with its user or group', async () => {
        await store.tellUsers([{ id: 'u1', told: undefined }]);
        expect(await store.counts()).toMatchObject({ memberships: 2, toldMemberships: 1 });
        await store.tellGroups([{ id: 'g1', told: undefined }]);
        expect(await store.counts()).toMatchObject({ memberships: 2, toldMemberships: 0 });
        await store.tellMembers([{ groupId: 'g1', userId: 'u2', isMember: true }]);
        expect(await store.counts()).toMatchObject({ toldMemberships: 0 });
        await store.tellGroups([{ id: 'g1', told: 'tg' }]);
        expect(await store.dueMembers(9, true, 10)).toMatchObject([{ userId: 'u2' }]);
      });

      it('makes the members of its group due, when asked', async () => {
        await store.dueMembersOf(['g1', 'g9'], 9);
        expect(await due(8)).toEqual(nothing);
        expect(await due()).toEqual({ ...nothing, users: ['u1', 'u2'] });
      });
    });

    it('makes everything due when the mapping changed', async () => {
      await settled();
      await store.dropUsers(['u2'], 100);
      await store.dueAll(9);
      expect(await due()).toMatchObject({ users: ['u1', 'u2'], groups: ['g1'], adds: [] });
    });

    it('keeps pings in their order, each once', async () => {
      const ping = (key: string, at = 1) =>
        ({ key, kind: 'member', groupId: 'g1', userId: 'u1', isAdded: true, at }) as const;
      await store.addPings([ping('b'), ping('a'), { key: 'c', kind: 'user', id: 'u1' }]);
      await store.addPings([ping('b', 2), { key: 'd', kind: 'group', id: 'g1' }]);
      expect((await store.pings(3)).map(({ key }) => key)).toEqual(['b', 'a', 'c']);
      expect((await store.pings(1))[0]).toEqual(ping('b', 2));
      await store.dropPings(['b', 'c', 'nothing']);
      expect(await store.pings(10)).toEqual([ping('a'), { key: 'd', kind: 'group', id: 'g1' }]);
    });

    it('gives the oldest batch until it is dropped', async () => {
      await store.pushOut([{ id: 1 }]);
      await store.pushOut([{ id: 2 }, 'ü']);
      expect(await store.firstOut()).toEqual([{ id: 1 }]);
      expect(await store.firstOut()).toEqual([{ id: 1 }]);
      await store.dropOut();
      expect(await store.firstOut()).toEqual([{ id: 2 }, 'ü']);
      await store.dropOut();
      await store.dropOut();
      expect(await store.firstOut()).toBeUndefined();
    });

    describe('a transaction', () => {
      it('that fails leaves everything as it was', async () => {
        await settled();
        await store.addPings([
          { key: 'a', kind: 'user', id: 'u1' },
          { key: 'b', kind: 'user', id: 'u2' },
        ]);
        await store.pushOut([1]);
        await store.set('a', 1);
        const state = async () => ({
          ...{ counts: await store.counts(), due: await due(100), pings: await store.pings(10) },
          ...{ groups: await store.groups(10), out: await store.firstOut(), a: await store.get('a') },
          ...{ errors: await store.errors(10), list: await store.toList(10) },
        });
        const before = await state();
        const failing = store.transaction(async () => {
          await store.putUsers([user('u1', 'other'), user('u3')], 9, 4);
          await store.dropUsers(['u2'], 9);
          await store.markToList(['g1']);
          await store.addListed('g1', ['u3'], 'next');
          await store.dropGroups(['g1'], 9);
          await store.putGroups([group('g2')], 9);
          await store.tellUsers([{ id: 'u1', told: undefined, error: { message: 'no' } }]);
          await store.dropPings(['a']);
          await store.pushOut([2]);
          await store.dropOut();
          await store.set('a', 2);
          expect(await store.get('a')).toBe(2);
          throw new Error('stop');
        });
        await expect(failing).rejects.toThrow('stop');
        expect(await state()).toEqual(before);
        await store.endList('g1', 6);
        expect(await store.counts()).toMatchObject({ memberships: 0 });
      });

      it('keeps its result; calls of others wait for its end', async () => {
        const order: string[] = [];
        const done = store.transaction(async () => {
          await store.set('a', 1);
          await new Promise((resolve) => setTimeout(resolve, 20));
          await store.set('a', 2);
          order.push('inside');
          return 'result';
        });
        const other = store.get('a').then((value) => {
          order.push('outside');
          return value;
        });
        const second = store.transaction(async () =>
          store.set('a', ((await store.get<number>('a')) ?? 0) + 1),
        );
        expect(await done).toBe('result');
        expect(await other).toBe(2);
        await second;
        expect(await store.get('a')).toBe(3);
        expect(order).toEqual(['inside', 'outside']);
      });

      it('is not nested', async () => {
        const nested = store.transaction(() => store.transaction(async () => {}));
        await expect(nested).rejects.toThrow('within another');
        await store.set('a', 1);
        expect(await store.get('a')).toBe(1);
      });
    });
  });
}
