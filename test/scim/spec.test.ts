import { describe, expect, it } from 'vitest';
import { encoded, type Json, opened, USER } from './support.ts';

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The requests of Okta's SPEC test in its order, on one server that has a user already, as its guide asks. */
describe("Okta's SPEC test", async () => {
  const server = opened();
  const known = await server.user('existing@acme.test', {
    name: { givenName: 'Eva', familyName: 'Roth' },
    emails: [{ value: 'existing@acme.test', primary: true, type: 'work' }],
  });
  const okta = { 'accept-charset': 'utf-8', 'user-agent': 'OKTA SCIM Integration' };
  const read = (path: string, headers = {}) => server.call('GET', path, undefined, { ...okta, ...headers });
  const named = (name: string) => `/Users?filter=${encoded(`userName eq "${name}"`)}`;
  const userName = 'Runscope300@Atko.com';
  const runscope = {
    schemas: [USER],
    ...{ userName, name: { givenName: 'Run', familyName: 'Scope' } },
    emails: [{ primary: true, value: 'run.scope@atko.com', type: 'work' }],
    ...{ displayName: 'Run Scope', active: true },
  };
  const create = (body: object) =>
    server.call('POST', '/Users', body, {
      'content-type': 'application/json',
      accept: 'application/scim+json; charset=utf-8',
    });
  const whole = {
    id: expect.stringMatching(/./),
    name: { familyName: expect.stringMatching(/./), givenName: expect.stringMatching(/./) },
    ...{ userName: expect.stringMatching(/./), active: true },
    emails: [{ value: expect.stringMatching(/./) }],
  };
  let made: Json;

  it('SPEC 1 the first page has a whole user, and numbers', async () => {
    const { status, body } = await read('/Users?count=1&startIndex=1');
    expect(status).toBe(200);
    expect(body.schemas).toContain(LIST);
    for (const count of ['itemsPerPage', 'startIndex', 'totalResults']) expect(body[count], count).toBe(1);
    expect(body.Resources).toMatchObject([whole]);
  });

  it('SPEC 2 the user of that page is found by its id', async () => {
    const { status, body } = await read(`/Users/${known.id}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { ...whole, id: known.id } });
  });

  it.each([
    ['SPEC 3 a userName that nobody has is an empty list', 'nobody@acme.test'],
    ['SPEC 5 so is the one of who is about to be created', userName],
  ])('%s', async (_, name) => {
    const { status, body } = await read(named(name));
    expect(status).toBe(200);
    expect(body).toEqual({ schemas: [LIST], totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] });
  });

  it.each([
    ['SPEC 4 an id that nobody has is an error with a detail', 'nobody'],
    ['SPEC 12 and its status is a text', '00919288221112222'],
  ])('%s', async (_, id) => {
    const { status, body } = await read(`/Users/${id}`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ schemas: [ERROR], status: '404', detail: expect.stringMatching(/./) });
  });

  it('SPEC 6 a user is created with application/json', async () => {
    const { status, body } = await create(runscope);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...runscope,
      id: expect.stringMatching(/./),
      meta: { resourceType: 'User' },
    });
    made = body;
  });

  it('SPEC 7 and is there', async () => {
    expect((await read(`/Users/${made.id}`)).body).toEqual(made);
  });

  it('SPEC 8 and is not created twice', async () => {
    const { status, body } = await create({
      ...runscope,
      emails: [{ primary: true, value: userName, type: 'work' }],
    });
    expect(status).toBe(409);
    expect(body).toMatchObject({ schemas: [ERROR], status: '409', scimType: 'uniqueness' });
  });

  it('SPEC 9 and is found by its userName in any case', async () => {
    for (const name of [userName, userName.toLowerCase(), userName.toUpperCase()])
      expect((await read(named(name))).body.Resources, name).toEqual([made]);
  });

  it('SPEC 10 groups are a list within 600 ms, also when there is none', async () => {
    const began = performance.now();
    const { status, body } = await read('/Groups');
    expect(performance.now() - began).toBeLessThan(600);
    expect(status).toBe(200);
    expect(body).toMatchObject({ schemas: [LIST], totalResults: 0, Resources: [] });
  });

  it('SPEC 11 a wrong token is an error with a detail', async () => {
    const { status, body } = await read(named(userName.toUpperCase()), { authorization: 'non-token' });
    expect(status).toBe(401);
    expect(body).toMatchObject({ schemas: [ERROR], status: '401', detail: expect.stringMatching(/./) });
  });
});
