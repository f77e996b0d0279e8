import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { library, packageJson, parseInput, root, sandboxLibrary } from './current.ts';
import { dataOf } from './org.ts';

type Schema = Record<string, unknown> & {
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  type?: string | string[];
};

const before = dataOf('connector.json');
const now = library.manifest();
const operations = [...now.actions, ...now.triggers];
const named = <T extends { key: string }>(all: readonly T[], key: string): T => {
  const found = all.find((one) => one.key === key);
  if (!found) throw new Error(`${key} is gone`);
  return found;
};

type Effect = (typeof now.actions)[number]['effect'];

const worse = (a: Effect, b: Effect): Effect => ({
  kind: a.kind === 'read' ? b.kind : a.kind,
  idempotent: a.idempotent && b.idempotent,
  destructive: a.destructive || b.destructive,
});

describe('connector.json of 0.1.0', () => {
  it('has the members that hosts read', () => {
    expect(Object.keys(now)).toEqual(expect.arrayContaining(before.members));
    for (const one of now.actions)
      expect(Object.keys(one)).toEqual(expect.arrayContaining(before.operationMembers.actions));
    for (const one of now.triggers)
      expect(Object.keys(one)).toEqual(expect.arrayContaining(before.operationMembers.triggers));
    expect(now.key).toBe(before.key);
    expect(Object.keys(now.connection.orgUrl)).toEqual(expect.arrayContaining(before.connection.orgUrl));
  });

  it.each<{ key: string }>([...before.actions, ...before.triggers])('has $key as it was', (old) => {
    const {
      input: _,
      output: __,
      sample: ___,
      scopes,
      options,
      effect,
      ...rest
    } = old as Record<string, unknown>;
    const one = named(operations, old.key);
    expect(one).toMatchObject(rest);
    expect(one.options).toMatchObject(options as object);
    // Since it is the worst case it may be worse than the one input that 0.1.0 told; a host that warned goes on warning.
    if ('effect' in one) expect(worse(one.effect, effect as Effect)).toEqual(one.effect);
    // What an app was granted for 0.1.0 goes on being enough.
    expect(scopes).toEqual(expect.arrayContaining([...one.scopes]));
  });

  it('has the ways to authenticate and the drop-downs that there were', () => {
    for (const old of before.connection.auth) {
      const mode = now.connection.auth.find(({ type }) => type === old.type);
      expect(mode, old.type).toBeDefined();
      const properties = (mode?.fields.properties ?? {}) as Record<string, Schema>;
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(old.fields.properties)));
      for (const name of mode?.fields.required ?? []) expect(old.fields.required).toContain(name);
    }
    for (const old of before.options) {
      const { fills, scopes, ...rest } = named(now.options, old.key);
      expect(rest.key).toBe(old.key);
      expect(fills).toEqual(expect.arrayContaining(old.fills));
      expect(old.scopes).toEqual(expect.arrayContaining([...scopes]));
    }
    expect(now.dynamicFields.fills).toEqual(expect.arrayContaining(before.dynamicFields.fills));
  });
});

describe('the inputs that 0.1.0 took', () => {
  type Inputs = { defaults: object; parsed: Record<string, object>; inputs: object[] };
  it.each(Object.entries<Inputs>(dataOf('inputs.json')))('are taken by %s, and mean the same', (key, old) => {
    const schema = new Validator(named(operations, key).input, '7', false);
    for (const [at, input] of old.inputs.entries()) {
      const { success, data, error } = parseInput(key, input);
      expect(success, `${JSON.stringify(input)}: ${error?.message}`).toBe(true);
      // An input of today may have a default of its own; what 0.1.0 knew keeps its value.
      expect(data).toMatchObject(old.parsed[at] ?? { ...old.defaults, ...input });
      expect(schema.validate(input).valid, JSON.stringify(input)).toBe(true);
    }
  });

  it.each<{ key: string; input: Schema }>([...before.actions, ...before.triggers])(
    'are the ones that hosts find in the schema of $key',
    ({ key, input }) => {
      expect(missing(input, named(operations, key).input as Schema)).toEqual([]);
    },
  );
});

describe('the outputs of 0.1.0', () => {
  it.each<{ key: string; output: number }>([...before.actions, ...before.triggers])(
    'are still in those of $key',
    ({ key, output }) => {
      const schema = named(operations, key).output as Schema;
      expect(missing(before.outputs[output], schema)).toEqual([]);
      expect(noLongerRequired(before.outputs[output], schema)).toEqual([]);
    },
  );
});

/** Members of a schema, of the objects and lists in it too, that another one does not have. */
function missing(old: Schema, today: Schema | undefined, path = ''): string[] {
  return [
    ...Object.entries(old.properties ?? {}).flatMap(([name, schema]) => {
      const there = today?.properties?.[name];
      return there ? missing(schema, there, `${path}.${name}`) : [`${path}.${name}`];
    }),
    ...(old.items ? missing(old.items, today?.items, `${path}[]`) : []),
  ];
}

/** Members that were always there, and may be absent now. */
function noLongerRequired(old: Schema, today: Schema | undefined, path = ''): string[] {
  return [
    ...(old.required ?? [])
      .filter((name) => !today?.required?.includes(name))
      .map((name) => `${path}.${name}`),
    ...Object.entries(old.properties ?? {}).flatMap(([name, schema]) =>
      noLongerRequired(schema, today?.properties?.[name], `${path}.${name}`),
    ),
    ...(old.items ? noLongerRequired(old.items, today?.items, `${path}[]`) : []),
  ];
}

describe('what programs import of 0.1.0', () => {
  const old = dataOf('exports.json');

  it('is exported', () => {
    expect(Object.keys(library)).toEqual(expect.arrayContaining(old.values['okta-connector']));
    expect(Object.keys(sandboxLibrary)).toEqual(expect.arrayContaining(old.values['okta-connector/sandbox']));
    expect(Object.keys(packageJson.exports)).toEqual(expect.arrayContaining(old.packageExports));
    expect(Object.keys(packageJson.bin)).toEqual(expect.arrayContaining(old.bin));
    expect(existsSync(join(root, 'connector.json'))).toBe(true);
  });

  it('has the methods that a client had', () => {
    const client = library.connect({
      orgUrl: 'https://acme.okta.com',
      auth: { type: 'api_token', token: 'fake' },
    });
    expect(Object.keys(client)).toEqual(expect.arrayContaining(old.client));
    client.close();
  });
});
