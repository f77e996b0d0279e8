import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/define.ts';
import { type ErrorCode, InputError, OktaError } from '../../src/errors/errors.ts';
import { assertProfile, profileSchemaFrom, profileSchemas } from '../../src/resources/profile-schema.ts';
import { user } from '../../src/resources/user/resource.ts';
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
const SCHEMA = profileSchemaFrom(OKTA_SCHEMA);
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

  it('are none in a schema that has none', () => {
    expect(profileSchemaFrom({})).toEqual({
      attributes: [],
      jsonSchema: { type: 'object', properties: {}, additionalProperties: false },
    });
    expect(profileSchemaFrom({ definitions: { base: {} } }).attributes).toEqual([]);
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
    [{ nickname: 'x' }, 'profile.nickname: is no attribute of this org'],
    [{ costcenter: 'x' }, 'profile.costcenter: is no attribute of this org; did you mean costCenter?'],
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
    const load = userSchemas(async ({ path, idempotent }: Call) => {
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
    let schema: unknown = {};
    const load = userSchemas(async () => answer(200, { body: schema }));
    const old = await load('default');
    schema = OKTA_SCHEMA;
    await assertProfile(old, GOOD, { complete: true });
    await assertProfile(await load('default'), GOOD, { complete: true });
    await expect(assertProfile(old, { nick: 'x' }, { complete: false })).rejects.toMatchObject({
      causes: ['profile.nick: is no attribute of this org'],
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
      const calls: Call[] = [];
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
