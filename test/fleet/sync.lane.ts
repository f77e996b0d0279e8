import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Change } from '../../src/sync/change.ts';
import { control } from '../e2e/command.ts';
import { describeInPostgres } from '../state-servers/in-postgres.ts';
import { acme, apply, client, fleet, SECRET, sandbox, worker } from './in-lane.ts';

/** Users of the mirror, by id: what the changes so far make of an empty one. */
const mirror = new Map<string, unknown>();
const told = new Map<string, number>();
/** What the receiver does before it answers. */
let hold: (() => Promise<void>) | undefined;

const receiver = createServer(async (request, response) => {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  const sent = new Webhook(SECRET).verify(body, request.headers as Record<string, string>);
  for (const { id, kind, after } of (sent as { data: { changes: Change[] } }).data.changes) {
    told.set(id, (told.get(id) ?? 0) + 1);
    if (!kind.startsWith('user.')) continue;
    const user = id.split(' ')[0];
    if (after) mirror.set(String(after.id), after);
    else mirror.delete(String(user));
  }
  await hold?.();
  response.writeHead(200).end();
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/directory`;
});
afterAll(() => {
  receiver.close();
  receiver.closeAllConnections();
});
beforeEach(() => {
  mirror.clear();
  told.clear();
  hold = undefined;
});

const ask = control(() => sandbox);
const users = async () =>
  ((await (await ask('truth', undefined, 'GET')).json()) as { users: { id: string; status: string }[] })
    .users;
const okta = (path: string, method: string, body?: object) =>
  fetch(`${sandbox.orgUrl}/api/v1/${path}`, {
    method,
    headers: { Authorization: `SSWS ${sandbox.apiToken}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const status = async () =>
  (
    (await fleet('status', '--json')).json.each as unknown as {
      problem?: { code: string; message: string };
    }[]
  )[0];

describeInPostgres('a sync of a fleet', ({ url: database, sql }) => {
  const people = { every: '1s', to: { type: 'webhook', url: '', secret: { env: 'CRM_SECRET' } } };
  const declare = (sync: object = {}) =>
    apply({
      state: { env: 'DIRECTORY' },
      connections: {
        acme: { ...acme({}), syncs: { people: { ...people, to: { ...people.to, url }, ...sync } } },
      },
    });
  const start = (place = database()) => worker([], { DIRECTORY: place });

  it('goes on with another worker when the first is killed, and tells what changes', async () => {
    const asked = Promise.withResolvers<void>();
    hold = async () => {
      asked.resolve();
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    };
    expect(await declare()).toMatchObject({ triggers: 0, syncs: 1, added: 1 });
    const { child } = start();
    await asked.promise;
    child.kill('SIGKILL');
    hold = undefined;
    start();
    const everybody = await users();
    await expect.poll(() => [...mirror.keys()].sort()).toEqual(everybody.map(({ id }) => id).sort());
    // What was on its way comes again with its ids; nothing else does.
    await expect
      .poll(async () => (await client.hget('okta-fleet:t:acme/people/sync', 'synced')) !== null)
      .toBe(true);
    expect(Math.max(...told.values())).toBe(2);
    const profile = {
      login: 'new.hire@acme.test',
      email: 'new.hire@acme.test',
      firstName: 'New',
      lastName: 'Hire',
    };
    const { id } = (await (await okta('users?activate=false', 'POST', { profile })).json()) as { id: string };
    await expect.poll(() => mirror.has(id)).toBe(true);
    expect(await status()).toMatchObject({
      ...{ id: 'acme/people/sync', trigger: 'sync', state: 'active', items: told.size },
      synced: { users: everybody.length + 1, failed: 0 },
    });
    const schemas = await sql(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'okta\\_acme%'`);
    expect(schemas).toHaveLength(1);
  });

  it('is parked when too many would leave, until somebody confirms it', async () => {
    await declare({ maxLeavers: '1' });
    // Snapshots of their own.
    start(`${database()}?schema=other`);
    await expect.poll(() => mirror.size).toBeGreaterThan(3);
    await expect
      .poll(async () => (await client.hget('okta-fleet:t:acme/people/sync', 'synced')) !== null)
      .toBe(true);
    // Not the first, whose token it is.
    const leavers = (await users()).filter(({ status }) => status === 'ACTIVE').slice(-3);
    for (const { id } of leavers) await okta(`users/${id}/lifecycle/deactivate`, 'POST');
    await expect.poll(status).toMatchObject({ state: 'parked', problem: { code: 'sync_held' } });
    await fleet('resume', 'acme', '--confirm-held');
    const isActive = (id: string) => (mirror.get(id) as { active: boolean }).active;
    await expect.poll(() => leavers.map(({ id }) => isActive(id))).toEqual([false, false, false]);
    await expect.poll(() => client.hget('okta-fleet:t:acme/people/sync', 'confirm')).toBeNull();
  });

  it('is refused where the state is a file of one machine, and where none is declared', async () => {
    await declare();
    start('./directory.sqlite');
    await expect.poll(status).toMatchObject({
      state: 'parked',
      problem: { message: 'The state of the syncs is a file, which only one machine has' },
    });
    const without = apply({
      connections: { acme: { ...acme({}), syncs: { people: { ...people, to: { ...people.to, url } } } } },
    });
    await expect(without).rejects.toThrow('connections.acme.syncs.people: state is missing');
  });
});
