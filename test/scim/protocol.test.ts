import { describe, expect, it } from 'vitest';
import { scimServer } from '../../src/scim/server.ts';
import { memoryScimStore } from '../../src/scim/store/memory.ts';
import { BASE, ENTERPRISE, type Json, opened, TOKEN, USER } from './support.ts';

describe('discovery', () => {
  it('says what the server does', async () => {
    const server = opened();
    expect((await server.get('/ServiceProviderConfig')).body).toMatchObject({
      ...{
        patch: { supported: true },
        bulk: { supported: true, maxOperations: 1_000 },
        sort: { supported: true },
      },
      ...{ filter: { supported: true, maxResults: 1_000 }, etag: { supported: true } },
      changePassword: { supported: false },
      authenticationSchemes: [
        { type: 'oauthbearertoken', name: expect.any(String), description: expect.any(String) },
      ],
      meta: { location: `${BASE}/ServiceProviderConfig`, resourceType: 'ServiceProviderConfig' },
    });
    const types = (await server.get('/ResourceTypes')).body;
    expect(types.Resources).toMatchObject([
      {
        id: 'User',
        endpoint: '/Users',
        schema: USER,
        schemaExtensions: [{ schema: ENTERPRISE, required: false }],
      },
      { id: 'Group', endpoint: '/Groups', schemaExtensions: [] },
    ]);
    for (const { meta, id } of [...types.Resources, ...(await server.get('/Schemas')).body.Resources]) {
      const path = meta.location.slice(BASE.length);
      expect((await server.get(path)).body, path).toMatchObject({ id });
    }
    expect((await server.get('/Schemas/urn:none')).status).toBe(404);
    expect((await server.get('/Schemas?filter=id%20pr')).status).toBe(403);
  });

  it('only to who has the token', async () => {
    const server = opened();
    for (const path of ['/ServiceProviderConfig', '/Users', '/nothing', '/Bulk']) {
      const answer = await server.call('GET', path, undefined, { authorization: 'Bearer x' });
      expect(answer.status, path).toBe(401);
    }
  });

  it('schemas of your own are part of it, and of resources', async () => {
    const id = 'urn:acme:params:scim:schemas:User';
    const server = opened({
      schemas: [
        {
          ...{ id, name: 'Acme' },
          attributes: [
            { name: 'badge', type: 'integer' },
            { name: 'isContractor', type: 'boolean' },
            { name: 'tags', type: 'string', multiValued: true },
            { name: 'note', type: 'string', returned: 'request' },
            { name: 'desk', type: 'complex', subAttributes: [{ name: 'floor', type: 'decimal' }] },
          ],
        },
        { id: 'urn:acme:Group', resourceType: 'Group', attributes: [{ name: 'owner', type: 'string' }] },
      ],
    });
    const own = { badge: '7', isContractor: 'True', tags: ['a', 'b'], note: 'n', desk: { floor: 2.5 } };
    const user = await server.user('ana', { [id.toUpperCase()]: own });
    expect(user.schemas).toEqual([USER, id]);
    expect(user[id]).toEqual({ badge: 7, isContractor: true, tags: ['a', 'b'], desk: { floor: 2.5 } });
    expect((await server.get(`/Users/${user.id}?attributes=${id}:note`)).body[id]).toEqual({ note: 'n' });
    const found = await server.get(
      `/Users?filter=${encodeURIComponent(`${id}:badge gt 6 and ${id}:tags eq "B"`)}`,
    );
    expect(found.body.totalResults).toBe(1);
    const { body } = await server.patch(
      `/Users/${user.id}`,
      ...[
        { op: 'add', path: `${id}:tags`, value: ['b', 'c'] },
        { op: 'replace', path: `${id}:desk.floor`, value: 3 },
      ],
    );
    expect(body[id]).toMatchObject({ tags: ['a', 'b', 'c'], desk: { floor: 3 } });
    expect(
      (await server.patch(`/Users/${user.id}`, { op: 'replace', path: `${id}:badge`, value: 'x' })).status,
    ).toBe(400);
    expect((await server.get('/ResourceTypes/Group')).body.schemaExtensions).toEqual([
      { schema: 'urn:acme:Group', required: false },
    ]);
  });

  it('attributes of your own may have the names of others', async () => {
    const id = 'urn:acme:User';
    const names = ['active', 'password', 'members', 'externalId'];
    const passwords: string[] = [];
    const server = opened({
      schemas: [{ id, attributes: names.map((name) => ({ name, type: 'string' })) }],
      password: async (_, value) => void passwords.push(value),
    });
    const { id: user } = await server.user('ana', {
      [`${id}:active`]: 'a',
      [id]: { password: 'p', members: 'm' },
    });
    await server.patch(`/Users/${user}`, { op: 'replace', path: `${id}:externalId`, value: 'e' });
    await server.patch(`/Users/${user}`, { op: 'replace', path: `${id}:active`, value: null });
    const { body } = await server.get(`/Users/${user}`);
    expect(body).toMatchObject({ active: true, [id]: { password: 'p', members: 'm', externalId: 'e' } });
    expect(body[id]).not.toHaveProperty('active');
    expect(passwords).toEqual([]);
  });

  it.each([
    ['no URN', { id: 'acme', attributes: [{ name: 'a', type: 'string' }] }, /is not one/],
    ['no attributes', { id: 'urn:acme:x', attributes: [] }, /is not one/],
    ['a type that is none', { id: 'urn:acme:x', attributes: [{ name: 'a', type: 'text' }] }, /is not one/],
    [
      'a complex one without parts',
      { id: 'urn:acme:x', attributes: [{ name: 'a', type: 'complex' }] },
      /not complete/,
    ],
    ['a URN of the RFC', { id: ENTERPRISE, attributes: [{ name: 'a', type: 'string' }] }, /declared twice/],
  ])('a schema with %s is refused', (_, schema, message) => {
    expect(() => opened({ schemas: [schema] })).toThrow(message);
  });
});

describe('ETags', () => {
  it('let a client skip what it has, and write only what it has seen', async () => {
    const server = opened();
    const { id } = await server.user('ana');
    const first = await server.get(`/Users/${id}`);
    const tag = first.headers.get('etag') as string;
    expect(tag).toBe(first.body.meta.version);
    const unchanged = await server.call('GET', `/Users/${id}`, undefined, { 'if-none-match': `"x", ${tag}` });
    expect([unchanged.status, unchanged.body]).toEqual([304, undefined]);
    const rename = (title: string, match: string) =>
      server.call('PUT', `/Users/${id}`, { userName: 'ana', title }, { 'if-match': match });
    expect(await rename('x', 'W/"9"')).toMatchObject({ status: 412, body: { status: '412' } });
    expect((await rename('x', tag)).status).toBe(200);
    expect((await rename('y', tag)).status).toBe(412);
    expect((await rename('y', '*')).status).toBe(200);
    expect((await server.call('DELETE', `/Users/${id}`, undefined, { 'if-match': tag })).status).toBe(412);
    expect((await server.get(`/Users/${id}`)).body.title).toBe('y');
    expect((await server.call('GET', `/Users/${id}`, undefined, { 'if-none-match': tag })).status).toBe(200);
  });

  it('the groups of a user are part of what a client has, not of what it writes', async () => {
    const server = opened();
    const { id, meta } = await server.user('ana');
    await server.group('Sales', [id]);
    const now = await server.call('GET', `/Users/${id}`, undefined, { 'if-none-match': meta.version });
    expect(now.status).toBe(200);
    const put = { userName: 'ana', title: 'x' };
    expect((await server.call('PUT', `/Users/${id}`, put, { 'if-match': meta.version })).status).toBe(200);
    const tag = (await server.get(`/Users/${id}`)).headers.get('etag') as string;
    expect(
      (await server.call('PUT', `/Users/${id}`, { ...put, title: 'y' }, { 'if-match': tag })).status,
    ).toBe(200);
  });

  it('what changes nothing keeps version, time and events', async () => {
    const server = opened();
    const user = await server.user('ana', { title: 'x' });
    await server.events();
    const put = await server.call('PUT', `/Users/${user.id}`, user);
    expect(put).toMatchObject({ status: 200, body: user });
    expect(await server.kinds()).toEqual([]);
  });
});

describe('bulk requests', () => {
  const bulk = (server: ReturnType<typeof opened>, Operations: unknown, more: object = {}) =>
    server.call('POST', '/Bulk', {
      ...{ schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations, ...more },
    });

  it('create a user and a group that has it, in whatever order', async () => {
    const server = opened();
    const { body, status } = await bulk(server, [
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: { displayName: 'Sales', members: [{ value: 'bulkId:u' }] },
      },
      { method: 'POST', path: '/Users', bulkId: 'u', data: { userName: 'ana' } },
      {
        method: 'PATCH',
        path: '/Users/bulkId:u',
        data: { Operations: [{ op: 'add', path: 'title', value: 'x' }] },
      },
    ]);
    expect(status).toBe(200);
    expect(body.Operations).toMatchObject([
      { method: 'POST', bulkId: 'g', status: '201', location: expect.stringContaining('/Groups/') },
      { method: 'POST', bulkId: 'u', status: '201', version: 'W/"1"' },
      { method: 'PATCH', status: '200' },
    ]);
    const groupId = body.Operations[0].location.split('/').at(-1);
    const [member = ''] = await server.membersOf(groupId);
    expect((await server.get(`/Users/${member}`)).body).toMatchObject({ userName: 'ana', title: 'x' });
    const gone = await bulk(server, [
      { method: 'DELETE', path: `/Users/${member}`, version: 'W/"1"' },
      { method: 'delete', path: `/Users/${member}`, version: 'W/"2"' },
      { method: 'PUT', path: `/Users/${member}`, data: { userName: 'x' } },
    ]);
    expect(gone.body.Operations).toMatchObject([
      { status: '412', response: { schemas: [expect.stringContaining('Error')], status: '412' } },
      { method: 'DELETE', status: '204' },
      { status: '404' },
    ]);
  });

  it('end after as many errors as asked', async () => {
    const server = opened();
    const bad = (i: number) => ({ method: 'POST', path: '/Users', bulkId: `b${i}`, data: {} });
    const good = { method: 'POST', path: '/Users', bulkId: 'good', data: { userName: 'ana' } };
    const { body } = await bulk(server, [bad(1), bad(2), good], { failOnErrors: 2 });
    expect(body.Operations.map((one: Json) => one.status)).toEqual(['400', '400']);
    expect((await bulk(server, [bad(1), good], { failOnErrors: 2 })).body.Operations).toHaveLength(2);
  });

  it('answer for each operation that cannot be', async () => {
    const server = opened();
    const make = (name: string, other: string) => ({
      ...{ method: 'POST', path: '/Groups', bulkId: name },
      data: { displayName: name, members: [{ value: `bulkId:${other}` }] },
    });
    const { body } = await bulk(server, [
      ...[make('a', 'b'), make('b', 'a'), make('c', 'unknown')],
      ...[
        { method: 'GET', path: '/Users' },
        { method: 'POST', path: '/Bulk', bulkId: 'x', data: {} },
      ],
      { method: 'POST', path: '/Users', bulkId: 'y', data: 'text' },
    ]);
    expect(body.Operations.map((one: Json) => one.status)).toEqual([
      '409',
      '409',
      '409',
      '405',
      '400',
      '400',
    ]);
    expect((await server.get('/Groups')).body.totalResults).toBe(0);
  });

  it.each([
    [{}, 400],
    [{ Operations: [{ method: 'POST', path: '/Users', data: {} }] }, 400],
    [{ Operations: [7] }, 400],
    [{ Operations: [{ path: '/Users' }] }, 400],
    [{ Operations: [], failOnErrors: -1 }, 400],
    [{ Operations: Array(1_001).fill({ method: 'DELETE', path: '/Users/x' }) }, 413],
  ])('%# are refused as a whole', async (body, status) => {
    expect((await opened().call('POST', '/Bulk', body)).status).toBe(status);
  });
});

describe('bad input', () => {
  it('huge bodies end in 413, whether they say so or not', async () => {
    const server = opened({ limits: { bytes: 10_000 } });
    const huge = JSON.stringify({ userName: 'x'.repeat(20_000) });
    expect((await server.call('POST', '/Users', huge)).status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new TextEncoder().encode(' '.repeat(1_000)));
      },
    });
    const request = new Request(`${BASE}/Users`, {
      ...{ method: 'POST', body: endless, duplex: 'half', headers: { authorization: TOKEN } },
    } as RequestInit);
    expect((await server.fetch(request)).status).toBe(413);
    expect(sent).toBeLessThan(20);
  });

  it('a body that never ends in time ends in 408', async () => {
    const server = opened({ limits: { bodyMs: 30 } });
    const silent = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
    });
    const request = new Request(`${BASE}/Users`, {
      ...{ method: 'POST', body: silent, duplex: 'half', headers: { authorization: TOKEN } },
    } as RequestInit);
    const response = await server.fetch(request);
    expect([response.status, ((await response.json()) as Json).status]).toEqual([408, '408']);
  });

  it.each([
    ['lists', '['.repeat(1_000_000)],
    ['objects', '{"a":'.repeat(1_000_000)],
    ['lists that end', `{"emails":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['texts that do not', `{"userName":"${'\\"'.repeat(2_000_000)}`],
    ['quotes', '"'.repeat(4_000_001)],
  ])('deep or endless %s end at once', async (_, body) => {
    const started = performance.now();
    expect(await opened().call('POST', '/Users', body)).toMatchObject({
      ...{ status: 400, body: { scimType: 'invalidSyntax' } },
    });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('too many members or operations are refused before anything is read', async () => {
    const server = opened({ limits: { members: 3, operations: 3 } });
    const { id } = await server.group('Sales');
    const value = ['a', 'b', 'c', 'd'].map((one) => ({ value: one }));
    const answers = [
      await server.patch(`/Groups/${id}`, { op: 'add', path: 'members', value }),
      await server.call('POST', '/Groups', { displayName: 'x', members: value }),
      await server.patch(`/Groups/${id}`, ...Array(4).fill({ op: 'add', path: 'displayName', value: 'x' })),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
  });

  it('names of JavaScript are names like others', async () => {
    const server = opened();
    const body =
      '{"userName":"ana","__proto__":{"active":false},"constructor":1,"name":{"toString":"x","givenName":"Ana"}}';
    const made = await server.call('POST', '/Users', body);
    expect(made).toMatchObject({ status: 201, body: { active: true, name: { givenName: 'Ana' } } });
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(
        (await server.patch(`/Users/${made.body.id}`, { op: 'add', path: name, value: 'x' })).status,
      ).toBe(400);
      expect((await server.get(`/Users?filter=${name}%20pr`)).status).toBe(400);
      expect((await server.get(`/${name}`)).status).toBe(404);
      expect((await server.get(`/Users/${name}`)).status).toBe(404);
    }
    expect(({} as Json).active).toBeUndefined();
  });

  it('odd paths and queries have an answer', async () => {
    const server = opened();
    for (const [path, status] of [
      ...[
        ['/Users/', 200],
        ['/Users//', 200],
        ['/Users/%', 404],
        ['/Users/a/b', 404],
        ['/users', 404],
      ],
      ...[
        ['/Users?filter=%E0%A4%A', 400],
        ['/Users?startIndex=-5&count=-1', 200],
        ['/Users?count=1e9', 200],
      ],
      ...[
        ['/Users?count=99999999999999999999', 400],
        ['/Users?&&=&filter=', 200],
        ['/', 200],
        ['', 200],
      ],
    ] as [string, number][]) {
      expect((await server.get(path)).status, path).toBe(status);
    }
    expect((await server.get('/Users?startIndex=-5&count=-1')).body).toMatchObject({
      startIndex: 1,
      itemsPerPage: 0,
    });
    const outside = await server.fetch(
      new Request('https://scim.acme.test/else', { headers: { authorization: TOKEN } }),
    );
    expect([outside.status, ((await outside.json()) as Json).status]).toEqual([404, '404']);
  });

  it('a server that stops answers what it has begun, then 503', async () => {
    const store = memoryScimStore();
    let release = () => {};
    const service = scimServer({
      ...{ store, token: TOKEN, basePath: '/api/', publicUrl: 'https://public.acme.test/api/' },
      decide: () =>
        new Promise((resolve) => {
          release = () => resolve(undefined);
        }),
    });
    const send = (method: string) =>
      service.fetch(
        new Request('http://10.0.0.1:8080/api/Users', {
          ...{
            method,
            headers: { authorization: TOKEN, 'content-type': 'application/json' },
            body: method === 'POST' ? '{"userName":"ana"}' : undefined,
          },
        }),
      );
    const begun = send('POST');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const closed = service.close();
    expect((await send('GET')).status).toBe(503);
    release();
    const answer = await begun;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toMatch(/^https:\/\/public\.acme\.test\/api\/Users\/[\da-f-]+$/);
    await closed;
  });

  it.each([
    [{ basePath: 'no slash' }, /base path/],
    [{ publicUrl: 'not a URL' }, /public URL/],
    [{ publicUrl: 'ftp://x' }, /public URL/],
    [{ token: { sha256: 'short' } }, /token/],
  ])('options that cannot be used: %j', (options, message) => {
    expect(() => opened(options as object)).toThrow(message);
  });
});

describe('attributes and excludedAttributes', () => {
  it.each([
    ['attributes=userName', ['schemas', 'id', 'userName']],
    ['attributes=USERNAME,name.givenName', ['schemas', 'id', 'userName', 'name']],
    [`attributes=${ENTERPRISE}`, ['schemas', 'id', ENTERPRISE]],
    [`attributes=${ENTERPRISE}:department`, ['schemas', 'id', ENTERPRISE]],
    ['attributes=unknown', ['schemas', 'id']],
    ['excludedAttributes=name,meta,id,active', ['schemas', 'id', 'userName', ENTERPRISE]],
    [
      `excludedAttributes=${ENTERPRISE},name.familyName`,
      ['schemas', 'id', 'userName', 'active', 'name', 'meta'],
    ],
  ])('%s', async (query, keys) => {
    const server = opened();
    const { id } = await server.user('ana', {
      name: { givenName: 'Ana', familyName: 'Ruiz' },
      [ENTERPRISE]: { department: 'Sales', division: 'x' },
    });
    const { body } = await server.get(`/Users/${id}?${query}`);
    expect(Object.keys(body).sort()).toEqual([...keys].sort());
    if (query.includes('givenName') || query.includes('familyName'))
      expect(body.name).toEqual({ givenName: 'Ana' });
    if (query.includes(':department')) expect(body[ENTERPRISE]).toEqual({ department: 'Sales' });
    const [listed] = (await server.get(`/Users?${query}`)).body.Resources;
    expect(listed).toEqual(body);
  });

  it('members are read only where they are wanted', async () => {
    const server = opened();
    const { id: user } = await server.user('ana');
    const { id } = await server.group('Sales', [user]);
    let reads = 0;
    const { members } = server.store;
    server.store.members = (...args) => {
      reads += 1;
      return members(...args);
    };
    expect((await server.get(`/Groups/${id}?excludedAttributes=members`)).body.members).toBeUndefined();
    expect((await server.get('/Groups?attributes=displayName')).body.Resources[0].members).toBeUndefined();
    expect(reads).toBe(0);
    expect((await server.get(`/Groups/${id}?attributes=members.value`)).body.members).toEqual([
      { value: user },
    ]);
  });
});
