import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { initSync, parse_deno, parse_ts_imports } from 'windmill-parser-wasm-ts';
import { parse } from 'yaml';
import { boundSizes } from '../../../scripts/size.ts';
import { remoteOperations } from '../../../src/hosts/index.ts';
import { argumentsOf } from '../../../src/hosts/windmill/arguments.ts';
import { windmillFiles, windmillScripts } from '../../../src/hosts/windmill/files.ts';
import { manifest } from '../../../src/manifest/manifest.ts';

const files = windmillFiles(manifest());
const scripts = windmillScripts(manifest());
const { actions, triggers } = remoteOperations(manifest());

interface Parsed {
  type: string;
  args: { name: string; typ: unknown; default: unknown; has_default: boolean }[];
}

beforeAll(() => {
  const wasm = createRequire(import.meta.url).resolve('windmill-parser-wasm-ts/windmill_parser_wasm_bg.wasm');
  initSync({ module: readFileSync(wasm) });
});

const sourceOf = (key: string) => files[`f/okta/${key}.ts`] ?? expect.fail(key);
const parsed = (key: string): Parsed => JSON.parse(parse_deno(sourceOf(key)));
const typeOf = (key: string, name: string) => parsed(key).args.find((one) => one.name === name)?.typ;

describe("L5 Windmill's own parser", () => {
  it.each(scripts.map((script) => [script.key, script] as const))('accepts %s', (key, script) => {
    const { args } = parsed(key);
    const all = argumentsOf(script.fields);
    expect(args.map(({ name }) => name)).toEqual(['okta', ...all.map(({ name }) => name)]);
    expect(args[0]?.typ).toEqual({ resource: 'okta_connector' });
    expect(new Set(args.map(({ name }) => name)).size).toBe(args.length);
    for (const [at, { name, required, default: preset, schema }] of all.entries()) {
      const arg = args[at + 1];
      expect(arg?.has_default, name).toBe(!required);
      if (preset !== undefined) expect(arg?.default, name).toEqual(JSON.parse(preset));
      if (Array.isArray(schema.enum)) expect(arg?.typ, name).toEqual({ str: schema.enum });
      const [kind, chooser] = String(schema.format ?? '').split(/-(.*)/s);
      if (kind === 'dynselect' || kind === 'dynmultiselect') {
        expect(arg?.typ, name).toEqual({ [kind]: chooser });
        const choose = JSON.parse(parse_deno(sourceOf(key), chooser)) as Parsed;
        expect(choose.args.map((one) => one.name)).toEqual(expect.arrayContaining(['okta', 'filterText']));
      }
    }
    const imports = JSON.parse(parse_ts_imports(sourceOf(key))).imports;
    const needed =
      script.kind === 'trigger'
        ? ['okta-connector/windmill', 'windmill-client']
        : ['okta-connector/windmill'];
    expect(imports.sort()).toEqual(needed);
  });

  it('recognises resource, choices, times, numbers, rows and attributes', () => {
    expect(typeOf('get_user', 'userId')).toEqual({ dynselect: 'choose_userId' });
    expect(typeOf('create_user', 'groupIds')).toEqual({ dynmultiselect: 'choose_groupIds' });
    expect(typeOf('user_created', 'since')).toBe('datetime');
    expect(typeOf('search_users', 'limit')).toBe('float');
    expect(typeOf('search_users', 'conditions')).toMatchObject({ list: { object: { name: null } } });
    expect(JSON.stringify(typeOf('create_user', 'profile'))).toContain('"key":"login"');
    expect(typeOf('create_user', 'profile__more')).toMatchObject({ object: expect.anything() });
  });
});

describe('L5 the files of a workspace', () => {
  it('have a script and its metadata for every action and trigger that can run in a service', () => {
    const polled = triggers.filter(({ kind }) => kind !== 'webhook');
    expect(scripts.map(({ key }) => key).sort()).toEqual(
      [...actions, ...polled].map(({ key }) => key).sort(),
    );
    for (const { key, kind } of scripts) {
      const metadata = parse(files[`f/okta/${key}.script.yaml`] ?? '');
      expect(metadata).toMatchObject({ kind, lock: '', summary: expect.any(String) });
      const { properties, required, order } = metadata.schema;
      expect(order).toEqual(Object.keys(properties));
      expect(properties.okta.format).toBe('resource-okta_connector');
      expect(required[0]).toBe('okta');
      for (const [name, one] of Object.entries(properties) as [
        string,
        { title: string; enumLabels?: object; enum?: string[] },
      ][]) {
        expect(one.title, `${key} ${name}`).toBeTruthy();
        if (one.enum)
          expect(Object.keys(one.enumLabels ?? {}).sort(), `${key} ${name}`).toEqual(one.enum.toSorted());
      }
    }
  });

  it('hide what is secret', () => {
    const { properties } = parse(files['f/okta/create_user.script.yaml'] ?? '').schema;
    expect(properties.credentials__password__value.password).toBe(true);
    const { schema } = parse(files['okta_connector.resource-type.yaml'] ?? '');
    expect(schema.properties).toMatchObject({ token: { password: true }, privateKey: { password: true } });
  });

  it('touch nothing else in a workspace', () => {
    const settings = parse(files['wmill.yaml'] ?? '');
    expect(settings).toMatchObject({
      ...{ defaultTs: 'bun', skipVariables: true, skipResources: true, skipSecrets: true },
      includes: ['f/okta/**', 'okta_connector.resource-type.yaml'],
    });
    for (const path of Object.keys(files))
      expect(path).toMatch(/^(wmill\.yaml|okta_connector\.resource-type\.yaml|f\/okta\/[\w.]+)$/);
  });

  it('are small', () => {
    const size = Object.values(files).reduce((sum, text) => sum + text.length, 0);
    boundSizes('windmill', [{ path: 'dist/windmill', bytes: size, maxMb: 2 }]);
    expect(Object.keys(files).length).toBeGreaterThan(2 * scripts.length);
  });
});
