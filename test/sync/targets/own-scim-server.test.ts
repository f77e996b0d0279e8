import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { expect, it, onTestFinished } from 'vitest';
import { openScimStore } from '../../../src/scim/open.ts';
import { ENTERPRISE } from '../../../src/scim/schema/user.ts';
import { scimServer } from '../../../src/scim/server.ts';
import type { ScimStore, StoredResource } from '../../../src/scim/store/store.ts';
import { memoryStore } from '../../../src/sync/store/memory.ts';
import { scimTarget } from '../../../src/sync/targets/scim.ts';
import { openWorld } from '../support/world.ts';
import { quickClock } from './quick-clock.ts';

/** `npm run test:scim-sync` takes 10,000. */
const USERS = Number(process.env.SYNCED_USERS ?? 200);
const TOKEN = 'token-of-the-server';
const ACTIVE = ['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY', 'PROVISIONED'];

// biome-ignore lint/suspicious/noExplicitAny: attributes are what the test is about
type Json = any;

async function everything(store: ScimStore, type: 'User' | 'Group'): Promise<StoredResource[]> {
  const all: StoredResource[] = [];
  for (;;) {
    const page = await store.page(type, { after: all.at(-1)?.n ?? 0, limit: 1_000 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

it(`sync --to scim and the SCIM server agree on ${USERS} users and their groups`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'okta-connector-agree-'));
  const seed = join(folder, 'seed.json');
  const invent = { users: USERS, groups: 60, memberships: USERS * 2.5, largestGroup: USERS * 0.9 };
  writeFileSync(seed, JSON.stringify({ invent }));
  const world = await openWorld({ seed });
  const store = await openScimStore(join(folder, 'people.db'));
  const service = scimServer({ store, token: TOKEN });
  const listener = createServer(getRequestListener(service.fetch)).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(async () => {
    listener.close();
    listener.closeAllConnections();
    await service.close();
    await world.close();
    rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/scim/v2`;
  const state = memoryStore();
  const run = async () => {
    const target = scimTarget({ url, token: TOKEN, clock: quickClock() });
    const report = await world.client.sync({ state, target });
    await target.close?.();
    expect(report.failed).toEqual({ count: 0, first: [] });
    return report;
  };
  const agree = async () => {
    const { users, groups, memberships } = await world.truth();
    const oktaIds = new Map<string, unknown>();
    const found = new Map(
      (await everything(store, 'User')).map((one) => {
        oktaIds.set(one.id, one.attributes.externalId);
        return [one.attributes.externalId, one.attributes];
      }),
    );
    expect(found.size).toBe(users.length);
    for (const { id, status, profile } of users) {
      const { userName, active, name, emails, [ENTERPRISE]: enterprise } = found.get(id) as Json;
      const own = { userName, active, name, email: emails?.[0]?.value, department: enterprise?.department };
      expect(own).toEqual({
        ...{ userName: profile.login, active: ACTIVE.includes(status), email: profile.email },
        name: expect.objectContaining({ givenName: profile.firstName, familyName: profile.lastName }),
        department: profile.department,
      });
    }
    const mirrored = groups.filter(({ type }) => type !== 'BUILT_IN');
    const stored = new Map((await everything(store, 'Group')).map((one) => [one.attributes.externalId, one]));
    expect(stored.size).toBe(mirrored.length);
    for (const { id, profile } of mirrored) {
      const group = stored.get(id) as StoredResource;
      expect(group.attributes.displayName).toBe(profile.name);
      const members = await store.members(group.id, { limit: 100_000 });
      expect(members.map((one) => oktaIds.get(one.id)).sort()).toEqual((memberships[id] ?? []).toSorted());
    }
    return users.length;
  };

  await run();
  expect(await agree()).toBeGreaterThanOrEqual(USERS);
  const events = await store.events(0, 1_000_000);
  const provisioned = events.filter(({ kind }) => kind === 'user.provisioned');
  expect(new Set(provisioned.map(({ resourceId }) => resourceId)).size).toBe(provisioned.length);
  // People come, change and leave; the server hears of nothing else.
  const newcomer = await world.org.user('newcomer');
  const leaver = await world.org.user('leaver');
  await run();
  await world.org.api('POST', `/api/v1/users/${leaver.id}/lifecycle/deactivate`);
  await world.org.api('POST', `/api/v1/users/${newcomer.id}`, { profile: { department: 'Legal' } });
  const last = (await store.events(0, 1_000_000)).at(-1)?.seq ?? 0;
  await run();
  await agree();
  expect((await store.events(last, 100)).map(({ kind }) => kind).sort()).toEqual([
    ...['user.changed', 'user.deactivated'],
  ]);
}, 300_000);
