import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Rolldown } from 'tsdown';
import { afterAll, expect, it } from 'vitest';
import { SBOM, sbom } from '../scripts/sbom.ts';
import { NOTICES, thirdPartyNotices } from '../scripts/third-party.ts';
import { packageFiles } from '../src/hosts/node-red/package.ts';
import { manifest } from '../src/manifest/manifest.ts';

const folder = mkdtempSync(join(tmpdir(), 'notices-'));
const outDir = join(folder, 'dist');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bundle = (plugins: Rolldown.Plugin[], entry: string, bundled: string) =>
  build({
    ...{ config: false, dts: false, logLevel: 'error', outDir, entry: [entry], plugins },
    deps: { alwaysBundle: [bundled], onlyBundle: false },
  });
const licenseOf = (name: string) =>
  readFileSync(`node_modules/${name}/LICENSE`, 'utf8').replaceAll('\r\n', '\n').trim();

it('puts the licences of what was bundled beside the bundle, of several builds in one file', async () => {
  const plugins = [thirdPartyNotices()];
  await bundle(plugins, 'src/triggers/cron.ts', 'croner');
  const first = readFileSync(join(outDir, NOTICES), 'utf8');
  expect(first).toMatch(/^croner \d+\.\d+\.\d+ \(MIT\)\n/);
  expect(first).toContain(licenseOf('croner'));
  expect(first).not.toContain('http-link-header');
  await bundle(plugins, 'src/http/paginate.ts', 'http-link-header');
  const both = readFileSync(join(outDir, NOTICES), 'utf8');
  expect(both).toContain(licenseOf('croner'));
  expect(both).toMatch(/^http-link-header \d+\.\d+\.\d+ \(MIT\)$/m);
});

it('G.13 lists what was bundled for audit tools', async () => {
  await bundle([sbom('a-package')], 'src/triggers/cron.ts', 'croner');
  const { bomFormat, specVersion, metadata, components } = JSON.parse(
    readFileSync(join(outDir, SBOM), 'utf8'),
  );
  expect([bomFormat, specVersion, metadata.component.name]).toEqual(['CycloneDX', '1.6', 'a-package']);
  const { version } = JSON.parse(readFileSync('node_modules/croner/package.json', 'utf8'));
  expect(components).toMatchObject([
    { name: 'croner', version, purl: expect.stringContaining(`pkg:npm/croner@${version}`) },
  ]);
});

it('stops the build for a package without a licence', async () => {
  const bare = join(folder, 'node_modules/bare');
  mkdirSync(bare, { recursive: true });
  writeFileSync(join(bare, 'package.json'), '{"name":"bare","version":"1.0.0","license":"MIT"}');
  writeFileSync(
    join(bare, 'index.js'),
    'export class Cron { msToNext() { return 1 } }\nexport class CronPattern {}',
  );
  const foreign: Rolldown.Plugin = {
    name: 'foreign',
    resolveId: (id) => (id === 'croner' ? join(bare, 'index.js') : null),
  };
  await expect(bundle([foreign, thirdPartyNotices()], 'src/triggers/cron.ts', 'croner')).rejects.toThrow(
    'bare 1.0.0 is bundled, but has no licence file',
  );
});

it('is part of the packages', () => {
  const filesOf = (json: string) => (JSON.parse(json) as { files: string[] }).files;
  const origin = { version: '1.2.3', license: 'Apache-2.0', homepage: 'x', repository: {}, bugs: {} };
  expect(filesOf(readFileSync('package.json', 'utf8'))).toEqual(
    expect.arrayContaining([`dist/${NOTICES}`, `dist/${SBOM}`]),
  );
  expect(filesOf(packageFiles(manifest(), origin, '')['package.json'] ?? '')).toEqual(
    expect.arrayContaining([NOTICES, SBOM]),
  );
});

it('G.13 each override has a reason in CONTRIBUTING', () => {
  const { overrides } = JSON.parse(readFileSync('package.json', 'utf8')) as { overrides: object };
  const [, section = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('\n## Dependencies and releases\n');
  for (const name of Object.keys(overrides)) expect(section).toContain(`\n  - \`${name}\`: `);
});
