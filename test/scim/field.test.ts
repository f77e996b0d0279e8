import { describe, expect, it } from 'vitest';
import { BASE, ENTERPRISE, encoded, opened, TOKEN, USER } from './support.ts';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** The user that Okta's wizard app creates. */
const ana = {
  schemas: [USER],
  userName: 'ana.ruiz@acme.test',
  name: { givenName: 'Ana', familyName: 'Ruiz' },
  emails: [{ primary: true, value: 'ana.ruiz@acme.test', type: 'work' }],
  displayName: 'Ana Ruiz',
  locale: 'en-US',
  externalId: '00u1ana',
  groups: [],
  password: '1mz050nq',
  active: true,
};

describe('what Okta sends', () => {
  it('scim-field 1 PUT of the whole resource, and PATCH, lead to the same events', async () => {
    const outcomes = [];
    for (const how of ['PUT', 'PATCH']) {
      const server = opened();
      const found = await server.get(`/Users?filter=${encoded(`userName eq "${ana.userName}"`)}`);
      expect(found.body.totalResults).toBe(0);
      const created = (await server.call('POST', '/Users', ana)).body;
      const whole = (await server.get(`/Users/${created.id}`)).body;
      const answer =
        how === 'PUT'
          ? await server.call('PUT', `/Users/${created.id}`, { ...whole, active: false })
          : await server.patch(`/Users/${created.id}`, { op: 'replace', value: { active: false } });
      expect(answer).toMatchObject({ status: 200, body: { id: created.id, active: false } });
      outcomes.push((await server.events()).map(({ kind, changed }) => ({ kind, changed })));
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]?.at(-1)).toEqual({ kind: 'user.deactivated', changed: ['active'] });
  });

  it('scim-field 2 a PATCH without a path deactivates', async () => {
    const server = opened();
    const { id } = await server.user('ana');
    const answer = await server.patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
    expect(answer).toMatchObject({ status: 200, body: { active: false } });
    expect((await server.get(`/Users/${id}`)).body.active).toBe(false);
    expect(await server.kinds()).toEqual(['user.provisioned', 'user.deactivated']);
  });

  it('scim-field 3 one member is removed by a filter; one who is none is no error', async () => {
    const server = opened();
    const [ana, ben] = [await server.user('ana'), await server.user('ben')];
    const { id } = await server.group('Sales', [ana.id, ben.id]);
    await server.events();
    const remove = (member: string) =>
      server.patch(`/Groups/${id}`, { op: 'remove', path: `members[value eq "${member}"]` });
    expect((await remove(ana.id)).status).toBe(204);
    expect(await server.membersOf(id)).toEqual([ben.id]);
    expect((await remove(ana.id)).status).toBe(204);
    expect((await remove('nobody')).status).toBe(204);
    expect(await server.events()).toMatchObject([
      {
        ...{ kind: 'membership.removed', resourceType: 'Group', resourceId: id, after: null },
        before: {
          group: { id, displayName: 'Sales' },
          member: { id: ana.id, type: 'User', userName: 'ana' },
        },
      },
    ]);
  });

  it('scim-field 4 a rename without members leaves them; the same name again is no event', async () => {
    const server = opened();
    const member = await server.user('ana');
    const { id } = await server.group('Sales', [member.id]);
    await server.events();
    const rename = (displayName: string) =>
      server.patch(`/Groups/${id}`, { op: 'replace', value: { id, displayName } });
    expect((await rename('Sales')).status).toBe(204);
    expect(await server.kinds()).toEqual([]);
    expect((await rename('Selling')).status).toBe(204);
    expect(await server.events()).toMatchObject([
      { kind: 'group.changed', changed: ['displayName'], before: { displayName: 'Sales' } },
    ]);
    expect(await server.membersOf(id)).toEqual([member.id]);
  });

  it.each([
    ['a path', (value: object[]) => ({ op: 'replace', path: 'members', value })],
    [
      'no path',
      (members: object[], id: string) => ({ op: 'replace', value: { members, id, displayName: 'Sales' } }),
    ],
  ])('scim-field 5 all members are replaced, with %s', async (_, operation) => {
    const server = opened();
    const [ana, ben, eva] = [await server.user('ana'), await server.user('ben'), await server.user('eva')];
    const { id } = await server.group('Sales', [ana.id, ben.id]);
    await server.events();
    const members = [ben, eva].map((one) => ({ value: one.id, display: one.userName }));
    expect((await server.patch(`/Groups/${id}`, operation(members, id))).status).toBe(204);
    expect(await server.membersOf(id)).toEqual([ben.id, eva.id]);
    expect(await server.kinds()).toEqual(['membership.removed', 'membership.added']);
  });

  it('scim-field 6 an empty list empties the group', async () => {
    const server = opened();
    const { id: member } = await server.user('ana');
    expect(
      (await server.call('POST', '/Groups', { displayName: 'Nobody', members: [] })).body.members,
    ).toEqual([]);
    const { id } = await server.group('Sales', [member]);
    const fill = () =>
      server.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value: member }] });
    expect((await server.call('PUT', `/Groups/${id}`, { displayName: 'Sales', members: [] })).status).toBe(
      200,
    );
    expect(await server.membersOf(id)).toEqual([]);
    await fill();
    expect((await server.patch(`/Groups/${id}`, { op: 'replace', path: 'members', value: [] })).status).toBe(
      204,
    );
    expect(await server.membersOf(id)).toEqual([]);
    await fill();
    expect(await server.membersOf(id)).toEqual([member]);
    await server.patch(`/Groups/${id}`, { op: 'replace', value: { members: [] } });
    expect(await server.membersOf(id)).toEqual([]);
  });

  it('scim-field 7 a member without a type is a user, shown with its type and place', async () => {
    const server = opened();
    const { id: value } = await server.user('ana', { displayName: 'Ana' });
    const { id } = await server.group('Sales', [value]);
    expect((await server.get(`/Groups/${id}`)).body.members).toEqual([
      { value, display: 'Ana', type: 'User', $ref: `${BASE}/Users/${value}` },
    ]);
    expect((await server.get(`/Users/${value}`)).body.groups).toEqual([
      { value: id, display: 'Sales', type: 'direct', $ref: `${BASE}/Groups/${id}` },
    ]);
  });

  it('scim-field 8 a PUT may repeat its own displayName and userName', async () => {
    const server = opened();
    const { id } = await server.group('Sales');
    expect((await server.call('PUT', `/Groups/${id}`, { displayName: 'Sales', members: [] })).status).toBe(
      200,
    );
    expect((await server.call('PUT', `/Groups/${id}`, { displayName: 'SALES', members: [] })).status).toBe(
      200,
    );
    const user = await server.user('ana');
    expect((await server.call('PUT', `/Users/${user.id}`, { ...user, title: 'Boss' })).status).toBe(200);
    await server.group('Support');
    expect(await server.call('PUT', `/Groups/${id}`, { displayName: 'support' })).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    });
  });

  it('scim-field 9 a member twice counts once; an unknown one changes nothing', async () => {
    const server = opened();
    const [ana, ben] = [await server.user('ana'), await server.user('ben')];
    const { id } = await server.group('Sales', [ana.id, ana.id]);
    expect(await server.membersOf(id)).toEqual([ana.id]);
    const again = {
      op: 'add',
      path: 'members',
      value: [{ value: ana.id }, { value: ben.id }, { value: ben.id }],
    };
    expect((await server.patch(`/Groups/${id}`, again)).status).toBe(204);
    expect(await server.membersOf(id)).toEqual([ana.id, ben.id]);
    await server.events();
    const unknown = '7b0e4c1e-0000-4000-8000-000000000000';
    for (const answer of [
      await server.patch(`/Groups/${id}`, { op: 'replace', path: 'members', value: [{ value: unknown }] }),
      await server.call('PUT', `/Groups/${id}`, { displayName: 'New', members: [{ value: unknown }] }),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining(unknown) } });
    }
    expect((await server.get(`/Groups/${id}`)).body).toMatchObject({
      displayName: 'Sales',
      members: [{}, {}],
    });
    expect(await server.kinds()).toEqual([]);
  });

  it('scim-field 10 membership calls at once lose nobody', async () => {
    const server = opened();
    const users = await Promise.all(Array.from({ length: 40 }, (_, i) => server.user(`user${i}`)));
    const { id } = await server.group('Sales', [users[0].id]);
    await server.events();
    const adds = users
      .slice(1)
      .map(({ id: value }) =>
        server.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value }] }),
      );
    const remove = server.patch(`/Groups/${id}`, {
      op: 'remove',
      path: `members[value eq "${users[0].id}"]`,
    });
    for (const { status } of await Promise.all([...adds, remove])) expect(status).toBe(204);
    expect((await server.membersOf(id)).sort()).toEqual(
      users
        .slice(1)
        .map((one) => one.id)
        .sort(),
    );
    expect(await server.kinds()).toHaveLength(40);
  });

  it('scim-field 11 a userName is found in any case, answered as given, and taken in any case', async () => {
    const server = opened();
    await server.user('Ana.Ruiz@Acme.test');
    const found = await server.get(`/Users?filter=${encoded('userName eq "ANA.RUIZ@ACME.TEST"')}`);
    expect(found.body.Resources).toMatchObject([{ userName: 'Ana.Ruiz@Acme.test' }]);
    expect(await server.call('POST', '/Users', { userName: 'ana.ruiz@acme.test' })).toMatchObject({
      ...{ status: 409, body: { scimType: 'uniqueness', status: '409' } },
    });
  });

  it('scim-field 12 numbers are numbers, also in an empty answer', async () => {
    const server = opened();
    const { body } = await server.get(`/Users?filter=${encoded('userName eq "x"')}&startIndex=1&count=100`);
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      ...{ totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] },
    });
  });

  it('scim-field 13 a page past the end is empty, and says so; without a page everybody is there', async () => {
    const server = opened();
    await server.user('ana');
    await server.user('ben');
    expect((await server.get('/Users?startIndex=101&count=100')).body).toMatchObject({
      ...{ totalResults: 2, startIndex: 101, itemsPerPage: 0, Resources: [] },
    });
    expect((await server.get('/Users')).body).toMatchObject({
      ...{
        totalResults: 2,
        startIndex: 1,
        itemsPerPage: 2,
        Resources: [{ userName: 'ana' }, { userName: 'ben' }],
      },
    });
  });

  it('scim-field 14 the test of the connection has no Content-Type', async () => {
    const server = opened();
    const answer = await server.get('/Users?startIndex=1&count=2');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/scim+json; charset=utf-8');
  });

  it('scim-field 15 an empty store answers a whole list', async () => {
    const server = opened();
    for (const path of ['/Users', '/Groups', '/Users?count=2']) {
      expect((await server.get(path)).body).toMatchObject({ totalResults: 0, Resources: [] });
    }
  });

  it('scim-field 16 every error is JSON in the shape of the RFC', async () => {
    const failing = opened();
    failing.store.get = () => Promise.reject(new Error('Bearer abcdefghijkl is not for you'));
    const server = opened({ limits: { bytes: 100 } });
    const { body: anyBody } = { body: { userName: 'x'.repeat(200) } };
    const answers = [
      [404, await server.get('/Nothing')],
      [404, await server.get('/Users/unknown')],
      [405, await server.call('PUT', '/Users', {})],
      [413, await server.call('POST', '/Users', anyBody)],
      [401, await server.call('GET', '/Users', undefined, { authorization: 'Bearer wrong' })],
      [415, await server.call('POST', '/Users', '<x/>', { 'content-type': 'text/xml' })],
      [500, await failing.get('/Users/x')],
      [501, await server.get('/Me')],
    ] as const;
    for (const [status, answer] of answers) {
      expect(answer).toMatchObject({
        status,
        body: {
          ...{ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status) },
          detail: expect.stringMatching(/.{10}/),
        },
      });
      expect(answer.headers.get('content-type')).toContain('application/scim+json');
    }
    expect(JSON.stringify(failing.log)).not.toContain('abcdefghijkl');
    expect(failing.log[0]?.error).toContain('Bearer [redacted]');
  });

  it.each([
    'application/json',
    'application/scim+json',
    'application/scim+json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
  ])('scim-field 17 a body of %s is read', async (type) => {
    const server = opened();
    const body = { userName: 'ana', displayName: 'Añá' };
    const answer = await server.call('POST', '/Users', body, {
      'content-type': type,
      'accept-charset': 'utf-8',
    });
    expect(answer).toMatchObject({ status: 201, body: { displayName: 'Añá' } });
  });

  it.each([
    [`Bearer ${TOKEN}`, 200],
    [TOKEN, 200],
    [`bearer ${TOKEN}`, 200],
    [`Bearer Bearer ${TOKEN}`, 200],
    [`Basic ${Buffer.from(`okta:${TOKEN}`).toString('base64')}`, 200],
    [`Basic ${Buffer.from(`${TOKEN}:`).toString('base64')}`, 401],
    ['Basic !', 401],
    ['Bearer wrong', 401],
    [`${TOKEN}x`, 401],
    ['Bearer ', 401],
    ['Bearer undefined', 401],
    ['', 401],
  ])('scim-field 18 Authorization %j: %i', async (authorization, status) => {
    const server = opened();
    const answer = await server.call('GET', '/Users', undefined, { authorization });
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(answer.body.detail).toMatch(/"Authorization: Bearer <token>".*"Authorization: <token>"/);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it.each([undefined, '', '  ', 'two words'])('scim-field 18 no server without a token: %j', (token) => {
    expect(() => opened({ token: token as string })).toThrow(/token of the SCIM server is missing/);
  });

  it('scim-field 19 a row that is there already is found, and written over under its id', async () => {
    const server = opened();
    const { id } = await server.user('ana.ruiz@acme.test', { displayName: 'Made by sign-on' });
    const { body } = await server.get(`/Users?filter=${encoded('userName eq "ana.ruiz@acme.test"')}`);
    const put = await server.call('PUT', `/Users/${body.Resources[0].id}`, { ...body.Resources[0], ...ana });
    expect(put).toMatchObject({ status: 200, body: { id, externalId: '00u1ana', displayName: 'Ana Ruiz' } });
    expect(await server.kinds()).toEqual(['user.provisioned', 'user.changed']);
  });

  it('scim-field 20 leaving is one event, and so is coming back', async () => {
    const server = opened();
    const created = (await server.call('POST', '/Users', ana)).body;
    for (const active of [false, false, true]) {
      const whole = (await server.get(`/Users/${created.id}`)).body;
      await server.call('PUT', `/Users/${created.id}`, { ...whole, active });
    }
    expect(await server.kinds()).toEqual(['user.provisioned', 'user.deactivated', 'user.reactivated']);
  });

  it('scim-field 21 inactive people stay readable', async () => {
    const server = opened();
    const { id } = await server.user('ana', { active: false });
    expect((await server.get(`/Users/${id}`)).body.active).toBe(false);
    expect((await server.get('/Users')).body.Resources).toMatchObject([{ id, active: false }]);
    const found = await server.get(`/Users?filter=${encoded('userName eq "ana"')}`);
    expect(found.body.Resources).toMatchObject([{ id, active: false }]);
    expect((await server.get(`/Users?filter=${encoded('active eq false')}`)).body.totalResults).toBe(1);
  });

  it('scim-field 22 a membership of an inactive user says that the user is inactive', async () => {
    const server = opened();
    const { id: value } = await server.user('ana');
    const { id } = await server.group('Sales', [value]);
    await server.patch(`/Users/${value}`, { op: 'replace', value: { active: false } });
    expect(await server.membersOf(id)).toEqual([value]);
    const inactive = await server.get(
      `/Users?filter=${encoded(`active eq false and groups.value eq "${id}"`)}`,
    );
    expect(inactive.body.Resources).toMatchObject([{ id: value, active: false, groups: [{ value: id }] }]);
  });

  it('scim-field 23 a member who does not exist yet is named in the answer', async () => {
    const server = opened();
    const answer = await server.call('POST', '/Groups', {
      displayName: 'Sales',
      members: [{ value: 'not-yet' }],
    });
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('"not-yet"') } });
    expect((await server.get('/Groups')).body.totalResults).toBe(0);
  });

  it.each([
    'filter=userName%20eq%20%22a%2Bb%40x.test%22',
    'filter=userName%20eq%20%22a+b@x.test%22',
    'filter=userName+eq+%22a%2Bb%40x.test%22',
  ])('scim-field 24 %s finds the plus', async (query) => {
    const server = opened();
    await server.user('a+b@x.test');
    expect((await server.get(`/Users?${query}&startIndex=1&count=100`)).body.totalResults).toBe(1);
  });

  it('scim-field 25 a POST of a renamed person with a known externalId is that person', async () => {
    const server = opened();
    const created = (await server.call('POST', '/Users', ana)).body;
    const renamed = await server.call('POST', '/Users', { ...ana, userName: 'ana.gomez@acme.test' });
    expect(renamed).toMatchObject({ status: 200, body: { id: created.id, userName: 'ana.gomez@acme.test' } });
    expect(await server.call('POST', '/Users', { ...ana, userName: 'ana.gomez@acme.test' })).toMatchObject({
      ...{ status: 409, body: { scimType: 'uniqueness' } },
    });
    expect((await server.get('/Users')).body.totalResults).toBe(1);
  });

  it('scim-field 26 what only the server writes is passed over, and the whole name follows its parts', async () => {
    const server = opened();
    const mona = await server.user('mona', {
      name: { givenName: 'Mona', familyName: 'Octocat', formatted: 'Mona Octocat' },
    });
    const { body, status } = await server.call('PUT', `/Users/${mona.id}`, {
      ...mona,
      id: 'other',
      groups: [{ value: 'admins' }],
      meta: { ...mona.meta, created: '2001-01-01T00:00:00Z', resourceType: 'Group' },
      name: { ...mona.name, givenName: 'Jane' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: mona.id, name: { formatted: 'Jane Octocat', givenName: 'Jane' } });
    expect(body.groups).toBeUndefined();
    expect(body.meta).toMatchObject({ created: mona.meta.created, resourceType: 'User' });
    const given = { ...body.name, formatted: 'Ms Jane Octocat', familyName: 'Octocat-Lee' };
    expect(
      (await server.call('PUT', `/Users/${mona.id}`, { ...body, name: given })).body.name.formatted,
    ).toBe('Ms Jane Octocat');
  });

  it('scim-field 27 on PUT what is absent is cleared, on PATCH never; null clears', async () => {
    const server = opened();
    const extension = { department: 'Sales', costCenter: '7' };
    const { id, ...rest } = await server.user('ana', {
      ...{ externalId: '00u1', title: 'Boss', nickName: 'A', [ENTERPRISE]: extension },
    });
    await server.patch(`/Users/${id}`, { op: 'replace', value: { nickName: 'B' } });
    expect((await server.get(`/Users/${id}`)).body).toMatchObject({ title: 'Boss', [ENTERPRISE]: extension });
    await server.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: null });
    expect((await server.get(`/Users/${id}`)).body.title).toBeUndefined();
    const { [ENTERPRISE]: _, externalId: _link, active: _active, nickName: _nick, ...sent } = rest;
    const { body } = await server.call('PUT', `/Users/${id}`, { ...sent, displayName: null });
    expect(body[ENTERPRISE]).toBeUndefined();
    expect(body.nickName).toBeUndefined();
    expect(body.schemas).toEqual([USER]);
    // Nobody is deactivated, or parted from Okta, by silence.
    expect(body).toMatchObject({ active: true, externalId: '00u1' });
  });

  it('scim-field 28 ids are UUIDs', async () => {
    const server = opened();
    expect((await server.user('ana')).id).toMatch(UUID);
    expect((await server.group('Sales')).id).toMatch(UUID);
  });

  it('scim-field 29 a workflow that does not answer ends in 503, and a full disk tells when to come back', async () => {
    const server = opened({ decide: () => new Promise(() => {}), limits: { decideMs: 20 } });
    expect(await server.call('POST', '/Users', ana)).toMatchObject({
      ...{ status: 503, body: { detail: expect.stringContaining('did not answer') } },
    });
    expect((await server.get('/Users')).body.totalResults).toBe(0);
    const full = opened();
    const { OktaError } = await import('../../src/errors/errors.ts');
    full.store.commit = () =>
      Promise.reject(new OktaError('full', { code: 'state_locked', actor: 'caller', retryable: true }));
    const answer = await full.call('POST', '/Users', ana);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('scim-field 30 roles and entitlements are lists of objects, and texts are read as them', async () => {
    const server = opened();
    const roles = [
      { value: 'agent', display: 'Agent', primary: true },
      { value: 'admin', display: 'Admin', primary: false },
    ];
    const { id, ...made } = await server.user('ana', { roles, entitlements: ['license-1'] });
    expect(made).toMatchObject({ roles, entitlements: [{ value: 'license-1' }] });
    const changed = { op: 'replace', path: 'roles', value: [{ ...roles[1], primary: true }] };
    expect((await server.patch(`/Users/${id}`, changed)).body.roles).toEqual([
      { ...roles[1], primary: true },
    ]);
    const { body } = await server.get('/Schemas');
    const user = body.Resources.find((one: { id: string }) => one.id === USER);
    expect(user.attributes.find((one: { name: string }) => one.name === 'roles')).toMatchObject({
      ...{ type: 'complex', multiValued: true },
    });
  });
});
