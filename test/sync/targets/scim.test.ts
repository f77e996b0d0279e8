import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ENTERPRISE } from '../../../src/scim/schema/user.ts';
import { type ScimTargetOptions, scimTarget } from '../../../src/sync/targets/scim.ts';
import { closedPort, httpServer, json, rejection } from '../../support/server.ts';
import { assignmentChange, groupChange, memberChange, userChange } from './changes.ts';
import { quickClock } from './quick-clock.ts';
import { type ScimTestServer, scimServer, TOKEN } from './scim-server.ts';

const open = (server: { url: string }, more: Partial<ScimTargetOptions> = {}) =>
  scimTarget({ url: server.url, token: TOKEN, clock: quickClock(), ...more });

const ann = {
  login: 'ann@acme.test',
  email: 'ann.lee@acme.test',
  firstName: 'Ann',
  lastName: 'Lee',
  displayName: 'Ann Lee',
  department: 'Finance',
  manager: 'Bo Ek',
  managerId: '00u9',
  mobilePhone: '+1 555 0100',
  city: 'Oslo',
  employeeNumber: 42,
  status: 'ACTIVE',
};
const person = (name: string) => ({ login: `${name}@acme.test`, email: `${name}@acme.test`, lastName: name });

/** A record that the server had before. */
function seed(server: ScimTestServer, more: Record<string, unknown>) {
  const id = `own-${server.users.size + 1}`;
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
  const userName = `${id}@acme.test`;
  server.users.set(id, {
    id,
    schemas,
    userName,
    active: true,
    emails: [{ value: userName, type: 'work' }],
    ...more,
  });
  return id;
}

describe('scim: users', () => {
  it('creates with attributes of core and enterprise', async () => {
    const server = await scimServer();
    expect(await open(server).apply([userChange('user.created', '00u1', ann)])).toEqual([]);
    expect(server.userOf('00u1')).toMatchObject({
      userName: 'ann@acme.test',
      active: true,
      name: { givenName: 'Ann', familyName: 'Lee' },
      emails: [{ value: 'ann.lee@acme.test', type: 'work', primary: true }],
      phoneNumbers: [{ value: '+1 555 0100', type: 'mobile' }],
      addresses: [{ type: 'work', locality: 'Oslo' }],
      [ENTERPRISE]: { department: 'Finance', employeeNumber: '42', manager: { value: '00u9' } },
    });
  });

  it.each([true, false])('sync-field 23 changes mapped attributes only (PATCH: %s)', async (patch) => {
    const server = await scimServer({ patch });
    const id = seed(server, {
      externalId: '00u1',
      userName: 'ann@acme.test',
      nickName: 'own',
      name: { givenName: 'Ann', honorificPrefix: 'Dr' },
      emails: [
        { value: 'home@x.test', type: 'home' },
        { value: 'old@acme.test', type: 'work', primary: true },
      ],
    });
    const fields = { login: 'ann@acme.test', email: 'new@acme.test', firstName: 'Anna' };
    await open(server).apply([userChange('user.updated', '00u1', fields, { title: 'was' })]);
    expect(server.users.get(id)).toMatchObject({
      userName: 'ann@acme.test',
      nickName: 'own',
      name: { givenName: 'Anna', honorificPrefix: 'Dr' },
      emails: [
        { value: 'home@x.test', type: 'home' },
        { value: 'new@acme.test', type: 'work', primary: true },
      ],
    });
    expect(server.writes()).toEqual([`${patch ? 'PATCH' : 'PUT'} /Users/${id}`]);
  });

  it.each([true, false])('takes away what the row no longer has (PATCH: %s)', async (patch) => {
    const server = await scimServer({ patch });
    const target = open(server);
    await target.apply([userChange('user.created', '00u1', ann)]);
    const { department: _, city: __, mobilePhone: ___, firstName: ____, ...rest } = ann;
    await target.apply([userChange('user.updated', '00u1', rest, ann)]);
    const user = server.userOf('00u1');
    expect(user).toMatchObject({ name: { familyName: 'Lee' }, [ENTERPRISE]: { employeeNumber: '42' } });
    expect(user[ENTERPRISE]).not.toHaveProperty('department');
    expect(user.name).not.toHaveProperty('givenName');
    expect([user.addresses ?? []].flat()).toEqual([]);
    expect([user.phoneNumbers ?? []].flat()).toEqual([]);
  });

  it('sync-field 5 keeps the record when login and e-mail change', async () => {
    const server = await scimServer();
    await open(server).apply([userChange('user.created', '00u1', ann)]);
    const { id } = server.userOf('00u1');
    const renamed = { ...ann, login: 'ann.ek@acme.test', email: 'ann.ek@acme.test' };
    await open(server).apply([userChange('user.updated', '00u1', renamed)]);
    expect(server.userOf('00u1')).toMatchObject({ id, userName: 'ann.ek@acme.test' });
    expect(server.users.size).toBe(1);
  });

  it('changes nothing when a batch comes again', async () => {
    const server = await scimServer();
    const batch = [
      userChange('user.created', '00u1', ann),
      groupChange('group.created', '00g1', { name: 'Staff', description: 'all', type: 'OKTA_GROUP' }),
      memberChange(true, '00g1', '00u1'),
      assignmentChange(true, '00u1', 'role', 'Agent'),
    ];
    await open(server).apply(batch);
    const [users, groups] = [structuredClone([...server.users]), structuredClone([...server.groups])];
    server.asked.length = 0;
    expect(await open(server).apply(batch)).toEqual([]);
    expect([...server.users]).toEqual(users);
    expect([...server.groups]).toEqual(groups);
    expect(server.writes()).toEqual([]);
  });

  it('sync-field 17 deactivates, and brings the same record back', async () => {
    const server = await scimServer();
    const target = open(server);
    await target.apply([userChange('user.created', '00u1', ann)]);
    const { id } = server.userOf('00u1');
    await target.apply([userChange('user.deactivated', '00u1', ann)]);
    expect(server.userOf('00u1')).toMatchObject({ id, active: false });
    await target.apply([userChange('user.deleted', '00u1', ann)]);
    expect(server.userOf('00u1')).toMatchObject({ id, active: false });
    await open(server).apply([userChange('user.reactivated', '00u1', ann)]);
    expect(server.userOf('00u1')).toMatchObject({ id, active: true });
    expect(server.users.size).toBe(1);
  });

  it('does not create somebody only to deactivate them', async () => {
    const server = await scimServer();
    const changes = [userChange('user.deactivated', '00u1', ann), userChange('user.deleted', '00u2', ann)];
    expect(await open(server).apply(changes)).toEqual([]);
    expect(server.writes()).toEqual([]);
  });

  it('deletes only when told so, and once', async () => {
    const server = await scimServer();
    const target = open(server, { deletes: true });
    await target.apply([
      userChange('user.created', '00u1', ann),
      groupChange('group.created', '00g1', { name: 'Staff' }),
    ]);
    const gone = [groupChange('group.deleted', '00g1', {}), userChange('user.deleted', '00u1', ann)];
    expect(await target.apply(gone)).toEqual([]);
    expect([server.users.size, server.groups.size]).toEqual([0, 0]);
    expect(await open(server, { deletes: true }).apply(gone)).toEqual([]);
  });

  it('creates a record again that somebody deleted there', async () => {
    const server = await scimServer();
    const target = open(server);
    await target.apply([userChange('user.created', '00u1', ann)]);
    server.users.clear();
    expect(await target.apply([userChange('user.updated', '00u1', ann)])).toEqual([]);
    expect(server.userOf('00u1').userName).toBe('ann@acme.test');
  });

  it('takes SCIM paths as names of fields', async () => {
    const server = await scimServer();
    const fields = {
      userName: 'x@acme.test',
      'emails[type eq "home"].value': 'x@home.test',
      [`${ENTERPRISE}:costCenter`]: '7',
    };
    await open(server).apply([userChange('user.created', '00u1', fields)]);
    expect(server.userOf('00u1')).toMatchObject({
      emails: [{ type: 'home', value: 'x@home.test' }],
      [ENTERPRISE]: { costCenter: '7' },
    });
  });

  it.each(['team', 'password', 'members', 'id.x', '__proto__'])(
    'sends nothing for the field %s, which SCIM has no place for',
    async (field) => {
      const server = await scimServer();
      const fields = Object.fromEntries([
        ['login', 'x@acme.test'],
        [field, 'x'],
      ]);
      const error = await rejection(open(server).apply([userChange('user.created', '00u1', fields)]));
      expect(error).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('SCIM path') });
      expect(server.asked).toEqual([]);
    },
  );

  it('refuses a row without a userName, and goes on with the others', async () => {
    const server = await scimServer();
    const changes = [
      userChange('user.created', '00u1', { lastName: 'Lee' }),
      userChange('user.created', '00u2', person('bo')),
    ];
    expect(await open(server).apply(changes)).toEqual([
      {
        id: changes[0]?.id,
        code: 'target_refused',
        retryable: false,
        message: expect.stringContaining('userName is required'),
      },
    ]);
    expect(server.userOf('00u2').userName).toBe('bo@acme.test');
  });
});

describe('scim: matching', () => {
  it('takes over a record that belongs to nobody, by userName, then by e-mail', async () => {
    const server = await scimServer();
    const first = seed(server, { userName: 'ann@acme.test' });
    const second = seed(server, { emails: [{ value: 'bo@acme.test', type: 'home' }] });
    const changes = [
      userChange('user.created', '00u1', person('ann')),
      userChange('user.created', '00u2', person('bo')),
    ];
    expect(await open(server).apply(changes)).toEqual([]);
    expect(server.userOf('00u1').id).toBe(first);
    expect(server.userOf('00u2').id).toBe(second);
    expect(server.users.size).toBe(2);
  });

  it('takes over by any other field, too', async () => {
    const server = await scimServer();
    const id = seed(server, { nickName: 'annie' });
    const target = open(server, { match: ['nickName', 'login'] });
    const fields = { ...ann, nickName: 'annie' };
    expect(await target.apply([userChange('user.created', '00u1', fields)])).toEqual([]);
    expect(server.userOf('00u1').id).toBe(id);
  });

  it('sync-field 4 refuses a row when two records have its e-mail', async () => {
    const server = await scimServer();
    for (const type of ['home', 'work']) seed(server, { emails: [{ value: 'ann@acme.test', type }] });
    const [refusal] = await open(server).apply([userChange('user.created', '00u1', person('ann'))]);
    expect(refusal).toMatchObject({ code: 'already_exists', retryable: false });
    expect(refusal?.message).toContain('own-1, own-2');
    expect(server.writes()).toEqual([]);
  });

  it('sync-field 4 never puts two people into one record, even at the same time', async () => {
    const server = await scimServer();
    seed(server, { emails: [{ value: 'shared@acme.test', type: 'work' }] });
    const changes = ['00u1', '00u2'].map((id) =>
      userChange('user.created', id, { login: `${id}@acme.test`, email: 'shared@acme.test' }),
    );
    const refused = await open(server).apply(changes);
    expect(refused).toMatchObject([
      { code: 'already_exists', message: expect.stringContaining('belongs to') },
    ]);
    expect(server.users.size).toBe(1);
  });

  it('creates both when e-mails are no key', async () => {
    const server = await scimServer();
    const changes = ['00u1', '00u2'].map((id) =>
      userChange('user.created', id, { login: `${id}@acme.test`, email: 'shared@acme.test' }),
    );
    expect(await open(server, { match: ['externalId', 'login'] }).apply(changes)).toEqual([]);
    expect(server.users.size).toBe(2);
  });

  it('sync-field 18 leaves the record of a deleted person to that person, unless both ids are named', async () => {
    const server = await scimServer();
    await open(server).apply([userChange('user.created', '00uOLD', ann)]);
    await open(server).apply([userChange('user.deleted', '00uOLD', ann)]);
    const again = [userChange('user.created', '00uNEW', ann)];
    const [refusal] = await open(server).apply(again);
    expect(refusal).toMatchObject({ code: 'already_exists', retryable: false });
    expect(refusal?.message).toMatch(/00uOLD.*00uNEW/);
    expect(await open(server, { takeOver: { '00uNEW': '00uOLD' } }).apply(again)).toEqual([]);
    expect(server.userOf('00uNEW')).toMatchObject({ active: true });
    expect(server.users.size).toBe(1);
  });

  it('does not go on with a server that loses the link', async () => {
    const server = await scimServer();
    server.keepsLinks = false;
    for (let run = 0; run < 2; run += 1) {
      const error = await rejection(open(server).apply([userChange('user.created', '00u1', ann)]));
      expect(error).toMatchObject({ code: 'not_supported', retryable: false });
    }
    expect(server.users.size).toBe(1);
  });

  it('does not trust a server that ignores filters', async () => {
    const server = await httpServer((_, response) =>
      json(response, 200, { Resources: [{ id: '1', userName: 'other@acme.test' }] }),
    );
    const error = await rejection(
      open({ url: server.origin }).apply([userChange('user.created', '00u1', ann)]),
    );
    expect(error).toMatchObject({ code: 'not_supported', retryable: false });
    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('scim: groups', () => {
  const setUp = async (patch = true) => {
    const server = await scimServer({ patch });
    const target = open(server);
    await target.apply([
      ...['00u1', '00u2', '00u3'].map((id) => userChange('user.created', id, person(id))),
      groupChange('group.created', '00g1', { name: 'Staff' }),
    ]);
    server.asked.length = 0;
    return { server, target };
  };

  it.each([true, false])('sync-field 14 adds and removes its own members only (PATCH: %s)', async (patch) => {
    const { server, target } = await setUp(patch);
    const foreign = seed(server, {});
    server.groupOf('00g1').members = [{ value: foreign }];
    await target.apply([memberChange(true, '00g1', '00u1'), memberChange(true, '00g1', '00u2')]);
    expect(server.membersOf('00g1')).toEqual(['00u1', '00u2', foreign]);
    await target.apply([memberChange(false, '00g1', '00u1'), memberChange(true, '00g1', '00u3')]);
    expect(server.membersOf('00g1')).toEqual(['00u2', '00u3', foreign]);
    await target.apply([groupChange('group.updated', '00g1', { name: 'Everyone here' })]);
    expect(server.groupOf('00g1')).toMatchObject({ displayName: 'Everyone here' });
    expect(server.membersOf('00g1')).toEqual(['00u2', '00u3', foreign]);
  });

  it('writes members in chunks', async () => {
    const server = await scimServer();
    const target = open(server);
    const ids = Array.from({ length: 150 }, (_, at) => `00u${at + 100}`);
    await target.apply([
      ...ids.map((id) => userChange('user.created', id, person(id))),
      groupChange('group.created', '00g1', { name: 'Staff' }),
    ]);
    server.asked.length = 0;
    expect(await target.apply(ids.map((id) => memberChange(true, '00g1', id)))).toEqual([]);
    expect(server.membersOf('00g1')).toEqual(ids);
    expect(server.asked).toEqual(Array(2).fill(`PATCH /Groups/${server.groupOf('00g1').id}`));
    server.asked.length = 0;
    await target.apply(ids.map((id) => memberChange(false, '00g1', id)));
    expect(server.membersOf('00g1')).toEqual([]);
    expect(server.asked).toHaveLength(2);
  });

  it('finds users and groups of an earlier run by externalId', async () => {
    const { server } = await setUp();
    await open(server).apply([memberChange(true, '00g1', '00u1')]);
    expect(server.membersOf('00g1')).toEqual(['00u1']);
  });

  it('refuses the members that are not there, for now, and adds the others', async () => {
    const { server, target } = await setUp();
    const changes = [memberChange(true, '00g1', '00u1'), memberChange(true, '00gX', '00u1')];
    expect(await target.apply(changes)).toMatchObject([{ id: changes[1]?.id, retryable: true }]);
    expect(server.membersOf('00g1')).toEqual(['00u1']);
    expect(
      await target.apply([memberChange(false, '00gX', '00u1'), memberChange(false, '00g1', '00uX')]),
    ).toEqual([]);
  });

  it('goes on one by one when a chunk is refused', async () => {
    const { server, target } = await setUp();
    server.fault = (asked) => (asked.startsWith('PATCH /Groups') && isFirst() ? { status: 400 } : undefined);
    let count = 0;
    // The chunk, and then the second of three.
    const isFirst = () => [1, 3].includes(++count);
    const changes = ['00u1', '00u2', '00u3'].map((id) => memberChange(true, '00g1', id));
    expect(await target.apply(changes)).toMatchObject([{ id: changes[1]?.id, code: 'target_refused' }]);
    expect(server.membersOf('00g1')).toEqual(['00u1', '00u3']);
  });

  it('finds a group again that was made anew there', async () => {
    const { server, target } = await setUp();
    const { id, ...group } = server.groupOf('00g1');
    server.groups.delete(id);
    server.groups.set('anew', { ...group, id: 'anew' });
    const add = [memberChange(true, '00g1', '00u1')];
    expect(await target.apply(add)).toMatchObject([{ retryable: true }]);
    expect(await target.apply(add)).toEqual([]);
    expect(server.membersOf('00g1')).toEqual(['00u1']);
  });

  it('takes a removal of somebody who is no member as done', async () => {
    const { server, target } = await setUp();
    server.fault = (asked) =>
      asked.startsWith('PATCH /Groups') ? { status: 400, body: { scimType: 'noTarget' } } : undefined;
    expect(await target.apply([memberChange(false, '00g1', '00u1')])).toEqual([]);
  });

  it('sync-field 14 leaves a group that Okta deleted, unless told to delete', async () => {
    const { server, target } = await setUp();
    expect(await target.apply([groupChange('group.deleted', '00g1', {})])).toEqual([]);
    expect(server.groups.size).toBe(1);
    expect(server.writes()).toEqual([]);
  });

  it('never takes over a group by its name alone, unless told so', async () => {
    const server = await scimServer();
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    server.groups.set('own', { id: 'own', schemas, displayName: 'Staff' });
    const changes = [groupChange('group.created', '00g1', { name: 'Staff' })];
    expect(await open(server).apply(changes)).toMatchObject([{ code: 'already_exists' }]);
    expect(await open(server, { matchGroups: ['name'] }).apply(changes)).toEqual([]);
    expect(server.groupOf('00g1').id).toBe('own');
  });

  it('sync-field 24 refuses a name that the server cuts, and leaves no cut group behind', async () => {
    const server = await scimServer();
    server.cutAt = 10;
    const changes = [groupChange('group.created', '00g1', { name: 'Maintenance North' })];
    const [refusal] = await open(server).apply(changes);
    expect(refusal).toMatchObject({ code: 'target_refused', retryable: false });
    expect(refusal?.message).toContain('10 of the 17');
    expect(server.groups.size).toBe(0);
  });
});

describe('scim: assignments', () => {
  it.each([true, false])('gives and takes roles and entitlements, others stay (PATCH: %s)', async (patch) => {
    const server = await scimServer({ patch });
    const target = open(server);
    await target.apply([userChange('user.created', '00u1', ann)]);
    server.userOf('00u1').roles = [{ value: 'Own' }];
    const { id } = server.userOf('00u1');
    await target.apply([
      assignmentChange(true, '00u1', 'role', 'Agent'),
      assignmentChange(true, '00u1', 'site', 'North'),
    ]);
    expect(server.users.get(id)).toMatchObject({
      roles: [{ value: 'Own' }, { value: 'Agent' }],
      entitlements: [{ type: 'site', value: 'North' }],
    });
    await target.apply([
      assignmentChange(false, '00u1', 'role', 'Agent'),
      assignmentChange(false, '00u1', 'role', 'Nobody'),
    ]);
    expect(server.users.get(id)?.roles).toMatchObject([{ value: 'Own' }]);
  });
});

describe('scim: faults', () => {
  it('waits as a 429 says, and repeats 500, 503 and broken connections', async () => {
    const server = await scimServer();
    server.fault = (_, count) =>
      [
        { status: 429, headers: { 'retry-after': '7' } },
        { status: 503, headers: { 'retry-after': '3' } },
        { status: 500 },
        undefined,
        'cut' as const,
      ][count - 1];
    const clock = quickClock();
    expect(await open(server, { clock }).apply([userChange('user.created', '00u1', ann)])).toEqual([]);
    expect(server.users.size).toBe(1);
    expect(clock.pauses).toHaveLength(4);
    expect(clock.pauses[0]).toBe(7_000);
    expect(clock.pauses[1]).toBe(3_000);
  });

  it('creates nobody twice when the answer to a creation is lost', async () => {
    const server = await scimServer();
    let isCut = false;
    server.fault = (asked) => {
      if (asked !== 'POST /Users' || isCut) return undefined;
      isCut = true;
      return 'cut after';
    };
    expect(await open(server).apply([userChange('user.created', '00u1', ann)])).toEqual([]);
    expect(isCut).toBe(true);
    expect(server.users.size).toBe(1);
    expect(server.writes()).toEqual(['POST /Users']);
  });

  it('adds nobody twice when the answer to an addition is lost', async () => {
    const server = await scimServer();
    const target = open(server);
    await target.apply([
      userChange('user.created', '00u1', ann),
      groupChange('group.created', '00g1', { name: 'Staff' }),
    ]);
    let cuts = 0;
    server.fault = (asked) => (asked.startsWith('PATCH') && cuts++ === 0 ? 'cut after' : undefined);
    expect(await target.apply([memberChange(true, '00g1', '00u1')])).toEqual([]);
    expect(cuts).toBe(1);
    expect(server.membersOf('00g1')).toEqual(['00u1']);
  });

  it('comes to the same state when it is killed at any request and the batch comes again', async () => {
    const batch = [
      userChange('user.created', '00u1', ann),
      userChange('user.created', '00u2', person('bo')),
      groupChange('group.created', '00g1', { name: 'Staff' }),
      memberChange(true, '00g1', '00u1'),
      memberChange(true, '00g1', '00u2'),
      assignmentChange(true, '00u1', 'role', 'Agent'),
      memberChange(false, '00g1', '00u2'),
    ];
    for (let killAt = 1; ; killAt += 1) {
      const server = await scimServer();
      const stop = new AbortController();
      server.fault = (_, count) => {
        if (count < killAt) return undefined;
        stop.abort(new Error('killed'));
        return count % 2 === 0 ? 'cut' : 'cut after';
      };
      const end = await open(server)
        .apply(batch, stop.signal)
        .catch((error: Error) => error.message);
      server.fault = undefined;
      expect(await open(server).apply(batch)).toEqual([]);
      expect(server.users.size).toBe(2);
      expect(server.membersOf('00g1')).toEqual(['00u1']);
      expect(server.userOf('00u1').roles).toMatchObject([{ value: 'Agent' }]);
      if (!stop.signal.aborted) break;
      expect(end).toBe('killed');
    }
  });

  it('refuses a single row that always ends in 500, for now, and goes on', async () => {
    const server = await scimServer();
    server.fault = (asked) => (asked.includes('"00u1"') ? { status: 500 } : undefined);
    const changes = [
      userChange('user.created', '00u1', ann),
      userChange('user.created', '00u2', person('bo')),
    ];
    expect(await open(server).apply(changes)).toMatchObject([
      {
        id: changes[0]?.id,
        code: 'target_refused',
        retryable: true,
        message: expect.stringContaining('500'),
      },
    ]);
    expect(server.userOf('00u2').active).toBe(true);
  });

  it('sync-field 8 tells each row that the server refuses', async () => {
    const server = await scimServer();
    const detail = 'No seats are left in this plan';
    server.fault = (asked) => (asked === 'POST /Users' ? { status: 403, body: { detail } } : undefined);
    const changes = ['00u1', '00u2'].map((id) => userChange('user.created', id, person(id)));
    const refused = await open(server).apply(changes);
    expect(refused.map(({ id }) => id)).toEqual(changes.map(({ id }) => id));
    for (const { message } of refused) expect(message).toContain(detail);
  });

  it.each([
    [400, 'target_refused', false],
    [409, 'already_exists', false],
    [403, 'target_refused', true],
    [413, 'target_refused', false],
  ])('answers %i with a refusal', async (status, code, retryable) => {
    const server = await scimServer();
    server.fault = (asked) => (asked === 'POST /Users' ? { status, body: { detail: 'so' } } : undefined);
    const refused = await open(server).apply([userChange('user.created', '00u1', ann)]);
    expect(refused).toMatchObject([{ code, retryable, message: expect.stringContaining(String(status)) }]);
  });

  it('throws when the server as a whole is away, and nothing is left under way', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/scim/v2`;
    const error = await rejection(open({ url }).apply([userChange('user.created', '00u1', ann)]));
    expect(error).toMatchObject({ code: 'target_unavailable', retryable: true, actor: 'target' });
    const server = await scimServer();
    const changes = ['00u1', '00u2', '00u3'].map((id) => userChange('user.created', id, person(id)));
    server.fault = (_, count) => (count > 3 ? { status: 503 } : undefined);
    expect(await rejection(open(server).apply(changes))).toMatchObject({ status: 503, retryable: true });
    // What was cut on its way still reaches the server.
    await sleep(200);
    const { length } = server.asked;
    await sleep(200);
    expect(server.asked).toHaveLength(length);
  });

  it('says when to come again if a 429 asks for a long pause', async () => {
    const server = await scimServer();
    server.fault = (_, count) => (count > 1 ? { status: 429, headers: { 'retry-after': '900' } } : undefined);
    const error = await rejection(open(server).apply([userChange('user.created', '00u1', ann)]));
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 900_000, retryable: true });
  });

  it('tells of a token that is not accepted, without it', async () => {
    const server = await scimServer();
    const token = 'wrong-but-secret';
    const error = await rejection(open(server, { token }).apply([userChange('user.created', '00u1', ann)]));
    expect(error).toMatchObject({ code: 'authentication_failed', status: 401, retryable: false });
    expect(JSON.stringify(error)).not.toContain(token);
  });

  it('masks the token where a server repeats it', async () => {
    const server = await scimServer();
    server.fault = (asked) =>
      asked === 'POST /Users' ? { status: 400, body: { detail: `token ${TOKEN} is odd` } } : undefined;
    const [refusal] = await open(server).apply([userChange('user.created', '00u1', ann)]);
    expect(refusal?.message).toContain('is odd');
    expect(refusal?.message).not.toContain(TOKEN);
  });

  it('says so when something else than SCIM answers', async () => {
    const server = await httpServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    const error = await rejection(
      open({ url: server.origin }).apply([userChange('user.created', '00u1', ann)]),
    );
    expect(error).toMatchObject({ code: 'unexpected_response', hint: expect.stringContaining('/scim/v2') });
  });

  it('needs filters, and says so', async () => {
    const server = await httpServer((_, response) => json(response, 200, { filter: { supported: false } }));
    const error = await rejection(
      open({ url: server.origin }).apply([userChange('user.created', '00u1', ann)]),
    );
    expect(error).toMatchObject({ code: 'not_supported', retryable: false });
  });

  it.each([undefined, '', 'Bearer x', 'two\nlines'])('does not accept the token %j', (token) => {
    expect(() => scimTarget({ url: 'https://directory.acme.test', token })).toThrow(
      /token of the SCIM server/,
    );
  });
});
