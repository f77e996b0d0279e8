import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countsOf, withCounts, withoutCounts } from '../scripts/counts.ts';
import { n8nPackage } from '../src/hosts/n8n/package.ts';
import { packageFiles } from '../src/hosts/node-red/package.ts';
import { manifest } from '../src/manifest/manifest.ts';

const root = join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const origin = JSON.parse(textOf('package.json'));
const counts = countsOf(manifest());

const NUMBER =
  '\\d+|two|three|four|five|six|seven|eight|nine|(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif)ty)(?:-\\w+)?';
const COUNTED = new RegExp(
  `\\b(?:${NUMBER})\\s+(?:[a-z][\\w-]*\\s+){0,2}(?:actions|triggers|operations)\\b`,
  'gi',
);
const byHand = (page: string) => withoutCounts(page).match(COUNTED) ?? [];

const n8n = n8nPackage(manifest(), origin);
const nodeRed = packageFiles(manifest(), origin, '');
const descriptionOf = (text = '') => JSON.parse(text).description as string;
const pages: [string, string][] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'src/hosts/node-red/README.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((file) => [file, textOf(file)]);

describe('F2 counts', () => {
  it.each(pages)('of %s are generated and up to date', (_, page) => {
    expect(byHand(page)).toEqual([]);
    expect(withCounts(page, counts)).toBe(page);
  });

  it('are not written into what the packages say on npm', () => {
    const descriptions = [
      origin.description,
      ...[n8n, nodeRed].map((all) => descriptionOf(all['package.json'])),
    ];
    expect(descriptions.every(Boolean)).toBe(true);
    expect([...descriptions, n8n['README.md'] ?? ''].flatMap(byHand)).toEqual([]);
  });

  it.each(['20 actions', '17 ready-made triggers', 'twenty-one Okta actions', '164\noperations'])(
    'written by hand are found: %s',
    (text) => {
      expect(byHand(`It has ${text}.`)).toEqual([text]);
    },
  );

  it('replace the number between their markers, and nothing else', () => {
    const page =
      '1 x <!-- count:actions -->1<!-- /count --> actions, <!-- count:triggers --><!-- /count --> triggers';
    expect(withCounts(page, { actions: 21, triggers: 8 })).toBe(
      '1 x <!-- count:actions -->21<!-- /count --> actions, <!-- count:triggers -->8<!-- /count --> triggers',
    );
  });

  it('refuse a name that nothing is counted under', () => {
    expect(() => withCounts('<!-- count:nodes -->1<!-- /count -->', counts)).toThrow('Unknown count "nodes"');
  });

  it('count what the connector defines', () => {
    expect(counts.actions).toBe(manifest().actions.length);
    expect(counts['ready-made-triggers']).toBeLessThan(counts.triggers ?? 0);
  });
});
