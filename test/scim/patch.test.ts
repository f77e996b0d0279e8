import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTERPRISE, type Json, opened } from './support.ts';

const emails = [
  { value: 'ana@acme.test', type: 'work', primary: true },
  { value: 'ana@home.test', type: 'home' },
];

/** A user after these operations. */
async function patchedUser(attributes: object, ...operations: object[]): Promise<Json> {
  const server = opened();
  const { id } = await server.user('ana', attributes);
  const { status, body } = await server.patch(`/Users/${id}`, ...operations);
  expect(status, JSON.stringify(body)).toBe(200);
  expect((await server.get(`/Users/${id}`)).body).toEqual(body);
  return body;
}

/** The refusal of operations, which change nothing. */
async function refusal(attributes: object, ...operations: object[]): Promise<Json> {
  const server = opened();
  const user = await server.user('ana', attributes);
  const { status, body } = await server.patch(`/Users/${user.id}`, ...operations);
  expect(status).toBe(400);
  expect((await server.get(`/Users/${user.id}`)).body).toEqual(user);
  return body;
}

describe('PATCH as the RFC has it', () => {
  it('adds to a list, sets what is single, and merges objects', async () => {
    const other = { value: 'a@other.test', type: 'other' };
    expect(
      await patchedUser(
        { emails, name: { givenName: 'Ana' } },
        { op: 'add', path: 'emails', value: [other] },
        { op: 'add', path: 'nickName', value: 'A' },
        { op: 'add', path: 'name', value: { familyName: 'Ruiz' } },
        { op: 'add', value: { title: 'Boss', emails: [{ value: 'fourth@x.test' }] } },
      ),
    ).toMatchObject({
      emails: [...emails, other, { value: 'fourth@x.test' }],
      ...{ nickName: 'A', name: { givenName: 'Ana', familyName: 'Ruiz' }, title: 'Boss' },
    });
  });

  it('adds nothing twice', async () => {
    const server = opened();
    const { id } = await server.user('ana', { emails });
    await server.events();
    await server.patch(`/Users/${id}`, { op: 'add', path: 'emails', value: [emails[1]] });
    expect(await server.kinds()).toEqual([]);
    const { body } = await server.patch(`/Users/${id}`, { op: 'add', path: 'emails', value: emails[1] });
    expect(body.emails).toEqual(emails);
  });

  it('a new primary value takes it from the old one', async () => {
    const fresh = { value: 'new@acme.test', type: 'other', primary: true };
    const { emails: made } = await patchedUser({ emails }, { op: 'add', path: 'emails', value: [fresh] });
    expect(made).toEqual([{ ...emails[0], primary: false }, emails[1], fresh]);
  });

  it('replaces lists, one value of a list, and one part of it', async () => {
    const changed = await patchedUser(
      { emails },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@acme.test' },
      { op: 'replace', path: 'emails[type eq "home"]', value: { value: 'x@y.test', type: 'home' } },
    );
    expect(changed.emails).toEqual([
      { ...emails[0], value: 'new@acme.test' },
      { value: 'x@y.test', type: 'home' },
    ]);
    const replaced = await patchedUser(
      { emails },
      { op: 'replace', path: 'emails', value: [{ value: 'only@x.test' }] },
    );
    expect(replaced.emails).toEqual([{ value: 'only@x.test' }]);
  });

  it('removes attributes, values, and parts', async () => {
    const body = await patchedUser(
      {
        emails,
        title: 'Boss',
        name: { givenName: 'Ana', familyName: 'Ruiz' },
        [ENTERPRISE]: { department: 'Sales' },
      },
      { op: 'remove', path: 'emails[type eq "home" and value ew "home.test"]' },
      { op: 'remove', path: 'emails[type eq "work"].primary' },
      { op: 'remove', path: 'title' },
      { op: 'remove', path: 'name.familyName' },
      { op: 'remove', path: `${ENTERPRISE}:department` },
      { op: 'remove', path: 'emails[type eq "none"]' },
    );
    expect(body).toMatchObject({
      emails: [{ value: 'ana@acme.test', type: 'work' }],
      name: { givenName: 'Ana' },
    });
    expect(body.emails[0]).not.toHaveProperty('primary');
    for (const gone of ['title', ENTERPRISE]) expect(body).not.toHaveProperty([gone]);
    expect(body.name).not.toHaveProperty('familyName');
  });

  it('null never changes active; what is removed is unassigned, and counts as active', async () => {
    const server = opened();
    const { id } = await server.user('ana', { active: false });
    for (const operation of [
      { op: 'replace', path: 'active', value: null },
      { op: 'add', value: { active: null } },
    ]) {
      expect((await server.patch(`/Users/${id}`, operation)).body.active).toBe(false);
    }
    expect((await server.call('PUT', `/Users/${id}`, { userName: 'ana', active: null })).body.active).toBe(
      false,
    );
    const { body } = await server.patch(`/Users/${id}`, { op: 'remove', path: 'active' });
    expect(body).not.toHaveProperty('active');
    expect(await server.kinds()).toEqual(['user.provisioned', 'user.reactivated']);
  });

  it('changes extensions, by paths and as objects', async () => {
    const body = await patchedUser(
      { [ENTERPRISE]: { department: 'Sales', costCenter: '7' } },
      { op: 'replace', path: `${ENTERPRISE}:department`, value: 'Support' },
      { op: 'add', path: `${ENTERPRISE}:manager.value`, value: 'm1' },
      { op: 'replace', value: { [ENTERPRISE]: { division: 'North' }, [`${ENTERPRISE}:employeeNumber`]: 42 } },
    );
    expect(body[ENTERPRISE]).toEqual({
      ...{
        department: 'Support',
        costCenter: '7',
        manager: { value: 'm1' },
        division: 'North',
        employeeNumber: '42',
      },
    });
  });

  it.each([
    ['noTarget', { op: 'replace', path: 'emails[type eq "other"].value', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'emails[type eq', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'emails[type jump "x"].value', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'userName[value eq "x"]', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'urn:none:User:x', value: 'x' }],
    ['mutability', { op: 'replace', path: 'groups', value: [] }],
    ['mutability', { op: 'replace', path: 'meta.created', value: '2020-01-01T00:00:00Z' }],
    ['invalidValue', { op: 'replace', path: 'active', value: 'perhaps' }],
    ['invalidValue', { op: 'add', path: 'title' }],
    ['invalidValue', { op: 'replace', value: 'x' }],
    ['invalidValue', { op: 'replace', path: 'userName', value: '' }],
  ])('refuses with %s what cannot be: %j', async (scimType, operation) => {
    // The operation before it does not count either.
    const first = { op: 'replace', path: 'title', value: 'changed' };
    expect((await refusal({ emails, title: 'Boss' }, first, operation)).scimType).toBe(scimType);
  });
});

describe('PATCH as Entra sends it', () => {
  it('op in any case, booleans as texts, paths as names of a value', async () => {
    const body = await patchedUser(
      { emails, displayName: 'Ana' },
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'REPLACE', path: 'displayName', value: 'Ana R.' },
      {
        op: 'Add',
        value: {
          'name.givenName': 'Ana',
          'emails[type eq "work"].value': 'work@acme.test',
          [`${ENTERPRISE}:department`]: 'Sales',
          unknown: 'passed over',
        },
      },
      { op: 'add', path: `${ENTERPRISE}:manager`, value: 'm1' },
    );
    expect(body).toMatchObject({
      ...{ active: false, displayName: 'Ana R.', name: { givenName: 'Ana' } },
      emails: [{ value: 'work@acme.test' }, emails[1]],
      [ENTERPRISE]: { department: 'Sales', manager: { value: 'm1' } },
    });
  });

  it('adds a value that its filter describes, when there is none', async () => {
    const { phoneNumbers } = await patchedUser(
      {},
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+41 44 000 00 00' },
      {
        op: 'Add',
        path: 'phoneNumbers[type eq "work" and primary eq true].value',
        value: '+41 44 000 00 01',
      },
    );
    expect(phoneNumbers).toEqual([
      { type: 'mobile', value: '+41 44 000 00 00' },
      { type: 'work', primary: true, value: '+41 44 000 00 01' },
    ]);
  });

  it('removes the members that its value names, or all', async () => {
    const server = opened();
    const ids = [];
    for (const name of ['ana', 'ben', 'eva']) ids.push((await server.user(name)).id);
    const { id } = await server.group('Sales', ids);
    await server.patch(`/Groups/${id}`, { op: 'Remove', path: 'members', value: [{ value: ids[0] }] });
    expect(await server.membersOf(id)).toEqual([ids[1], ids[2]]);
    await server.patch(`/Groups/${id}`, { op: 'remove', path: 'members[value eq "x" or value eq "y"]' });
    await server.patch(`/Groups/${id}`, { op: 'remove', path: 'members[type eq "Group"]' });
    expect(await server.membersOf(id)).toEqual([ids[1], ids[2]]);
    await server.patch(`/Groups/${id}`, { op: 'remove', path: 'members[type eq "user"]' });
    expect(await server.membersOf(id)).toEqual([]);
  });

  it('several changes of members in one request count in order', async () => {
    const server = opened();
    const [ana, ben] = [await server.user('ana'), await server.user('ben')];
    const { id } = await server.group('Sales', [ana.id]);
    await server.events();
    const add = (one: Json) => ({ op: 'add', path: 'members', value: [{ value: one.id }] });
    const remove = (one: Json) => ({ op: 'remove', path: `members[value eq "${one.id}"]` });
    await server.patch(`/Groups/${id}`, add(ben), remove(ben), remove(ana), add(ana));
    expect([await server.membersOf(id), await server.kinds()]).toEqual([[ana.id], []]);
    await server.patch(`/Groups/${id}`, { op: 'remove', path: 'members' }, add(ben));
    expect([await server.membersOf(id), await server.kinds()]).toEqual([
      [ben.id],
      ['membership.removed', 'membership.added'],
    ]);
    expect((await server.patch(`/Groups/${id}`, add({ id }))).body.detail).toMatch(/member of itself/);
  });
});

const TYPES = ['work', 'home', 'other'];
const word = fc.stringMatching(/^[a-c]{1,2}$/);
const single = fc.constantFrom('title', 'nickName', 'displayName');
const part = fc.constantFrom('givenName', 'familyName');
const department = `${ENTERPRISE}:department`;

type Model = Record<string, Json>;

/** An operation, and what it does to a plain object. */
const operation: fc.Arbitrary<{ op: object; run(model: Model): void }> = fc.oneof(
  fc.tuple(fc.constantFrom('add', 'replace', 'Replace'), single, word).map(([op, path, value]) => ({
    op: { op, path, value },
    run(model: Model) {
      model[path] = value;
    },
  })),
  fc
    .tuple(fc.constantFrom('add', 'replace'), fc.dictionary(single, word, { minKeys: 1 }))
    .map(([op, value]) => ({
      op: { op, value },
      run: (model: Model) => void Object.assign(model, value),
    })),
  single.map((path) => ({
    op: { op: 'remove', path },
    run(model: Model) {
      delete model[path];
    },
  })),
  fc.tuple(part, word).map(([name, value]) => ({
    op: { op: 'replace', path: `name.${name}`, value },
    run(model: Model) {
      model.name = { ...model.name, [name]: value };
    },
  })),
  part.map((name) => ({
    op: { op: 'remove', path: `name.${name}` },
    run(model: Model) {
      const { [name]: _, ...rest } = model.name ?? {};
      if (Object.keys(rest).length > 0) model.name = rest;
      else delete model.name;
    },
  })),
  word.map((value) => ({
    op: { op: 'replace', path: department, value },
    run(model: Model) {
      model[ENTERPRISE] = { department: value };
    },
  })),
  fc.constant({
    op: { op: 'remove', path: department },
    run(model: Model) {
      delete model[ENTERPRISE];
    },
  }),
  fc.tuple(fc.constantFrom(...TYPES), word).map(([type, value]) => ({
    op: { op: 'add', path: 'emails', value: [{ value, type }] },
    run(model: Model) {
      const all = model.emails ?? [];
      const isThere = all.some((one: Json) => one.value === value && one.type === type);
      model.emails = isThere ? all : [...all, { value, type }];
    },
  })),
  fc.constantFrom(...TYPES).map((type) => ({
    op: { op: 'remove', path: `emails[type eq "${type}"]` },
    run(model: Model) {
      const rest = (model.emails ?? []).filter((one: Json) => one.type !== type);
      if (rest.length > 0) model.emails = rest;
      else delete model.emails;
    },
  })),
  fc.tuple(fc.constantFrom(...TYPES), word).map(([type, value]) => ({
    op: { op: 'add', path: `emails[type eq "${type}"].value`, value },
    run(model: Model) {
      const all: Json[] = model.emails ?? [];
      model.emails = all.some((one) => one.type === type)
        ? all.map((one) => (one.type === type ? { ...one, value } : one))
        : [...all, { type, value }];
    },
  })),
);

it('PATCH, then GET, is what a model says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
      async (requests) => {
        const server = opened();
        const { id } = await server.user('ana');
        const model: Model = {};
        for (const request of requests) {
          const before = JSON.stringify(model);
          for (const { run } of request) run(model);
          await server.events();
          const { status } = await server.patch(`/Users/${id}`, ...request.map(({ op }) => op));
          expect(status).toBe(200);
          const { schemas, id: _, meta, userName, active, ...rest } = (await server.get(`/Users/${id}`)).body;
          expect(rest).toEqual(model);
          const isSame = JSON.stringify(model) === before;
          // A model in another order is the same resource.
          if (isSame) expect(await server.kinds()).toEqual([]);
        }
      },
    ),
    { numRuns: 150 },
  );
});
