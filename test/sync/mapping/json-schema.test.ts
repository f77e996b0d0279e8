import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mappingJsonSchema } from '../../../src/sync/mapping/json-schema.ts';
import { loadMapping } from '../../../src/sync/mapping/load.ts';
import { GROUP_PATHS, USER_PATHS } from '../../../src/sync/mapping/preset.ts';
import { mappingSchema } from '../../../src/sync/mapping/schema.ts';
import { mapping, problems } from './support.ts';

const root = new URL('../../../', import.meta.url);
const schema = JSON.parse(readFileSync(new URL('schema/sync-mapping.schema.json', root), 'utf8')) as Json;
const isValid = new Ajv({ allErrors: true, strictTypes: false }).compile(schema);
const EXAMPLE = new URL('examples/directory-sync/haloitsm.yaml', root).pathname;

interface Json {
  properties?: Record<string, Json>;
  items?: Json;
  anyOf?: Json[];
  additionalProperties?: Json | boolean;
  title?: string;
  description?: string;
  examples?: unknown[];
}

/** Each named member, with its path. */
function* members(node: Json, path: string): Generator<[string, Json]> {
  for (const [name, one] of Object.entries(node.properties ?? {})) {
    yield [`${path}.${name}`, one];
    yield* members(one, `${path}.${name}`);
  }
  const inner = [node.items, node.additionalProperties, ...(node.anyOf ?? [])];
  for (const one of inner) if (typeof one === 'object') yield* members(one, path);
}

describe('the page about mappings', () => {
  const page = readFileSync(new URL('docs/sync-mapping.md', root), 'utf8');

  it('has each setting in its table', () => {
    const [, table = ''] = page.split('## Every setting');
    const names = [...members(schema, '')].map(([path]) => path.split('.').at(-1) ?? '');
    expect(names.filter((name) => !new RegExp(`\\b${name.replace('$', '')}\\b`).test(table))).toEqual([]);
  });

  it('has examples that can be used, and the paths that there are', () => {
    const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => parse(text) ?? {});
    expect(examples.length).toBeGreaterThan(6);
    const lookups = { departments: { Sales: 3 }, teams: { 'Service Desk': 1 } };
    for (const example of examples) expect(problems({ ...example, lookups })).toEqual([]);
    for (const path of [...USER_PATHS, ...GROUP_PATHS]) expect(page).toContain(`\`${path}\``);
  });
});

describe('the published schema of a mapping', () => {
  it('is what the code has', () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(mappingJsonSchema())));
  });

  it('explains each member, with an example', () => {
    const all = [...members(schema, '')];
    expect(all.length).toBeGreaterThan(40);
    for (const [path, { title, description, examples }] of all) {
      expect({ path, title, description, examples }).toEqual({
        path,
        title: expect.stringMatching(/./),
        description: expect.stringMatching(/\.$/),
        examples: [expect.anything()],
      });
    }
  });

  it('has examples that are valid: its own, and the one for HaloITSM', async () => {
    const own = schema.examples as object[];
    for (const example of [{}, ...own, await loadMapping(EXAMPLE)]) {
      expect(isValid(example), JSON.stringify(isValid.errors)).toBe(true);
      expect(problems(example)).toEqual([]);
    }
    for (const [name, { examples }] of Object.entries(schema.properties ?? {})) {
      expect(isValid({ [name]: examples?.[0] }), name).toBe(true);
    }
  });

  it.each([
    { feilds: {} },
    { fields: { a: { from: 'profile.a', lokup: 'b' } } },
    { active: ['ACTIV'] },
    { active: [] },
    { rules: [{ assign: { role: 'x' } }] },
    { rules: [{ group: 'x', active: true }] },
    { profiles: [{ when: { groups: ['x'] } }] },
    { scope: { groups: ['x'], app: 'y' } },
    { defaults: { role: null } },
  ])('refuses what the code refuses: %j', (bad) => {
    expect(isValid(bad)).toBe(false);
    expect(mappingSchema.safeParse(bad).success).toBe(false);
    expect(() => mapping(bad as never)).toThrow('The mapping cannot be used');
  });
});
