import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import stringify from 'json-stringify-pretty-compact';
import { describe, expect, it } from 'vitest';
import { ssoActions } from '../../src/actions/sso/index.ts';
import { manifest, manifestFile } from '../../src/manifest/manifest.ts';
import { scimTriggers } from '../../src/triggers/scim/index.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) =>
  JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Record<string, unknown>;
const validate = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false }).compile(
  read('schema/connector.schema.json'),
);
const reasons = () =>
  (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

describe('connector.json', () => {
  it('is what the definition says', () => {
    expect(read('connector.json')).toEqual(JSON.parse(JSON.stringify(manifestFile())));
  });

  it('F2.7 has schemas that a validator reads from the file, and that accept the samples', () => {
    const { $schema: _, ...file } = read('connector.json') as unknown as ReturnType<typeof manifestFile>;
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    formats.default(ajv);
    ajv.addSchema(file, 'connector.json');
    for (const kind of ['actions', 'triggers'] as const) {
      for (const [at, { key, sample }] of file[kind].entries()) {
        for (const side of ['input', 'output'] as const) {
          const check = ajv.compile({ $ref: `connector.json#/${kind}/${at}/${side}` });
          expect(check(sample[side]), `${key} ${side}: ${ajv.errorsText(check.errors)}`).toBe(true);
          expect(check({ noSuchField: 1 }), `${key} ${side}`).toBe(false);
        }
      }
    }
  });

  it('F2.7, H. stays small: 3 KB for an action more', () => {
    const file = manifestFile();
    const sizeOf = (value: unknown) => Buffer.byteLength(stringify(value, { maxLength: 120, indent: 1 }));
    // The mapping of a sync is a language of its own, once; its two triggers have outputs of their own.
    const { mapping } = file.$defs as Record<string, unknown>;
    expect(sizeOf(mapping)).toBeLessThan(27_000);
    const sync = sizeOf(mapping) + 10_000;
    // Each tells a whole story, as long as a guide.
    const signOn = ssoActions.length * 6_000;
    const provisioning = scimTriggers.length * 2_000;
    // Noun, category, labels and titles.
    const words = (file.actions.length + file.triggers.length) * 220;
    // The first 18 are among what 0.2.0 began with.
    const readyMade = file.triggers.filter(({ eventTypes }) => eventTypes.length > 0).length - 18;
    // What the events of each carry, by Okta's list (up to 57 settings, before and after a change), and the input that hides some.
    const data = file.triggers.filter(({ eventTypes }) => eventTypes.length > 0).length * 1_900;
    // What signed events and the log have in common, access requests by either form of their id, three triggers that are instant
    // in part, and what a rule, a risk and a threat are chosen by.
    const pairs = 5_000;
    // 0.2.0 began with 20 actions in 244 KB.
    expect(
      sizeOf(file) - sync - signOn - provisioning - words - data - pairs - readyMade * 4_000,
    ).toBeLessThan(244_000 + 3_000 * (file.actions.length - 20));
    // Nothing that an action may share with others is written in it again.
    const sizes = file.actions.map((one) => sizeOf({ ...one, sample: undefined })).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(3_000);
  });

  it('F2.6 is described once, not for each caller', () => {
    expect(manifest()).toBe(manifest());
  });

  it('satisfies its schema', () => {
    validate(JSON.parse(JSON.stringify(manifestFile())));
    expect(reasons()).toEqual([]);
  });

  it.each(['actions', 'triggers'] as const)(
    'has %s with unique keys, one file each, named like it',
    (kind) => {
      const keys = manifest()[kind].map((one) => one.key);
      expect(new Set(keys).size).toBe(keys.length);
      const files = readdirSync(new URL(`src/${kind}`, root), { recursive: true, encoding: 'utf8' });
      const stems = files
        .filter((name) => /\/(?!index\.)[^/]+\.ts$/.test(name) && !name.startsWith('sources/'))
        .map((name) => name.split('/').pop()?.replace('.ts', ''));
      expect(stems.sort()).toEqual(keys.map((key) => key.replaceAll('_', '-')).sort());
    },
  );

  it('marks every secret of a connection as secret', () => {
    const secrets = manifest().connection.auth.flatMap(({ fields }) =>
      Object.entries(fields.properties)
        .filter(([, field]) => field.writeOnly === true && field.format === 'password')
        .map(([name]) => name),
    );
    expect(secrets.sort()).toEqual(['clientSecret', 'privateKey', 'token', 'tokens']);
  });
});

describe('the schema of connector.json', () => {
  it.each(readdirSync(new URL('schema/valid', root)))('accepts %s', (file) => {
    validate(read(`schema/valid/${file}`));
    expect(reasons()).toEqual([]);
  });

  it.each(readdirSync(new URL('schema/invalid', root)))('refuses %s for the reason it names', (file) => {
    const { because, manifest } = read(`schema/invalid/${file}`);
    expect(validate(manifest)).toBe(false);
    expect(reasons().join('\n')).toContain(because);
  });
});
