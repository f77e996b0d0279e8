import { describe, expect, it } from 'vitest';
import { encoded, opened, USER } from './support.ts';

const userNameIs = (name: string) =>
  `/Users?filter=${encoded(`userName eq "${name}"`)}&startIndex=1&count=100`;

describe('what a network integration of Okta needs', () => {
  it('OIN-7 create, and ask before whether the account exists', async () => {
    const server = opened();
    expect((await server.get(userNameIs('ana@acme.test'))).body.totalResults).toBe(0);
    const created = await server.call('POST', '/Users', {
      schemas: [USER],
      userName: 'ana@acme.test',
      active: true,
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(created.body.meta.location);
    expect(created.body.meta.location).toMatch(/\/scim\/v2\/Users\/[\da-f-]{36}$/);
    expect((await server.get(userNameIs('ana@acme.test'))).body.Resources).toEqual([created.body]);
  });

  it('OIN-8 update a profile, and read back what was set', async () => {
    const server = opened();
    const { id } = await server.user('ana');
    const profile = {
      name: { givenName: 'Ana', familyName: 'Ruiz' },
      emails: [{ value: 'ana@acme.test', type: 'work', primary: true }],
      title: 'Engineer',
    };
    const answer = await server.patch(`/Users/${id}`, { op: 'replace', value: profile });
    expect(answer).toMatchObject({ status: 200, body: profile });
    expect((await server.get(`/Users/${id}`)).body).toEqual(answer.body);
    const [, changed] = await server.events();
    expect(changed).toMatchObject({
      ...{ kind: 'user.changed', resourceId: id, request: { method: 'PATCH', path: `/Users/${id}` } },
      ...{ before: { id, userName: 'ana' }, after: { id, ...profile } },
      changed: ['name.givenName', 'name.familyName', 'emails', 'title'],
    });
    expect(changed?.before).not.toHaveProperty('title');
  });

  it('OIN-9 list users only, and import full profiles page by page in a stable order', async () => {
    const server = opened();
    for (let i = 0; i < 25; i += 1) await server.user(`user${i}`, { title: `Title ${i}` });
    const names = await server.get('/Users?attributes=userName&count=25');
    expect(names.body.Resources[3]).toEqual({ schemas: [USER], id: expect.any(String), userName: 'user3' });
    const seen: string[] = [];
    for (let startIndex = 1; ; startIndex += 10) {
      const { body } = await server.get(`/Users?startIndex=${startIndex}&count=10`);
      expect(body).toMatchObject({ totalResults: 25, startIndex });
      if (body.itemsPerPage === 0) break;
      seen.push(
        ...body.Resources.map((one: { userName: string; title: string }) => `${one.userName} ${one.title}`),
      );
      // A change in between moves nobody.
      await server.patch(`/Users/${body.Resources[0].id}`, { op: 'replace', value: { nickName: 'changed' } });
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `user${i} Title ${i}`));
  });

  it('OIN-10 activate, deactivate, reactivate, and read the possible values', async () => {
    const server = opened();
    const { id } = await server.user('ana', { externalId: '00u1' });
    for (const active of [false, true, 'False', 'True']) {
      const { body } = await server.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: active });
      expect(body.active).toBe(String(active).toLowerCase() === 'true');
    }
    const kinds = ['user.deactivated', 'user.reactivated'];
    expect(await server.kinds()).toEqual(['user.provisioned', ...kinds, ...kinds]);
    const { body } = await server.get(`/Schemas/${USER}`);
    const active = body.attributes.find((one: { name: string }) => one.name === 'active');
    expect(active).toMatchObject({ type: 'boolean', mutability: 'readWrite' });
  });

  it('OIN-10 an assignment after a deactivation restores the same user', async () => {
    const server = opened();
    const ana = { schemas: [USER], userName: 'ana', externalId: '00u1', active: true };
    const { id } = (await server.call('POST', '/Users', ana)).body;
    await server.patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
    const again = await server.call('POST', '/Users', { ...ana, title: 'Back' });
    expect(again).toMatchObject({ status: 200, body: { id, active: true, title: 'Back' } });
    expect(await server.events()).toMatchObject([
      { kind: 'user.provisioned' },
      { kind: 'user.deactivated' },
      { kind: 'user.reactivated', changed: ['active'] },
      { kind: 'user.changed', changed: ['title'] },
    ]);
    // Another person of the same name is another person.
    await server.patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
    expect((await server.call('POST', '/Users', { ...ana, externalId: '00u2' })).status).toBe(409);
  });

  it('OIN-11 groups, roles and entitlements of one user, read and set', async () => {
    const server = opened();
    const { id } = await server.user('ana', { roles: [{ value: 'agent', primary: true }] });
    const [sales, support] = [await server.group('Sales', [id]), await server.group('Support', [id])];
    await server.patch(`/Users/${id}`, { op: 'add', path: 'roles', value: [{ value: 'admin' }] });
    const { body } = await server.get(`/Users/${id}?attributes=groups,roles,entitlements`);
    expect(body.groups.map(({ value }: { value: string }) => value)).toEqual([sales.id, support.id]);
    expect(body.roles).toEqual([{ value: 'agent', primary: true }, { value: 'admin' }]);
    const groups = await server.get(`/Groups?filter=${encoded(`members.value eq "${id}"`)}`);
    expect(groups.body.totalResults).toBe(2);
    expect(
      (await server.get(`/Groups?filter=${encoded(`members[value eq "${id}"]`)}`)).body.totalResults,
    ).toBe(2);
  });

  it('OIN-12 a password is passed on once, and kept nowhere', async () => {
    const passwords: string[] = [];
    const server = opened({
      password: async (...given) => {
        expect(given[2]).toBe('ana');
        passwords.push(given.slice(0, 2).join(' '));
      },
    });
    const { id } = await server.user('ana', { password: 'first-secret' });
    await server.patch(`/Users/${id}`, { op: 'replace', value: { password: 'second-secret' } });
    await server.patch(`/Users/${id}`, { op: 'replace', path: 'password', value: 'third-secret' });
    expect(passwords).toEqual([`${id} first-secret`, `${id} second-secret`, `${id} third-secret`]);
    const everything = JSON.stringify([
      ...[server.log, await server.events(), await server.store.page('User', { limit: 10 })],
      ...[(await server.get(`/Users/${id}`)).body, (await server.get('/Users?attributes=password')).body],
    ]);
    expect(everything).not.toContain('secret');
    expect((await server.get('/ServiceProviderConfig')).body.changePassword.supported).toBe(true);
    // Nobody may guess it by a filter.
    expect((await server.get(`/Users?filter=${encoded('password sw "f"')}`)).status).toBe(400);
  });

  it('OIN-12 a password that could not be passed on is sent again', async () => {
    let isDown = true;
    const server = opened({
      password: async () => {
        if (isDown) throw new Error('down, and secret');
      },
    });
    const ana = { userName: 'ana', password: 'secret' };
    expect(await server.call('POST', '/Users', ana)).toMatchObject({
      ...{ status: 503, body: { detail: expect.stringContaining('did not take the password') } },
    });
    expect(server.log).toMatchObject([{ status: 503, error: 'Error: down, and [redacted]' }]);
    isDown = false;
    const { body } = await server.get(userNameIs('ana'));
    expect((await server.call('PUT', `/Users/${body.Resources[0].id}`, ana)).status).toBe(200);
  });

  it('OIN-13 a query picks people and fields', async () => {
    const server = opened();
    await server.user('ana', { title: 'Engineer', emails: [{ value: 'ana@acme.test', type: 'work' }] });
    await server.user('ben', { title: 'Engineering manager' });
    await server.user('eva', { title: 'Nurse' });
    const found = await server.get(
      `/Users?filter=${encoded('title sw "engineer"')}&attributes=userName,emails.value`,
    );
    expect(found.body.Resources).toEqual([
      { schemas: [USER], id: expect.any(String), userName: 'ana', emails: [{ value: 'ana@acme.test' }] },
      { schemas: [USER], id: expect.any(String), userName: 'ben' },
    ]);
    const search = await server.call('POST', '/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'emails.value co "acme"',
      excludedAttributes: ['emails', 'meta'],
      ...{ startIndex: 1, count: 10 },
    });
    expect(search.body.Resources).toEqual([
      { schemas: [USER], id: expect.any(String), userName: 'ana', active: true, title: 'Engineer' },
    ]);
  });

  it('OIN-14 errors say what, where and what to do', async () => {
    const server = opened();
    const { id } = await server.user('ana');
    const cases = [
      [await server.call('POST', '/Users', {}), 400, 'invalidValue', /userName is required/],
      [
        await server.call('POST', '/Users', { userName: ['a'] }),
        400,
        'invalidValue',
        /userName must be one value/,
      ],
      [
        await server.call('POST', '/Users', { userName: 'x', emails: [{ value: {} }] }),
        400,
        'invalidValue',
        /emails\.value/,
      ],
      [
        await server.call('POST', '/Users', { userName: 'x', active: 'maybe' }),
        400,
        'invalidValue',
        /active must be true or false/,
      ],
      [await server.get('/Users?filter=userName'), 400, 'invalidFilter', /userName eq "ana/],
      [
        await server.get(`/Users?filter=${encoded('nothing eq "x"')}`),
        400,
        'invalidFilter',
        /no attribute "nothing"/,
      ],
      [await server.get('/Users?count=ten'), 400, 'invalidValue', /count must be a whole number/],
      [await server.get('/Users?sortBy=nothing'), 400, 'invalidPath', /"nothing"/],
      [
        await server.patch(`/Users/${id}`, { op: 'replace', path: 'nothing', value: 1 }),
        400,
        'invalidPath',
        /"nothing"/,
      ],
      [
        await server.patch(`/Users/${id}`, { op: 'replace', path: 'id', value: 'x' }),
        400,
        'mutability',
        /"id"/,
      ],
      [
        await server.patch(`/Users/${id}`, { op: 'remove', path: 'userName' }),
        400,
        'invalidValue',
        /userName is required/,
      ],
      [await server.patch(`/Users/${id}`, { op: 'remove' }), 400, 'noTarget', /path/],
      [await server.patch(`/Users/${id}`, { op: 'jump', path: 'title' }), 400, 'invalidSyntax', /"jump"/],
      [await server.call('PATCH', `/Users/${id}`, {}), 400, 'invalidSyntax', /Operations/],
      [await server.call('POST', '/Users', '{"userName":'), 400, 'invalidSyntax', /not valid JSON/],
      [await server.call('POST', '/Users', '[]'), 400, 'invalidSyntax', /JSON object/],
      [await server.call('POST', '/Users', ''), 400, 'invalidSyntax', /empty/],
    ] as const;
    for (const [answer, status, scimType, detail] of cases) {
      expect(answer).toMatchObject({ status, body: { scimType, detail: expect.stringMatching(detail) } });
    }
    expect(await server.kinds()).toEqual(['user.provisioned']);
  });

  it('OIN-14 a workflow refuses with a reason that the admin sees, and nothing is stored', async () => {
    const asked: unknown[] = [];
    const server = opened({
      async decide(change) {
        asked.push(change);
        const { userName } = change.after ?? {};
        if (userName === 'taken')
          return { refuse: 'The licence is used up', status: 409, scimType: 'uniqueness' };
        return userName === 'bad' ? { refuse: 'Not in this country' } : undefined;
      },
    });
    expect(await server.call('POST', '/Users', { userName: 'bad', password: 'secret' })).toMatchObject({
      ...{ status: 400, body: { detail: 'Not in this country' } },
    });
    expect(await server.call('POST', '/Users', { userName: 'taken' })).toMatchObject({
      ...{ status: 409, body: { detail: 'The licence is used up', scimType: 'uniqueness' } },
    });
    expect((await server.get('/Users')).body.totalResults).toBe(0);
    const { id } = await server.user('ana');
    await server.call('PUT', `/Users/${id}`, { userName: 'ana', active: true });
    expect(asked).toMatchObject([{ kinds: ['user.provisioned'], before: null }, {}, { after: { id } }]);
    expect(asked).toHaveLength(3);
    expect(JSON.stringify(asked)).not.toContain('secret');
    await server.patch(`/Users/${id}`, { op: 'replace', value: { active: false, title: 'x' } });
    expect(asked.at(-1)).toMatchObject({ kinds: ['user.changed', 'user.deactivated'], resourceId: id });
  });

  it('OIN-15 a log has one line a call, without anybody in it', async () => {
    const server = opened();
    const { id } = await server.user('ana', { favourite: 'tea' });
    await server.get(`/Users?filter=${encoded('userName eq "ana@acme.test" and title co "x\\"y"')}&count=5`);
    await server.get('/Users?filter=userName%20eq%20ana@acme.test');
    await server.call('POST', '/Users/.search', { filter: 'userName eq "ana@acme.test"' });
    expect(server.log).toEqual([
      {
        at: expect.any(String),
        method: 'POST',
        path: '/Users',
        status: 201,
        durationMs: expect.any(Number),
        ignored: ['favourite'],
      },
      expect.objectContaining({
        ...{ method: 'GET', path: '/Users', status: 200 },
        query: { filter: 'userName eq "…" and title co "…"', count: '5' },
      }),
      expect.objectContaining({ status: 400, scimType: 'invalidFilter', query: { filter: 'userName eq …' } }),
      expect.objectContaining({ path: '/Users/.search', query: { filter: 'userName eq "…"' } }),
    ]);
    expect(JSON.stringify(server.log)).not.toMatch(/ana|acme|tea/);
    expect(id).toBeTruthy();
    const silent = opened({ log: undefined });
    expect((await silent.get('/Users')).status).toBe(200);
  });

  it('OIN-16 a workflow that takes its time delays only what it is about', async () => {
    let release = () => {};
    const server = opened({
      decide: (change) =>
        change.after?.userName === 'slow'
          ? new Promise((resolve) => {
              release = () => resolve(undefined);
            })
          : Promise.resolve(),
    });
    const slow = server.call('POST', '/Users', { userName: 'slow' });
    await expect.poll(async () => (await server.user(`quick${Math.random()}`)).active).toBe(true);
    // The same person waits, and is not created twice.
    const twin = server.call('POST', '/Users', { userName: 'SLOW' });
    release();
    expect((await slow).status).toBe(201);
    expect((await twin).status).toBe(409);
  });

  it('OIN-17 the server documents itself', async () => {
    const server = opened();
    const { body } = await server.get('/Schemas');
    const names: string[] = [];
    const visit = (attribute: { name: string; description: string; subAttributes?: [] }) => {
      names.push(attribute.name);
      expect(attribute.description, attribute.name).toMatch(/^[A-Z].*\.$/);
      for (const sub of attribute.subAttributes ?? []) visit(sub);
    };
    for (const schema of body.Resources) schema.attributes.forEach(visit);
    expect(names).toEqual(expect.arrayContaining(['userName', 'department', 'members', 'entitlements']));
  });

  it('OIN-18 memberships tell who joins and who leaves', async () => {
    const server = opened();
    const { id } = await server.user('ana@acme.test', { externalId: '00u1' });
    const group = await server.group('Sales');
    await server.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: id }] });
    await server.call('DELETE', `/Groups/${group.id}`);
    const membership = {
      group: { id: group.id, displayName: 'Sales' },
      member: { id, type: 'User', userName: 'ana@acme.test', externalId: '00u1' },
    };
    expect(await server.events()).toMatchObject([
      { kind: 'user.provisioned' },
      { kind: 'group.created', before: null, after: { displayName: 'Sales' } },
      { kind: 'membership.added', before: null, after: membership, resourceId: group.id },
      { kind: 'membership.removed', before: membership, after: null },
      { kind: 'group.deleted', after: null },
    ]);
    expect((await server.get(`/Users/${id}`)).body.groups).toBeUndefined();
    expect((await server.get(`/Groups/${group.id}`)).status).toBe(404);
  });
});
