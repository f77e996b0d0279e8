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

  it('has unique keys and file names that follow them', () => {
    const { actions } = manifest();
    expect(new Set(actions.map((action) => action.key)).size).toBe(actions.length);
    const files = readdirSync(new URL('src/actions', root), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts'),
    );
    const stems = files.map((name) => name.split('/').pop()?.replace('.ts', ''));
    expect(stems.sort()).toEqual(actions.map((action) => action.key.replaceAll('_', '-')).sort());
  });

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
