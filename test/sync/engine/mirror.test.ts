import { describe, expect, it } from 'vitest';
import { mirrorOf } from '../../../src/sync/engine/mirror.ts';
import { memoryStore } from '../../../src/sync/store/memory.ts';

const rows = async (items: AsyncIterable<unknown>) => await Array.fromAsync(items);
const user = (login: string, more: object = {}) =>
  JSON.stringify({ fields: { login }, active: true, assignments: [], ...more });
const group = (id: string) => JSON.stringify({ id, name: id });

describe('the mirror', () => {
  it('is what the target was told, not what Okta has, in order and across pages', async () => {
    const store = memoryStore();
    const ids = Array.from({ length: 2_500 }, (_, n) => `u${String(n).padStart(4, '0')}`);
    await store.putUsers(
      [...ids, 'untold'].map((id) => ({ id, raw: '{}' })),
      0,
    );
    const groups = ['g1', 'g2', 'untold'].map((id) => ({ id, raw: '{}', mirrored: true, members: true }));
    await store.putGroups(groups, 0);
    await store.tellGroups(['g2', 'g1'].map((id) => ({ id, told: group(id) })));
    const assignments = [{ type: 'role', value: 'Agent' }];
    const told = ids.map((id) => ({
      id,
      told: user(id, id === 'u0001' ? { assignments, profile: 'agents' } : {}),
    }));
    await store.tellUsers(told.reverse());
    await store.setMember('g1', 'u0002', true);
    const members = ids.map((userId) => ({ groupId: 'g2', userId, isMember: true }));
    await store.tellMembers([...members, { groupId: 'g1', userId: 'u0001', isMember: true }]);

    const mirror = mirrorOf(store);
    const users = await rows(mirror.users());
    expect(users).toHaveLength(ids.length);
    expect(users.slice(0, 2)).toEqual([
      { id: 'u0000', active: true, login: 'u0000' },
      { id: 'u0001', active: true, login: 'u0001', profile: 'agents' },
    ]);
    expect(await rows(mirror.groups())).toEqual([
      { id: 'g1', name: 'g1' },
      { id: 'g2', name: 'g2' },
    ]);
    expect(await rows(mirror.memberships())).toEqual([
      { groupId: 'g1', userId: 'u0001' },
      ...ids.map((userId) => ({ groupId: 'g2', userId })),
    ]);
    expect(await rows(mirror.assignments())).toEqual([{ userId: 'u0001', type: 'role', value: 'Agent' }]);
  });
});
