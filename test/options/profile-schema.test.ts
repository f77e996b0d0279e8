import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../src/define.ts';
import { type ErrorCode, InputError, OktaError } from '../../src/errors/errors.ts';
import { assertProfile, profileSchemaFrom, profileSchemas } from '../../src/resources/profile-schema.ts';
import { user } from '../../src/resources/user/resource.ts';
import type { ProfileSchema } from '../../src/schema/profile-attribute.ts';
import { fakeClock, START } from '../support/fake-clock.ts';
import { answer } from '../support/server.ts';

/** The schemas of users. */
const userSchemas = (
  call: Parameters<typeof profileSchemas>[0],
  clock?: Parameters<typeof profileSchemas>[2],
) => profileSchemas(call, user.attributes as NonNullable<typeof user.attributes>, clock);

const OKTA_SCHEMA = {
  definitions: {
    base: {
      properties: {
        login: {
          title: 'Username',
          type: 'string',
          required: true,
          minLength: 5,
          maxLength: 100,
          mutability: 'READ_WRITE',
        },
        email: { title: 'Primary email', type: 'string', required: true, unique: 'UNIQUE_VALIDATED' },
        secondEmail: { title: 'Secondary email', type: 'string', description: 'Another one' },
      },
      required: ['login'],
    },
    custom: {
      properties: {
        costCenter: { title: 'Cost center', type: 'string', required: false },
        level: { title: 'Level', type: 'integer', minimum: 1, maximum: 9 },
        active: { type: 'boolean' },
        size: { type: 'string', enum: ['S', 'M'] },
        site: { type: 'string', oneOf: [{ const: 'MAD', title: 'Madrid' }, { const: 'OSL' }] },
        tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
        things: { type: 'array', items: {} },
        hrId: { title: 'HR', type: 'string', mutability: 'READ_ONLY' },
        badge: { type: 'string', unique: true },
        room: { type: 'string', unique: false },
        loose: {},
      },
      required: ['badge'],
    },
  },
};
const SCHEMA = profileSchemaFrom(OKTA_SCHEMA) as ProfileSchema;
const GOOD = { login: 'ana@acme.test', email: 'ana@acme.test', badge: '7' };

const problems = async (profile: Record<string, unknown>, complete = false): Promise<readonly string[]> => {
  try {
    await assertProfile(SCHEMA, profile, { complete });
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).causes;
  }
  return [];
};

describe('the attributes', () => {
  const attribute = (name: string) => SCHEMA.attributes.find((one) => one.name === name);

  it('are base and custom ones, in that order', () => {
    expect(SCHEMA.attributes.map((one) => one.name).slice(0, 4)).toEqual([
      'login',
      'email',
      'secondEmail',
      'costCenter',
    ]);
    expect(attribute('login')?.custom).toBe(false);
    expect(attribute('costCenter')).toMatchObject({ custom: true, title: 'Cost center', required: false });
  });

  it('have what a form needs', () => {
    expect(attribute('login')).toMatchObject({
      title: 'Username',
      type: 'string',
      required: true,
      readOnly: false,
    });
    expect(attribute('secondEmail')).toMatchObject({ description: 'Another one', required: false });
    expect(attribute('badge')).toMatchObject({ required: true, unique: true, title: 'badge' });
    expect(attribute('email')?.unique).toBe(true);
    expect(attribute('room')?.unique).toBe(false);
    expect(attribute('hrId')?.readOnly).toBe(true);
    expect(attribute('size')?.choices).toEqual([
      { value: 'S', label: 'S' },
      { value: 'M', label: 'M' },
    ]);
    expect(attribute('site')?.choices).toEqual([
      { value: 'MAD', label: 'Madrid' },
      { value: 'OSL', label: 'OSL' },
    ]);
    expect(attribute('tags')).toMatchObject({
      type: 'array',
      itemType: 'string',
      choices: [
        { value: 'a', label: 'a' },
        { value: 'b', label: 'b' },
      ],
    });
    expect(attribute('loose')?.type).toBe('string');
  });
});

describe('a profile', () => {
  it('that fits is taken; null clears any attribute that is not required', async () => {
    expect(await problems(GOOD, true)).toEqual([]);
    expect(
      await problems({ level: 3, tags: ['a'], size: null, site: 'OSL', active: false, costCenter: null }),
    ).toEqual([]);
    expect(await problems({ loose: { any: 1 } })).toEqual([]);
  });

  it.each([
    [{ nickname: 'x' }, 'profile.nickname: is not an attribute of this org'],
    [{ costcenter: 'x' }, 'profile.costcenter: is not an attribute of this org; did you mean costCenter?'],
    [{ level: 'high' }, 'profile.level: must be integer'],
    [{ level: 10 }, 'profile.level: must be <= 9'],
    [{ level: 1.5 }, 'profile.level: must be integer'],
    [{ active: 'yes' }, 'profile.active: must be boolean'],
    [{ size: 'XL' }, 'profile.size: must be one of S, M'],
    [{ site: 'BER' }, 'profile.site: must be one of MAD, OSL'],
    [{ tags: 'a' }, 'profile.tags: must be array'],
    [{ tags: ['c'] }, 'profile.tags.0: must be one of a, b'],
    [{ login: 'ana' }, 'profile.login: must NOT have fewer than 5 characters'],
    [{ hrId: '7' }, 'profile.hrId: is read-only'],
  ])('%j: %s', async (profile, problem) => {
    expect(await problems(profile)).toEqual([problem]);
  });

  it('names all problems at once, and no value', async () => {
    const causes = await problems({ level: 's3cr3t', nick: 's3cr3t', hrId: 's3cr3t' }, true);
    expect(causes).toHaveLength(6);
    expect(causes.join()).not.toContain('s3cr3t');
    expect(causes.filter((one) => one.endsWith('is required'))).toEqual([
      'profile.login: is required',
      'profile.email: is required',
      'profile.badge: is required',
    ]);
  });

  it('that is complete must have what is required; a partial one need not', async () => {
    expect(await problems({ ...GOOD, badge: null }, true)).toEqual(['profile.badge: is required']);
    expect(await problems({ costCenter: 'x' })).toEqual([]);
  });

  // Okta answers 400 to null for a required attribute.
  it('that is partial cannot clear what is required', async () => {
    expect(await problems({ login: null })).not.toEqual([]);
  });

  it('is left to Okta where the schema is not known', async () => {
    await assertProfile(undefined, { anything: 1 }, { complete: true });
  });
});

/** A schema whose custom part has these attributes, and a base part that is in order. */
const schemaWith = (custom: unknown, more: object = {}) =>
  profileSchemaFrom({ definitions: { base: OKTA_SCHEMA.definitions.base, custom, ...more } });

const refusals = async (
  schema: ProfileSchema | undefined,
  profile: Record<string, unknown>,
  complete = false,
): Promise<readonly string[]> => {
  const refused = await assertProfile(schema, profile, { complete }).catch((error: unknown) => error);
  if (refused !== undefined) expect(refused).toBeInstanceOf(InputError);
  return (refused as InputError | undefined)?.causes ?? [];
};

const BASE = { login: 'ana@acme.test', email: 'ana@acme.test' };

describe('F1.11 what is required of the caller', () => {
  const required = (property: object) => {
    const schema = schemaWith({ properties: { site: { type: 'string', ...property } }, required: ['site'] });
    return schema?.attributes.find(({ name }) => name === 'site')?.required;
  };

  it.each([
    ['no default', {}, true],
    ['a default', { default: 'MAD' }, false],
    ['the default 0', { type: 'integer', default: 0 }, false],
    ['the default false', { type: 'boolean', default: false }, false],
    ['a list as default', { type: 'array', items: { type: 'string' }, default: ['a'] }, false],
    ['the default null, which is none', { default: null }, true],
    ['an empty text as default, which is none', { default: '' }, true],
    ['READ_ONLY: nobody can give it', { mutability: 'READ_ONLY' }, false],
    // Nearly every attribute of every org says so; it does not tell who masters a user.
    ['PROFILE_MASTER', { master: { type: 'PROFILE_MASTER' } }, true],
    // What the user may do in the dashboard says nothing about the API.
    ['READ_ONLY for the user', { permissions: [{ principal: 'SELF', action: 'READ_ONLY' }] }, true],
  ])('%s', (_, property, expected) => {
    expect(required(property)).toBe(expected);
  });

  it('a user is created without what has a default or is read-only', async () => {
    const schema = schemaWith({
      properties: {
        site: { type: 'string', required: true, default: 'MAD' },
        hrId: { type: 'string', required: true, mutability: 'READ_ONLY' },
        badge: { type: 'string', required: true },
      },
      required: ['site', 'hrId', 'badge', 'gone'],
    });
    expect(await refusals(schema, { ...BASE, badge: '7' }, true)).toEqual([]);
    expect(await refusals(schema, BASE, true)).toEqual(['profile.badge: is required']);
    expect(await refusals(schema, { hrId: null })).toEqual(['profile.hrId: is read-only']);
  });

  it.each([true, null, 'badge', { badge: true }])(
    'a list of required names that is %j names none',
    async (names) => {
      const schema = schemaWith({ properties: { badge: { type: 'string' } }, required: names });
      expect(await refusals(schema, BASE, true)).toEqual([]);
    },
  );
});

describe('F1.11 an attribute that cannot be checked passes, and the others are checked', () => {
  it.each<[string, unknown]>([
    ['an unknown type', { type: 'country code' }],
    ['a list with an unknown type', { type: ['string', 'country code'] }],
    ['an empty list of types', { type: [] }],
    ['a number as type', { type: 7 }],
    ['an object as type', { type: {} }],
    ['the type null', { type: null }],
    ['no type', {}],
    ['an unknown format', { type: 'string', format: 'country-code' }],
    ['a pattern that is none', { type: 'string', pattern: '([' }],
    ['a reference', { $ref: '#/definitions/nowhere', type: 'integer' }],
    ['limits that are texts', { type: 'string', minLength: '99', maxLength: '1' }],
    ['limits that are no lengths', { type: 'string', minLength: -1, maxLength: 1.5 }],
    ['limits that are null', { type: 'string', minLength: null, maxLength: null }],
    ['limits as draft 4 has them', { type: 'string', minimum: 1, exclusiveMinimum: true }],
    ['an empty enum', { type: 'string', enum: [] }],
    ['an enum that is no list', { type: 'string', enum: 'a,b' }],
    ['an enum of null alone', { type: 'string', enum: [null] }],
    ['an enum of another type', { type: 'integer', enum: ['1', '2'] }],
    ['an enum of objects', { type: 'string', enum: [{ id: 1 }] }],
    ['oneOf with schemas', { oneOf: [{ type: 'integer' }, { const: 'a' }, null] }],
    ['oneOf that is null', { type: 'string', oneOf: null }],
    ['definitions that are null', null],
    ['definitions that are a text', 'string'],
    ['definitions that are true', true],
  ])('%s', async (_, property) => {
    const schema = schemaWith({ properties: { odd: property, level: { type: 'integer' } } });
    expect(await refusals(schema, { ...BASE, odd: 'zz' }, true)).toEqual([]);
    expect(await refusals(schema, { odd: 'zz', level: 'high', nick: 'x' })).toEqual([
      'profile.level: must be integer',
      'profile.nick: is not an attribute of this org',
    ]);
    expect(schema?.attributes.find(({ name }) => name === 'odd')).toMatchObject({
      type: expect.stringMatching(/^(string|integer)$/),
      title: 'odd',
      required: false,
    });
  });

  it.each<[string, unknown]>([
    ['items of an unknown type', { type: 'country code' }],
    ['items without a type', {}],
    ['items that are null', null],
    ['items that are a list', [{ type: 'string' }]],
    ['items that are true', true],
  ])('a list with %s', async (_, items) => {
    const schema = schemaWith({ properties: { odd: { type: 'array', items } } });
    expect(await refusals(schema, { odd: ['a', 1] })).toEqual([]);
    expect(await refusals(schema, { odd: 'a' })).toEqual(['profile.odd: must be array']);
    expect(schema?.attributes.at(-1)).toMatchObject({ type: 'array', itemType: undefined });
  });

  it('values that are named twice, or are null, are named once', async () => {
    const schema = schemaWith({
      properties: {
        size: { type: 'string', enum: ['S', 'M', 'S', null] },
        site: {
          type: 'string',
          enum: ['MAD', 'OSL', 'BER'],
          oneOf: [{ const: 'MAD', title: 'Madrid' }, { const: 'MAD' }],
        },
        floor: { type: ['integer', 'string', 'integer', 'null'], enum: [1, 'G'] },
        room: { enum: ['a', 'b'] },
      },
    });
    expect(await refusals(schema, { size: 'S', site: 'BER', floor: 'G', room: 'b' })).toEqual([]);
    expect(await refusals(schema, { size: 'XL', site: 'PAR', floor: 2, room: 'c' })).toEqual([
      'profile.size: must be one of S, M',
      'profile.site: must be one of MAD, OSL, BER',
      'profile.floor: must be one of 1, G',
      'profile.room: must be one of a, b',
    ]);
    expect(schema?.attributes.find(({ name }) => name === 'site')?.choices).toEqual([
      { value: 'MAD', label: 'Madrid' },
      { value: 'OSL', label: 'OSL' },
      { value: 'BER', label: 'BER' },
    ]);
    expect(schema?.attributes.find(({ name }) => name === 'floor')?.type).toBe('string');
  });

  it('a type that is a list is checked', async () => {
    const schema = schemaWith({ properties: { floor: { type: ['null', 'integer'] } } });
    expect(schema?.attributes.at(-1)?.type).toBe('integer');
    expect(await refusals(schema, { floor: 2 })).toEqual([]);
    expect(await refusals(schema, { floor: 'two' })).toEqual(['profile.floor: must be integer']);
  });

  it('titles and descriptions are texts', () => {
    const schema = schemaWith({
      properties: { a: { title: null, description: null, unique: null }, b: { title: 7 } },
    });
    expect(schema?.attributes.slice(-2)).toMatchObject([
      { title: 'a', description: undefined, unique: false },
      { title: 'b' },
    ]);
  });
});

describe('F1.11 names that every object has', () => {
  const names = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];
  const properties = JSON.parse(
    `{${names.map((name) => `"${name}":{"type":"string","required":true}`).join()}}`,
  ) as Record<string, unknown>;

  it('are attributes like others', async () => {
    const schema = schemaWith({ properties });
    expect(schema?.attributes.slice(-4).map(({ name }) => name)).toEqual(names);
    expect(await refusals(schema, BASE, true)).toEqual(names.map((name) => `profile.${name}: is required`));
    expect(await refusals(schema, JSON.parse('{"__proto__":"a","constructor":"b"}'))).toEqual([]);
    expect(await refusals(schema, JSON.parse('{"__proto__":1,"constructor":2}'))).toEqual([
      'profile.__proto__: must be string',
      'profile.constructor: must be string',
    ]);
  });

  it('are read-only only where they are given', async () => {
    const schema = schemaWith({ properties: { constructor: { type: 'string', mutability: 'READ_ONLY' } } });
    expect(await refusals(schema, BASE)).toEqual([]);
  });

  it('are unknown where the org has no such attribute', async () => {
    expect(await refusals(SCHEMA, JSON.parse('{"constructor":"x"}'))).toEqual([
      'profile.constructor: is not an attribute of this org',
    ]);
  });
});

describe('F1.11 a schema that says nothing is no schema', () => {
  it.each<[unknown]>([
    [{}],
    [null],
    [undefined],
    ['<html>'],
    [[]],
    [{ definitions: null }],
    [{ definitions: [] }],
    [{ definitions: { base: null, custom: null } }],
    [{ definitions: { base: {}, custom: {} } }],
    [{ definitions: { base: { properties: null }, custom: { properties: null } } }],
    [{ definitions: { base: { properties: {} } } }],
  ])('%j', async (answered) => {
    expect(profileSchemaFrom(answered)).toBeUndefined();
    const load = userSchemas(async () => answer(200, { body: answered }));
    await assertProfile(await load('default'), { login: 'ana', anything: 1 }, { complete: true });
    expect(await load('default', { strict: true })).toBeUndefined();
  });

  it.each([[undefined], [null], [{}], [{ properties: null }], [{ properties: {} }]])(
    'a custom part that is %j has no attributes',
    async (custom) => {
      const schema = schemaWith(custom);
      expect(await refusals(schema, BASE, true)).toEqual([]);
      expect(await refusals(schema, { nick: 'x' })).toEqual([
        'profile.nick: is not an attribute of this org',
      ]);
    },
  );

  it.each([['text'], [[]], [{ properties: [] }], [{ properties: 'none' }]])(
    'a custom part that is %j may have any attribute',
    async (custom) => {
      expect(await refusals(schemaWith(custom), { ...BASE, nick: 'x' }, true)).toEqual([]);
      expect(await refusals(schemaWith(custom), { login: 1 })).toEqual(['profile.login: must be string']);
    },
  );

  it('a base part that is missing says nothing about its attributes', async () => {
    const schema = schemaWith({ properties: { level: { type: 'integer' } } }, { base: null });
    expect(await refusals(schema, { ...BASE, level: 3 }, true)).toEqual([]);
    expect(await refusals(schema, { level: 'high' })).toEqual(['profile.level: must be integer']);
  });

  it.each<[unknown]>([
    [{}],
    [null],
    ['<html>'],
    [[null]],
    [[{ id: 'oty9', _links: { schema: { href: 7 } } }]],
  ])('user types that are %j: none is found', async (types) => {
    const load = userSchemas(async () => answer(200, { body: types }));
    expect(await load('oty9')).toBeUndefined();
    expect(await load()).toBeUndefined();
    await expect(load('oty9', { strict: true })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the schemas of an org', () => {
  const types = [
    {
      id: 'oty1',
      default: true,
      _links: { schema: { href: 'https://acme-admin.okta.com/api/v1/meta/schemas/user/osc1' } },
    },
    { id: 'oty2', _links: { schema: { href: 'https://acme.okta.com/api/v1/meta/schemas/user/osc2' } } },
  ];

  function org(userTypes: unknown, schema: (path: string) => unknown = () => OKTA_SCHEMA) {
    const paths: string[] = [];
    const load = userSchemas(async ({ path, idempotent }: ApiCall) => {
      expect(idempotent).toBe(false);
      paths.push(path);
      return answer(200, { body: path.endsWith('/types/user') ? userTypes : schema(path) });
    });
    return { load, paths };
  }

  it('default is read directly, and once', async () => {
    const { load, paths } = org(types);
    const [a, b] = await Promise.all([load('default'), load('default')]);
    expect(a).toBe(b);
    expect(a?.attributes.length).toBeGreaterThan(0);
    expect(paths).toEqual(['/api/v1/meta/schemas/user/default']);
  });

  it('that of another type is found through the type, on the own origin', async () => {
    const { load, paths } = org(types);
    expect(await load('oty2')).toBeDefined();
    expect(paths).toEqual(['/api/v1/meta/types/user', '/api/v1/meta/schemas/user/osc2']);
  });

  it('without a type: that of the only one, none where there are several', async () => {
    expect(await org(types.slice(0, 1)).load()).toBeDefined();
    expect(await org(types).load()).toBeUndefined();
  });

  it.each([
    ['an unknown type', 'oty9', types],
    ['a type without a schema', 'oty3', [{ id: 'oty3' }]],
    ['an answer that is no list', 'oty1', { errorCode: 'x' }],
  ])('%s has none', async (_, id, userTypes) => {
    expect(await org(userTypes).load(id)).toBeUndefined();
  });

  it('one that may not be read is none', async () => {
    const load = userSchemas(async () => {
      throw new Error('403');
    });
    expect(await load('default')).toBeUndefined();
  });

  // A 429 or a lost connection must not be remembered for the life of the client.
  it('is asked for again after a failure that passed', async () => {
    let broken = true;
    const load = userSchemas(async () => {
      if (broken) throw new Error('503');
      return answer(200, { body: OKTA_SCHEMA });
    });
    expect(await load('default')).toBeUndefined();
    broken = false;
    expect(await load('default')).toBeDefined();
  });

  it('is not asked for again after a refusal for rights', async () => {
    let calls = 0;
    const load = userSchemas(async () => {
      calls += 1;
      throw new OktaError('no', { code: 'insufficient_scope', actor: 'admin' });
    });
    expect(await load('default')).toBeUndefined();
    expect(await load('default')).toBeUndefined();
    expect(calls).toBe(1);
  });

  it('is read anew after a minute', async () => {
    const clock = fakeClock();
    let calls = 0;
    const load = userSchemas(async () => {
      calls += 1;
      return answer(200, { body: OKTA_SCHEMA });
    }, clock);
    await load('default');
    clock.set(START + 59_999);
    await load('default');
    expect(calls).toBe(1);
    clock.set(START + 60_000);
    await load('default');
    expect(calls).toBe(2);
  });

  it('is read once more before a profile is refused', async () => {
    let schema: unknown = { definitions: { base: { properties: { nick: { type: 'string' } } } } };
    const load = userSchemas(async () => answer(200, { body: schema }));
    const old = await load('default');
    schema = OKTA_SCHEMA;
    await assertProfile(old, GOOD, { complete: true });
    await assertProfile(await load('default'), GOOD, { complete: true });
    await expect(assertProfile(old, { nock: 'x' }, { complete: false })).rejects.toMatchObject({
      causes: ['profile.nock: is not an attribute of this org'],
    });
  });

  it('refuses nothing when it cannot be read any more', async () => {
    let broken = false;
    const load = userSchemas(async () => {
      if (broken) throw new Error('503');
      return answer(200, { body: OKTA_SCHEMA });
    });
    const schema = await load('default');
    broken = true;
    await assertProfile(schema, { nick: 'x' }, { complete: false });
  });

  describe('for who asks for the schema itself', () => {
    const failing = (code: ErrorCode) =>
      userSchemas(async () => {
        throw new OktaError('no', { code, actor: 'admin' });
      });

    it.each(['insufficient_scope', 'permission_denied'] as const)('%s is no schema', async (code) => {
      expect(await failing(code)('default', { strict: true })).toBeUndefined();
    });

    it.each([
      'authentication_failed',
      'network_error',
      'okta_unavailable',
      'rate_limited',
      'not_found',
      'feature_unavailable',
    ] as const)('%s is thrown', async (code) => {
      await expect(failing(code)('default', { strict: true })).rejects.toMatchObject({ code });
    });

    it('an unknown type is an error, and the schema is read as it is now, with repeats', async () => {
      const calls: ApiCall[] = [];
      const load = userSchemas(async (call) => {
        calls.push(call);
        return answer(200, { body: call.path.endsWith('/types/user') ? types : OKTA_SCHEMA });
      });
      await expect(load('oty9', { strict: true })).rejects.toMatchObject({
        code: 'not_found',
        actor: 'caller',
      });
      await load('default');
      await load('default', { strict: true });
      expect(calls.map(({ idempotent }) => idempotent)).toEqual([true, false, true]);
    });
  });
});
