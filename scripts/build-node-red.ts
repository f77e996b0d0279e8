/** Builds dist/node-red-contrib-okta-connector, ready for `npm pack` and `npm publish`. */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type UserConfig } from 'tsdown';
import packageJson from '../package.json' with { type: 'json' };
import { PACKAGE_NAME, packageFiles, SET } from '../src/hosts/node-red/package.ts';
import { manifest } from '../src/manifest/manifest.ts';
import { sbom } from './sbom.ts';
import { NOTICES, thirdPartyNotices } from './third-party.ts';

const source = 'src/hosts/node-red';
const target = join('dist', PACKAGE_NAME);
const shared = { config: false, dts: false, sourcemap: false, logLevel: 'error', clean: false } as const;
/** Bundles all dependencies, so that nothing else needs to be installed; who keeps a snapshot in Postgres installs pg. */
const deps: UserConfig['deps'] = { alwaysBundle: [/^(?!pg$)/], neverBundle: ['pg'], onlyBundle: false };

/** Shared by both bundles. */
const plugins = [thirdPartyNotices()];

rmSync(target, { recursive: true, force: true });

await build({
  ...shared,
  ...{ deps, outDir: target, format: 'cjs', platform: 'node', target: 'node20.18' },
  plugins: [...plugins, sbom(PACKAGE_NAME)],
  entry: { [SET]: `${source}/index.ts` },
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  outputOptions: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js', exports: 'default' },
});

const editor = join(target, 'editor');
await build({
  ...shared,
  ...{ deps, plugins, outDir: editor, format: 'iife', platform: 'browser', target: 'es2022', minify: true },
  entry: { editor: `${source}/editor/index.ts` },
  tsconfig: `${source}/editor/tsconfig.json`,
  outputOptions: { entryFileNames: '[name].js', name: 'OktaConnectorForms' },
});
const script = readFileSync(join(editor, 'editor.js'), 'utf8').trim();
renameSync(join(editor, NOTICES), join(target, NOTICES));
rmSync(editor, { recursive: true });

const { version, license, homepage, repository, bugs } = packageJson;
const origin = { version, license, homepage, repository, bugs };
for (const [path, text] of Object.entries(packageFiles(manifest(), origin, script))) {
  const file = join(target, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
cpSync(`${source}/icons`, join(target, 'icons'), { recursive: true });
cpSync('examples/node-red/flows', join(target, 'examples'), { recursive: true });
cpSync(`${source}/README.md`, join(target, 'README.md'));
cpSync('LICENSE', join(target, 'LICENSE'));
