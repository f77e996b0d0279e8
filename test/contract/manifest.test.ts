import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { manifest } from '../../src/manifest.ts';

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
    expect(read('connector.json')).toEqual(JSON.parse(JSON.stringify(manifest())));
  });

  it('satisfies its schema', () => {
    validate(manifest());
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
