import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { sqliteScimStore } from '../../src/scim/store/sqlite.ts';
import type { Change } from '../../src/sync/change.ts';
import { scimTarget } from '../../src/sync/targets/scim.ts';
import { type Answered, ENTERPRISE, encoded, type Json, opened, type Tested, TOKEN } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-scim-same-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const name = fc.constantFrom('ana', 'ANA', 'ben', 'eva');
const link = fc.option(fc.constantFrom('X', 'Y'), { nil: undefined });
const index = fc.nat(5);

/** One request; ids of users and groups are their places among those that there ever were. */
const request = fc.oneof(
  fc.record({ kind: fc.constant('user'), name, link, active: fc.boolean() }),
  fc.record({ kind: fc.constant('put'), index, name, title: fc.option(name, { nil: undefined }) }),
  fc.record({ kind: fc.constant('active'), index, active: fc.boolean() }),
  fc.record({ kind: fc.constant('drop'), index, path: fc.constantFrom('Users', 'Groups') }),
  fc.record({ kind: fc.constant('group'), name, members: fc.array(index, { maxLength: 4 }) }),
  fc.record({
    kind: fc.constant('members'),
    ...{ index, op: fc.constantFrom('add', 'replace', 'remove'), members: fc.array(index, { maxLength: 4 }) },
  }),
);

class World {
  readonly ids = { Users: [] as string[], Groups: [] as string[] };
  readonly server: Tested;
  constructor(server: Tested) {
    this.server = server;
  }

  async send(step: Json): Promise<Answered> {
    const { server } = this;
    const at = (path: 'Users' | 'Groups') => `/${path}/${this.ids[path][step.index] ?? 'none'}`;
    const members = (step.members ?? []).map((i: number) => ({ value: this.ids.Users[i] ?? 'none' }));
    switch (step.kind) {
      case 'user':
        return this.made('Users', { userName: step.name, externalId: step.link, active: step.active });
      case 'put':
        return server.call('PUT', at('Users'), { userName: step.name, title: step.title });
      case 'active':
        return server.patch(at('Users'), { op: 'replace', value: { active: step.active } });
      case 'drop':
        return server.call('DELETE', at(step.path));
      case 'group':
        return this.made('Groups', { displayName: step.name, members });
      default:
        return server.patch(at('Groups'), { op: step.op, path: 'members', value: members });
    }
  }

  async made(path: 'Users' | 'Groups', body: object): Promise<Answered> {
    const answer = await this.server.call('POST', `/${path}`, body);
    if (answer.status === 201) this.ids[path].push(answer.body.id);
    return answer;
  }

  /** Everything that is seen of it, with places instead of ids, and without times. */
  async seen(last: Answered): Promise<Json> {
    const lists = [];
    for (const path of ['/Users', '/Groups', `/Users?filter=${encoded('groups pr and active eq true')}`]) {
      lists.push((await this.server.get(path)).body);
    }
    const events = (await this.server.events()).map(({ id, at, ...rest }) => rest);
    let text = JSON.stringify({ status: last.status, body: last.body, lists, events });
    for (const [path, ids] of Object.entries(this.ids))
      ids.forEach((id, i) => {
        text = text.replaceAll(id, `${path}${i}`);
      });
    // The version has a hash of ids.
    return JSON.parse(
      text.replaceAll(/"\d{4}-\d\d-\d\dT[^"]+"/g, '""').replaceAll(/-[\da-f]{12}\\"/g, '\\"'),
    );
  }
}

it('SQLite and memory answer the same, whatever is asked, and every event leads to the state', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 5, maxLength: 25 }), async (steps) => {
      const store = await sqliteScimStore(join(folder, `${Math.random()}.db`));
      const [memory, sqlite] = [new World(opened()), new World(opened({ store }))];
      const memberships = new Set<string>();
      const people = new Map<string, Json>();
      for (const step of steps) {
        const one = await memory.seen(await memory.send(step));
        const other = await sqlite.seen(await sqlite.send(step));
        expect(other, JSON.stringify(step)).toEqual(one);
        for (const { kind, resourceId, before, after } of one.events) {
          const key = (of: Json) => `${of.group.id} ${of.member.id}`;
          if (kind === 'membership.added') memberships.add(key(after));
          if (kind === 'membership.removed') memberships.delete(key(before));
          if (kind.startsWith('user')) people.set(resourceId, after);
        }
        const [users, groups] = one.lists;
        const shown = groups.Resources.flatMap((group: Json) =>
          group.members.map(({ value }: Json) => `${group.id} ${value}`),
        );
        expect([...memberships].sort()).toEqual(shown.sort());
        const bare = users.Resources.map(({ meta, groups: _, ...rest }: Json) => rest);
        expect([...people.values()].filter((person) => person !== null)).toEqual(bare);
      }
      await store.close();
    }),
    { numRuns: 25 },
  );
});

it('agrees with what sync --to scim tells it, also when it is told again', async () => {
  const server = opened();
  const http = createServer(getRequestListener(server.fetch)).listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const target = scimTarget({
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/scim/v2`,
    token: TOKEN,
  });
  try {
    const rows = Array.from({ length: 120 }, (_, i) => ({
      ...{
        id: `00u${i}`,
        login: `user${i}@acme.test`,
        firstName: 'Ana',
        lastName: `Ruiz ${i}`,
        active: i % 10 !== 0,
      },
      ...{ email: `user${i}@acme.test`, department: `D${i % 3}` },
    }));
    const changes: Change[] = [
      ...rows.map(
        (after): Change => ({
          ...{ id: `c${after.id}`, kind: 'user.created', key: { userId: after.id } },
          ...{ before: null, after, changed: [] },
        }),
      ),
      {
        ...{ id: 'g', kind: 'group.created', key: { groupId: '00g1' }, before: null, changed: [] },
        after: { id: '00g1', name: 'Sales' },
      },
      ...rows.slice(0, 30).map(
        ({ id }): Change => ({
          ...{ id: `m${id}`, kind: 'membership.added', key: { groupId: '00g1', userId: id } },
          ...{ before: null, after: { groupId: '00g1', userId: id }, changed: [] },
        }),
      ),
    ] as Change[];
    for (let time = 0; time < 2; time += 1) expect(await target.apply(changes)).toEqual([]);
    const { body } = await server.get('/Users?count=1000&sortBy=externalId');
    expect(body.totalResults).toBe(rows.length);
    for (const row of rows) {
      expect(body.Resources.find((one: Json) => one.externalId === row.id)).toMatchObject({
        ...{ userName: row.login, active: row.active, name: { givenName: 'Ana', familyName: row.lastName } },
        ...{ emails: [{ value: row.email, type: 'work' }], [ENTERPRISE]: { department: row.department } },
      });
    }
    const kinds = Map.groupBy(await server.kinds(), (kind) => kind);
    expect([...kinds].map(([kind, { length }]) => `${length} ${kind}`)).toEqual([
      ...['120 user.provisioned', '1 group.created', '30 membership.added'],
    ]);
  } finally {
    await target.close?.();
    http.close();
    http.closeAllConnections();
  }
});
