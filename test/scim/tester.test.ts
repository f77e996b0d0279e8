import { describe, expect, it } from 'vitest';
import type { ScimAttribute } from '../../src/scim/schema/attribute.ts';
import { BASE, encoded, type Json, opened, type Tested } from './support.ts';

/** What an independent tester does: it reads the schemas that the server publishes, and holds it to each attribute. */

const ACME = ['User', 'Group'].map((resourceType) => ({
  id: `urn:acme:${resourceType}`,
  resourceType,
  attributes: [
    ...(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'] as const).flatMap(
      (type) => [
        { name: `${type}One`, type },
        { name: `${type}Many`, type, multiValued: true },
      ],
    ),
    { name: 'exact', type: 'string', caseExact: true },
    {
      ...{ name: 'desk', type: 'complex' },
      subAttributes: [
        { name: 'floor', type: 'integer' },
        { name: 'room', type: 'string' },
      ],
    },
    {
      ...{ name: 'badges', type: 'complex', multiValued: true },
      subAttributes: [
        { name: 'value', type: 'string' },
        { name: 'since', type: 'dateTime' },
      ],
    },
  ],
}));

const EXTERNAL_ID: ScimAttribute = {
  ...{ name: 'externalId', type: 'string', multiValued: false, description: '', required: false },
  ...{ caseExact: true, mutability: 'readWrite', returned: 'default' },
};

/** An attribute as a path names it, of the core schema or an extension. */
interface Published {
  path: string;
  urn: string | undefined;
  attribute: ScimAttribute;
}

interface Kind {
  name: string;
  endpoint: string;
  extensions: string[];
  published: Published[];
}

async function discovered(server: Tested): Promise<Kind[]> {
  const { body: types } = await server.get('/ResourceTypes');
  const schema = async (id: string) =>
    (await server.get(`/Schemas/${id}`)).body.attributes as ScimAttribute[];
  return Promise.all(
    types.Resources.map(async ({ name, endpoint, schema: core, schemaExtensions }: Json): Promise<Kind> => {
      const extensions: string[] = schemaExtensions.map((one: Json) => one.schema);
      const own = [EXTERNAL_ID, ...(await schema(core))].map((attribute) => ({
        ...{ path: attribute.name, urn: undefined, attribute },
      }));
      const others = extensions.map(async (urn) =>
        (await schema(urn)).map((attribute) => ({ path: `${urn}:${attribute.name}`, urn, attribute })),
      );
      return { name, endpoint, extensions, published: [...own, ...(await Promise.all(others)).flat()] };
    }),
  );
}

let serial = 0;

const isWritable = ({ mutability }: ScimAttribute) => mutability !== 'readOnly';

/** A value that nothing else has, of the type that is published; one that refers to another resource refers to a new one. */
async function freshValue(server: Tested, attribute: ScimAttribute): Promise<Json> {
  const { multiValued, ...single } = attribute;
  if (multiValued) return [await freshValue(server, { ...single, multiValued: false })];
  serial += 1;
  const { type, canonicalValues = [], referenceTypes = ['external'], subAttributes = [] } = attribute;
  if (canonicalValues.length > 0) return canonicalValues[serial % canonicalValues.length];
  switch (type) {
    case 'boolean':
      return serial % 2 === 0;
    case 'integer':
      return serial;
    case 'decimal':
      return serial + 0.5;
    case 'dateTime':
      return new Date(Date.UTC(2026, 0, 1) + serial * 1_000).toISOString();
    case 'binary':
      return btoa(`binary ${serial}`);
    case 'reference': {
      if (!referenceTypes.includes('User') && !referenceTypes.includes('Group'))
        return `https://s${serial}.test`;
      const isUser = referenceTypes.includes('User');
      return (await (isUser ? server.user(`ref${serial}`) : server.group(`ref${serial}`))).meta.location;
    }
    case 'complex': {
      const made: Json = {};
      for (const sub of subAttributes.filter(isWritable)) made[sub.name] = await freshValue(server, sub);
      if (made.$ref !== undefined) made.value = made.$ref.split('/').at(-1);
      if ('primary' in made) made.primary = true;
      return made;
    }
    default:
      return `Value ${serial}`;
  }
}

const required = async (server: Tested, { published }: Kind): Promise<Json> => {
  const made: Json = {};
  for (const { attribute } of published)
    if (attribute.required) made[attribute.name] = await freshValue(server, attribute);
  return made;
};

const withValue = ({ urn, attribute }: Published, value: Json): Json =>
  urn === undefined ? { [attribute.name]: value } : { [urn]: { [attribute.name]: value } };

const valueIn = ({ urn, attribute }: Published, resource: Json): Json =>
  (urn === undefined ? resource : resource[urn])?.[attribute.name];

/** Each of a kind's own schema, without a value that is never shown. */
const isShown = ({ attribute }: Published) => isWritable(attribute) && attribute.returned !== 'never';

/** `name.givenName`, and where a list has one value, `emails.type`. */
const subPaths = ({ path, attribute }: Published) =>
  (attribute.subAttributes ?? []).map((sub) => ({ path: `${path}.${sub.name}`, sub }));

async function created(server: Tested, kind: Kind, more: Json = {}): Promise<Json> {
  const body = { ...(await required(server, kind)), ...more };
  const answer = await server.call('POST', kind.endpoint, body);
  expect(answer, JSON.stringify(body)).toMatchObject({ status: 201 });
  expect(answer.headers.get('location')).toBe(answer.body.meta.location);
  return answer.body;
}

const server = opened({ schemas: ACME });
const kinds = await discovered(server);

/** Sends a PATCH, and expects the same of its answer, if it has one, and of what is read afterwards. */
async function patched(kind: Kind, id: string, operation: object, holds: (resource: Json) => void) {
  const { status, body } = await server.patch(`${kind.endpoint}/${id}`, operation);
  expect([200, 204], JSON.stringify([operation, body])).toContain(status);
  if (status === 200) holds(body);
  holds((await server.get(`${kind.endpoint}/${id}`)).body);
}

describe.each(kinds)('a tester that knows the schemas of $name', (kind) => {
  const one = (id: string) => `${kind.endpoint}/${id}`;
  const writable = kind.published.filter(({ attribute }) => isWritable(attribute));
  const shown = kind.published.filter(isShown);
  /** A resource with a value of each of these. */
  const everything = async (some: readonly Published[]) => {
    const all: Json = {};
    for (const each of some) {
      all[each.urn ?? ''] ??= {};
      all[each.urn ?? ''][each.attribute.name] = await freshValue(server, each.attribute);
    }
    const { '': core, ...extensions } = all;
    return { ...core, ...extensions };
  };

  it('tester creates with each attribute, and reads it back', async () => {
    for (const each of writable) {
      const value = await freshValue(server, each.attribute);
      const made = await created(server, kind, withValue(each, value));
      const { body } = await server.get(one(made.id));
      expect(made, each.path).toEqual(body);
      if (isShown(each)) expect({ is: valueIn(each, body) }, each.path).toMatchObject({ is: value });
      else expect(valueIn(each, body), each.path).toBeUndefined();
      expect(body.schemas, each.path).toEqual(
        expect.arrayContaining(each.urn !== undefined && isShown(each) ? [each.urn] : []),
      );
    }
  });

  it('tester replaces all by PUT, and clears by PUT what is not sent', async () => {
    const { id } = await created(server, kind);
    const all: Json = {
      id,
      schemas: ['urn:unknown'],
      meta: { version: 'x' },
      ...(await everything(writable)),
    };
    const put = await server.call('PUT', one(id), all);
    expect(put.status).toBe(200);
    const { body } = await server.get(one(id));
    expect(put.body).toEqual(body);
    for (const each of shown)
      expect({ is: valueIn(each, body) }, each.path).toMatchObject({ is: valueIn(each, all) });
    const least = await required(server, kind);
    expect((await server.call('PUT', one(id), least)).status).toBe(200);
    const rest = Object.keys((await server.get(one(id))).body);
    expect(rest.filter((name) => !(name in least)).sort()).toEqual(
      // Silence leaves these.
      ['schemas', 'id', 'meta', 'externalId', ...(kind.name === 'User' ? ['active'] : ['members'])].sort(),
    );
  });

  it.each(['add', 'replace'])('tester PATCHes each attribute: %s', async (op) => {
    const { id } = await created(server, kind);
    for (const each of writable) {
      if (op === 'add' && each.attribute.required) continue;
      const value = await freshValue(server, each.attribute);
      await patched(kind, id, { op, path: each.path, value }, (resource) => {
        if (isShown(each)) expect({ is: valueIn(each, resource) }, each.path).toMatchObject({ is: value });
        else expect(valueIn(each, resource), each.path).toBeUndefined();
      });
    }
  });

  it.each(['add', 'replace'])('tester PATCHes each sub-attribute of objects: %s', async (op) => {
    const { id } = await created(server, kind);
    for (const each of shown.filter(({ attribute }) => !attribute.multiValued))
      for (const { path, sub } of subPaths(each)) {
        const value = await freshValue(server, sub);
        await patched(kind, id, { op, path, value }, (resource) =>
          expect(valueIn(each, resource), path).toMatchObject({ [sub.name]: value }),
        );
      }
  });

  it('tester PATCHes each extension as a whole', async () => {
    const { id } = await created(server, kind);
    for (const urn of kind.extensions) {
      const { [urn]: value } = await everything(shown.filter((each) => each.urn === urn));
      for (const op of ['add', 'replace'])
        await patched(kind, id, { op, path: urn, value }, (resource) =>
          expect(resource[urn]).toMatchObject(value),
        );
      // A second removal of what is gone is none.
      for (const _ of [1, 2])
        await patched(kind, id, { op: 'remove', path: urn }, (resource) => {
          expect(resource).not.toHaveProperty([urn]);
          expect(resource.schemas).not.toContain(urn);
        });
    }
  });

  it('tester removes each attribute and sub-attribute of a resource that has all', async () => {
    const whole = await created(server, kind, await everything(shown));
    for (const each of shown.filter(({ attribute }) => !attribute.required)) {
      if (!each.attribute.multiValued)
        for (const { path, sub } of subPaths(each))
          await patched(kind, whole.id, { op: 'remove', path }, (resource) =>
            expect(valueIn(each, resource) ?? {}, path).not.toHaveProperty([sub.name]),
          );
      for (const _ of [1, 2])
        await patched(kind, whole.id, { op: 'remove', path: each.path }, (resource) =>
          expect(valueIn(each, resource) ?? [], each.path).toEqual([]),
        );
    }
  });

  it('tester cannot write what only the server writes', async () => {
    const { id } = await created(server, kind);
    const { body: before } = await server.get(one(id));
    const all = kind.published.flatMap((each) => [
      ...(isWritable(each.attribute) ? [] : [each.path]),
      ...subPaths(each).flatMap(({ path, sub }) => (isWritable(sub) ? [] : [path])),
    ]);
    for (const path of ['id', 'meta', 'meta.version', ...all])
      for (const op of ['add', 'replace', 'remove']) {
        const answer = await server.patch(one(id), { op, path, value: 'x' });
        expect(answer, `${op} ${path}`).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
      }
    expect((await server.get(one(id))).body).toEqual(before);
  });

  it('tester cannot leave out, empty, remove or share what is required and unique', async () => {
    const first = await created(server, kind);
    const { id } = await created(server, kind);
    for (const { path, attribute } of kind.published.filter((each) => each.attribute.required)) {
      const all = await required(server, kind);
      for (const value of [undefined, null, '', ' ']) {
        const answer = await server.call('POST', kind.endpoint, { ...all, [path]: value });
        expect(answer, String(value)).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
      }
      for (const operation of [
        { op: 'remove', path },
        { op: 'replace', path, value: null },
        { op: 'replace', path },
        { op: 'replace', value: { [path]: null } },
      ]) {
        const answer = await server.patch(one(id), operation);
        expect(answer, JSON.stringify(operation)).toMatchObject({
          ...{ status: 400, body: { scimType: 'invalidValue' } },
        });
      }
      expect(attribute.uniqueness).toBe('server');
      const twin = first[path].toUpperCase();
      for (const answer of [
        await server.call('POST', kind.endpoint, { ...all, [path]: twin }),
        await server.call('PUT', one(id), { ...all, [path]: twin }),
        await server.patch(one(id), { op: 'replace', path, value: twin }),
      ])
        expect(answer).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    }
  });

  it('tester picks and excludes each attribute, of one, of a list and of searches', async () => {
    const whole = await created(server, kind, await everything(shown));
    const filter = `id eq "${whole.id}"`;
    const ways = async (how: 'attributes' | 'excludedAttributes', path: string) => [
      (await server.get(`${one(whole.id)}?${how}=${encoded(path)}`)).body,
      ...(
        await Promise.all([
          server.get(`${kind.endpoint}?filter=${encoded(filter)}&${how}=${encoded(path)}`),
          server.call('POST', `${kind.endpoint}/.search`, { filter, [how]: [path] }),
          server.call('POST', '/.search', { filter, [how]: [path] }),
        ])
      ).map(({ body }) => body.Resources[0]),
    ];
    for (const each of shown) {
      for (const found of await ways('attributes', each.path))
        expect(found, each.path).toEqual({
          ...{ schemas: whole.schemas, id: whole.id },
          ...withValue(each, valueIn(each, whole)),
        });
      for (const found of await ways('excludedAttributes', each.path)) {
        expect(valueIn(each, found), each.path).toBeUndefined();
        expect(Object.keys(found), each.path).toEqual(
          Object.keys(whole).filter((name) => each.urn !== undefined || name !== each.attribute.name),
        );
      }
    }
  });

  it('tester finds by each attribute, in the case that it is published with', async () => {
    const whole = await created(server, kind, await everything(shown));
    const finds = async (path: string, value: unknown) => {
      const filter = `id eq "${whole.id}" and ${path} eq ${JSON.stringify(value)} and ${path} pr`;
      const { status, body } = await server.get(`${kind.endpoint}?filter=${encoded(filter)}`);
      expect(status, `${filter} ${JSON.stringify(body)}`).toBe(200);
      return body.totalResults === 1;
    };
    for (const each of shown) {
      const [value] = [valueIn(each, whole)].flat();
      const places = each.attribute.subAttributes
        ? subPaths(each).map(({ path, sub }) => ({ path, attribute: sub, value: value[sub.name] }))
        : [{ path: each.path, attribute: each.attribute, value }];
      for (const { path, attribute, value: is } of places) {
        if (is === undefined) continue;
        expect(await finds(path, is), path).toBe(true);
        if (typeof is !== 'string' || attribute.type === 'dateTime') continue;
        expect(await finds(path, is.toUpperCase()), path).toBe(!attribute.caseExact);
      }
    }
  });

  it('tester deletes, and finds nothing afterwards', async () => {
    const { id } = await created(server, kind);
    expect(await server.call('DELETE', one(id))).toMatchObject({ status: 204, body: undefined });
    for (const method of ['GET', 'DELETE'])
      expect(await server.call(method, one(id))).toMatchObject({ status: 404, body: { status: '404' } });
    expect(await server.call('PUT', one(id), await required(server, kind))).toMatchObject({ status: 404 });
  });
});

it('tester reads each discovery document alone, and gets an error for one that is none', async () => {
  for (const list of ['/ResourceTypes', '/Schemas']) {
    const { body } = await server.get(list);
    expect(body.totalResults).toBe(body.Resources.length);
    for (const each of body.Resources) {
      expect(each.meta.location).toBe(`${BASE}${list}/${each.id}`);
      expect((await server.get(`${list}/${each.id}`)).body).toEqual(each);
    }
  }
  for (const path of ['/Schemas/none', '/ResourceTypes/none', '/none', `/${crypto.randomUUID()}`]) {
    const answer = await server.get(path);
    expect(answer, path).toMatchObject({
      status: 404,
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' },
    });
    expect(answer.headers.get('content-type'), path).toMatch(/^application\/scim\+json/);
  }
});
