import { expect, it, onTestFinished } from 'vitest';
import { memoryStore } from '../../../src/sync/store/memory.ts';
import { scimTarget } from '../../../src/sync/targets/scim.ts';
import { openWorld } from '../support/world.ts';
import { quickClock } from './quick-clock.ts';
import { type Fault, scimServer, TOKEN } from './scim-server.ts';

const ACTIVE = ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY', 'PROVISIONED'];
const FAULTS: Fault[] = [
  { status: 503 },
  { status: 429, headers: { 'retry-after': '2' } },
  'cut',
  'cut after',
];

it('sync-field 17 an org arrives at a SCIM server through all its faults, and a leaver leaves', async () => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const server = await scimServer();
  // Every seventh request fails, each time in another way.
  server.fault = (_, count) => (count % 7 === 0 ? FAULTS[(count / 7) % FAULTS.length] : undefined);
  const state = memoryStore();
  const run = async () => {
    // A process of its own each time: the target remembers nothing.
    const target = scimTarget({ url: server.url, token: TOKEN, clock: quickClock() });
    try {
      return await world.client.sync({ state, target });
    } finally {
      await target.close?.();
    }
  };
  const expectTruth = async () => {
    const { users, groups, memberships } = await world.truth();
    const mirrored = groups.filter(({ type }) => type !== 'BUILT_IN');
    for (const { id, status, profile } of users) {
      expect(server.userOf(id)).toMatchObject({ userName: profile.login, active: ACTIVE.includes(status) });
    }
    expect(server.users.size).toBe(users.length);
    expect(server.groups.size).toBe(mirrored.length);
    for (const { id, profile } of mirrored) {
      expect(server.groupOf(id).displayName).toBe(profile.name);
      expect(server.membersOf(id)).toEqual((memberships[id] ?? []).toSorted());
    }
  };

  expect((await run()).failed).toEqual({ count: 0, first: [] });
  await expectTruth();

  const leaver = await world.org.user('leaver');
  await run();
  await expectTruth();
  await world.org.api('POST', `/api/v1/users/${leaver.id}/lifecycle/deactivate`);
  expect((await run()).changes).toEqual({ 'user.deactivated': 1 });
  await expectTruth();

  server.asked.length = 0;
  expect((await run()).changes).toEqual({});
  expect(server.asked).toEqual([]);
});
