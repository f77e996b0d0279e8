import { describe, expect, it } from 'vitest';
import { newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
const path = '/api/v1/meta/schemas/user/default';
const change = (properties: Record<string, unknown>) =>
  client.post(path, { definitions: { custom: { id: '#custom', type: 'object', properties } } });

describe('the user schema', () => {
  it('has the base attributes and a custom one of every kind', async () => {
    const { body } = await client.get(path);
    expect(body.id).toBe(`${client.sandbox.orgUrl}/meta/schemas/user/default`);
    expect(Object.keys(body.definitions.base.properties)).toHaveLength(31);
    expect(body.definitions.base.required).toEqual(['login', 'firstName', 'lastName', 'email']);
    expect(body.definitions.custom.properties).toMatchObject({
      shirtSize: { type: 'string', enum: ['S', 'M', 'L'], oneOf: [{ const: 'S', title: 'Small' }, {}, {}] },
      skills: { type: 'array', items: { type: 'string' } },
      deskNumber: { type: 'integer' },
      contractor: { type: 'boolean' },
      badgeId: { unique: 'UNIQUE_VALIDATED' },
      payrollId: { mutability: 'READ_ONLY' },
    });
  });

  it('takes a new attribute, which users can have from then on', async () => {
    const added = await change({ parking: { title: 'Parking', type: 'string', maxLength: 4, unique: true } });
    expect(added.body.definitions.custom.properties).toMatchObject({
      parking: { unique: 'UNIQUE_VALIDATED' },
      skills: {},
    });
    const profile = { ...newProfile('parker'), parking: 'P1' };
    const { body } = await client.post('/api/v1/users', { profile });
    expect(body.profile.parking).toBe('P1');
    expect(
      (await client.get(`/api/v1/users${query({ search: 'profile.parking eq "P1"' })}`)).body,
    ).toHaveLength(1);
    const removed = await change({ parking: null });
    expect(removed.body.definitions.custom.properties).not.toHaveProperty('parking');
    expect((await client.get(`/api/v1/users/${body.id}`)).body.profile).not.toHaveProperty('parking');
    expect(
      (await client.post('/api/v1/users', { profile: { ...profile, login: 'p2@sandbox.example' } })).status,
    ).toBe(400);
  });

  it('can relax what is required', async () => {
    await client.post(path, { definitions: { base: { properties: { lastName: { required: false } } } } });
    const { lastName: _, ...profile } = newProfile('mononym');
    expect((await client.post('/api/v1/users', { profile })).status).toBe(200);
  });

  it.each([
    [{ x: { type: 'string' } }],
    [{ x: { title: 'X', type: 'date' } }],
    [{ 'no-name': { title: 'X', type: 'string' } }],
    [Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`u${n}`, { title: 'U', type: 'string', unique: true }]))],
  ])('refuses %j', async (properties) => {
    expect(await change(properties as Record<string, unknown>)).toMatchObject({
      status: 400,
      body: { errorCode: 'E0000001' },
    });
  });
});

it('a change of the schema is in the log', async () => {
  const properties = { shoe: { title: 'Shoe', type: 'number', required: false } };
  await client.post('/api/v1/meta/schemas/user/default', { definitions: { custom: { properties } } });
  expect((await client.events('directory.user_profile.update'))[0].target).toMatchObject([
    { type: 'UserType' },
  ]);
});

it('a second user type has a schema of its own', async () => {
  const types = (await client.get('/api/v1/meta/types/user')).body;
  expect(types.filter((type: { default: boolean }) => type.default)).toHaveLength(1);
  const other = types.find((type: { default: boolean }) => !type.default);
  const schema = await client.get(new URL(other._links.schema.href).pathname);
  expect(schema.body.definitions.custom.properties).toEqual({});
  expect(schema.body._links.type.href).toBe(other._links.self.href);
  expect((await client.get('/api/v1/meta/schemas/user/oscNone')).status).toBe(404);
  const profile = { ...newProfile('loan'), shirtSize: 'M' };
  expect((await client.post('/api/v1/users', { profile, type: { id: other.id } })).status).toBe(400);
});

it('groups have a schema too', async () => {
  const { body } = await client.get('/api/v1/meta/schemas/group/default');
  expect(Object.keys(body.definitions.base.properties)).toEqual(['name', 'description']);
  expect(body.definitions.custom.properties).toHaveProperty('costCenter');
});
