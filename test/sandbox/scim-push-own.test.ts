import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scimServer } from '../../src/scim/server.ts';
import { memoryScimStore } from '../../src/scim/store/memory.ts';
import { sqliteScimStore } from '../../src/scim/store/sqlite.ts';
import { createMany, followLives } from './scim-lives.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const token = 'own-server-token-0123456789abcdef';

const stores = {
  memory: async () => memoryScimStore(),
  SQLite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scim-own-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return sqliteScimStore(join(folder, 'scim.db'));
  },
};

/** The connector's own server, on a port. */
async function own(kind: keyof typeof stores) {
  const store = await stores[kind]();
  const service = scimServer({ store, token });
  const server = createServer(getRequestListener((request) => service.fetch(request)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await service.close();
  });
  return {
    store,
    target: { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`, token },
  };
}

describe.each(['memory', 'SQLite'] as const)('the connector as SCIM server, in %s', (where) => {
  it('scim-field 1, OIN-7, OIN-8, OIN-10, OIN-18 has the same events of an app that writes by PUT and of one that patches', async () => {
    const told: string[][] = [];
    for (const kind of ['WIZARD', 'NETWORK'] as const) {
      const { store, target } = await own(where);
      await client.control('POST', '/reset');
      await followLives(client, target, kind);
      const events = await store.events(0, 1000);
      told.push(events.map((event) => `${event.kind} ${event.changed.join(',')}`).sort());
    }
    expect(told[0]).toEqual(told[1]);
    expect(told[0]).toContain('user.deactivated active');
  });

  it('OIN-18 has 1,000 users who are assigned by a group exactly once', { timeout: 120_000 }, async () => {
    const { store, target } = await own(where);
    const count = await createMany(target, 1100);
    expect(count).toBeGreaterThan(1000);
    const events = await store.events(0, 5000);
    expect(events.filter(({ kind }) => kind === 'user.provisioned')).toHaveLength(count);
  });
});
