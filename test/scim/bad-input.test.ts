import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { memoryScimStore } from '../../src/scim/store/memory.ts';
import { BASE, encoded, type Json, opened, TOKEN } from './support.ts';

const values = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => ({ value: `${first + i}@acme.test`, type: 'other' }));

it('objects where a text belongs are refused, also those that cannot become one', async () => {
  const server = opened();
  const { id } = await server.user('ana');
  const odd = { toString: 1, valueOf: 1 };
  for (const name of [
    'filter',
    'sortBy',
    'sortOrder',
    'count',
    'startIndex',
    'attributes',
    'excludedAttributes',
  ])
    expect(await server.call('POST', '/Users/.search', { [name]: odd }), name).toMatchObject({
      ...{ status: 400, body: { scimType: 'invalidValue' } },
    });
  expect(await server.patch(`/Users/${id}`, { op: odd, path: 'title', value: 'x' })).toMatchObject({
    ...{ status: 400, body: { scimType: 'invalidSyntax' } },
  });
  expect(server.log.filter(({ error }) => error !== undefined)).toEqual([]);
});

it('what is not UTF-8, or compressed, is refused before it becomes the name of somebody', async () => {
  const server = opened();
  const sent = async (body: Uint8Array, headers: Record<string, string> = {}) => {
    const request = new Request(`${BASE}/Users`, {
      ...{
        method: 'POST',
        body: body as Uint8Array<ArrayBuffer>,
        headers: { authorization: TOKEN, ...headers },
      },
    });
    const response = await server.fetch(request);
    return [response.status, ((await response.json()) as Json).detail];
  };
  expect(await sent(Buffer.from('{"userName":"Müller"}', 'latin1'))).toEqual([400, 'The body is not UTF-8']);
  const zipped = gzipSync('{"userName":"ana"}');
  expect(await sent(zipped, { 'content-encoding': 'gzip' })).toEqual([
    415,
    expect.stringContaining('"gzip"'),
  ]);
  expect(
    (await sent(Buffer.from('\uFEFF{"userName":"Müller"}'), { 'content-encoding': 'identity' }))[0],
  ).toBe(201);
  expect((await server.get('/Users')).body.totalResults).toBe(1);
});

it('half of a character is refused: stores cannot tell one half from another', async () => {
  const server = opened();
  for (const body of [
    '{"userName":"ana","externalId":"\\ud800"}',
    '{"userName":"ana","name":{"givenName":"a\\\\\\uDC00"}}',
    '{"userName":"ana","\\udfff":1}',
  ])
    expect(await server.call('POST', '/Users', body), body).toMatchObject({
      ...{ status: 400, body: { scimType: 'invalidSyntax', detail: expect.stringContaining('half') } },
    });
  const whole = '{"userName":"\\ud83d\\ude00","title":"\\\\ud800"}';
  expect(await server.call('POST', '/Users', whole)).toMatchObject({
    ...{ status: 201, body: { userName: '😀', title: '\\ud800' } },
  });
});

it('long lists of values neither stop the server nor grow without end', async () => {
  const server = opened();
  const { id } = await server.user('ana', { emails: values(1_000) });
  const began = performance.now();
  const path = 'emails';
  const same = Array.from({ length: 100 }, () => ({ op: 'add', path, value: values(1_000) }));
  expect((await server.patch(`/Users/${id}`, ...same)).status).toBe(200);
  const others = Array.from({ length: 100 }, () => ({ op: 'remove', path, value: values(1_000, 1_000) }));
  expect((await server.patch(`/Users/${id}`, ...others)).status).toBe(200);
  // Each value compared with each took a minute.
  expect(performance.now() - began).toBeLessThan(10_000);
  expect((await server.get(`/Users/${id}`)).body.emails).toHaveLength(1_000);
  for (const answer of [
    await server.patch(`/Users/${id}`, { op: 'add', path, value: values(1, 1_000) }),
    await server.patch(`/Users/${id}`, { op: 'replace', path, value: values(1_001) }),
    await server.call('PUT', `/Users/${id}`, { userName: 'ana', emails: values(1_001) }),
    await server.call('POST', '/Users', { userName: 'eve', emails: values(1_001) }),
  ])
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
  expect((await server.get(`/Users?filter=${encoded('userName eq "eve"')}`)).body.totalResults).toBe(0);
});

it('values are added and removed as one by one', async () => {
  const server = opened();
  const emails = [{ value: 'a', type: 'work' }, { type: 'home', display: 'x' }, { value: 'b' }];
  const { id } = await server.user('ana', { emails });
  const patched = async (...operations: object[]) =>
    (await server.patch(`/Users/${id}`, ...operations)).body.emails;
  const value = [
    { value: 'a', type: 'work', display: 'A' },
    { display: 'x', type: 'home' },
    { value: 'b', type: 'home' },
  ];
  expect(await patched({ op: 'add', path: 'emails', value })).toEqual([
    { value: 'a', type: 'work', display: 'A' },
    { type: 'home', display: 'x' },
    { value: 'b' },
    { value: 'b', type: 'home' },
  ]);
  const gone = [{ type: 'work' }, { value: 'b', type: 'home' }];
  expect(await patched({ op: 'remove', path: 'emails', value: gone })).toEqual([
    { type: 'home', display: 'x' },
    { value: 'b' },
  ]);
});

it('bulk operations that all wait for the next one end in time', async () => {
  const server = opened();
  const count = 600;
  const Operations = Array.from({ length: count }, (_, i) => ({
    ...{ method: 'POST', path: '/Groups', bulkId: `${i}` },
    data: {
      displayName: `Group ${i}`,
      members: i === count - 1 ? [] : [{ value: `bulkId:${i + 1}` }],
      unknown: Array(300).fill('x'),
    },
  }));
  const began = performance.now();
  const { body } = await server.call('POST', '/Bulk', { Operations });
  expect(body.Operations.every(({ status }: Json) => status === '201')).toBe(true);
  expect(performance.now() - began).toBeLessThan(4_000);
});

it('members are removed by the name that is shown of them, too', async () => {
  const server = opened();
  const [ana, ben] = [await server.user('ana', { displayName: 'Ana' }), await server.user('ben')];
  const { id } = await server.group('Sales', [ana.id, ben.id]);
  await server.patch(`/Groups/${id}`, { op: 'remove', path: 'members[display eq "ana"]' });
  expect(await server.membersOf(id)).toEqual([ben.id]);
});

const URN = 'urn:acme:scim:User';
const own = (...attributes: object[]) => [{ id: URN, attributes }];
const text = { name: 'value', type: 'string' };

it('a list within an object is added to and removed from, not replaced', async () => {
  const tags = { name: 'tags', type: 'string', multiValued: true };
  const server = opened({ schemas: own({ name: 'desk', type: 'complex', subAttributes: [tags, text] }) });
  const { id } = await server.user('ana', { [URN]: { desk: { tags: ['a'] } } });
  const after = async (operation: object) =>
    (await server.patch(`/Users/${id}`, operation)).body[URN]?.desk?.tags;
  const path = `${URN}:desk.tags`;
  expect(await after({ op: 'add', path, value: ['b'] })).toEqual(['a', 'b']);
  expect(await after({ op: 'add', path: `${URN}:desk`, value: { tags: ['c'] } })).toEqual(['a', 'b', 'c']);
  expect(await after({ op: 'remove', path, value: ['a'] })).toEqual(['b', 'c']);
  expect(await after({ op: 'replace', path, value: 'd' })).toEqual(['d']);
  expect(await after({ op: 'remove', path })).toBeUndefined();
});

it('values from before a schema was changed take its form, or are none', async () => {
  const store = memoryScimStore();
  const before = { a: 'one', b: 'two', c: ['x', 'y'], d: [{ value: 'v' }], e: { value: 'w' } };
  const list = { type: 'complex', multiValued: true, subAttributes: [text] };
  const old = opened({
    store,
    schemas: own(
      ...[
        { name: 'a', type: 'string' },
        { name: 'b', type: 'string' },
      ],
      ...[
        { name: 'c', type: 'string', multiValued: true },
        { name: 'd', ...list },
      ],
      { name: 'e', type: 'complex', subAttributes: [text] },
    ),
  });
  const { id } = await old.user('ana', { [URN]: before });
  const server = opened({
    store,
    schemas: own(
      ...[
        { name: 'a', ...list },
        { name: 'b', type: 'string', multiValued: true },
      ],
      ...[
        { name: 'c', type: 'string' },
        { name: 'd', type: 'complex', subAttributes: [text] },
      ],
      { name: 'e', ...list },
    ),
  });
  const added = (name: string, value: unknown) => ({ op: 'add', path: `${URN}:${name}`, value });
  const { status, body } = await server.patch(
    `/Users/${id}`,
    ...[added('a', [{ value: 'n' }]), added('b', ['n']), added('c', 'n')],
    ...[added('d.value', 'n'), added('e', [{ value: 'n' }])],
  );
  expect([status, body[URN]]).toEqual([
    200,
    {
      ...{ a: [{ value: 'one' }, { value: 'n' }], b: ['two', 'n'], c: 'n', d: { value: 'n' } },
      e: [{ value: 'w' }, { value: 'n' }],
    },
  ]);
});
