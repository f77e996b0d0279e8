import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scimServer } from '../../src/scim/server.ts';
import { memoryScimStore } from '../../src/scim/store/memory.ts';
import { sqliteScimStore } from '../../src/scim/store/sqlite.ts';
import { ALL_CASES } from '../support/share.ts';
import { createMany, followLives } from './scim-lives.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const PEOPLE = ALL_CASES ? 1100 : 110;
const token = 'own-server-token-0123456789abcdef';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scim-own-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const stores = {
  memory: async () => memoryScimStore(),
  SQLite: () => sqliteScimStore(join(newFolder(), 'scim.db')),
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
});

it(`OIN-18 ${PEOPLE} users who are assigned by a group are created exactly once by a server that is killed again and again`, {
  timeout: 240_000,
}, async () => {
  const file = join(newFolder(), 'scim.db');
  let port = 0;
  let kills = 0;
  const start = async () => {
    const child = fork(join(import.meta.dirname, 'scim-process.ts'), [file, token, String(port)]);
    [{ port }] = (await once(child, 'message')) as [AddressInfo];
    return child;
  };
  let child = await start();
  let isOver = false;
  const kill = async () => {
    while (!isOver) {
      await setTimeout(100 + Math.random() * 500);
      child.kill('SIGKILL');
      kills += 1;
      await once(child, 'exit');
      // It would count for another 15 seconds, as nobody can know that its owner is dead.
      rmSync(`${file}.lock`, { recursive: true, force: true });
      child = await start();
    }
  };
  const disturb = () => {
    const killer = kill();
    return () => {
      isOver = true;
      return killer;
    };
  };
  try {
    const baseUrl = `http://127.0.0.1:${port}/scim/v2`;
    const count = await createMany({ baseUrl, token }, PEOPLE, disturb);
    expect(kills).toBeGreaterThan(0);
    expect(count).toBeGreaterThan(0.9 * PEOPLE);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await sqliteScimStore(file);
    const events = await store.events(0, 10_000);
    expect(events.filter(({ kind }) => kind === 'user.provisioned')).toHaveLength(count);
    await store.close();
  } finally {
    isOver = true;
    child.kill('SIGKILL');
  }
});
