/** Builds dist/zapier/okta-keys and dist/zapier/okta-sign-in, each ready for `zapier-platform push`. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsdown';
import { version } from 'zapier-platform-core';
import { keysAuthentication } from '../src/hosts/zapier/keys-authentication.ts';
import { zapierPackage } from '../src/hosts/zapier/package.ts';
import { signInAuthentication } from '../src/hosts/zapier/sign-in-authentication.ts';
import { manifest } from '../src/manifest/manifest.ts';
import { sbom } from './sbom.ts';
import { boundSizes } from './size.ts';
import { thirdPartyNotices } from './third-party.ts';

const ENTRIES = [
  [keysAuthentication, 'src/hosts/zapier/keys.ts'],
  [signInAuthentication, 'src/hosts/zapier/sign-in.ts'],
] as const;

for (const [authentication, entry] of ENTRIES) {
  const target = join('dist/zapier', authentication.variant);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await build({
    ...{ config: false, dts: false, sourcemap: false, logLevel: 'error', clean: false },
    ...{ entry: { index: entry }, outDir: target, format: 'cjs', platform: 'node', target: 'node22' },
    // Zapier's machines have its core, and nothing else; no Zap keeps a snapshot in Postgres.
    deps: {
      alwaysBundle: [/^(?!pg$|zapier-platform-core$)/],
      neverBundle: ['pg', 'zapier-platform-core'],
      onlyBundle: false,
    },
    plugins: [thirdPartyNotices(), sbom(`zapier-${authentication.variant}`)],
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    outputOptions: { codeSplitting: false, entryFileNames: 'index.js', exports: 'default' },
  });
  for (const [path, text] of Object.entries(zapierPackage(manifest(), authentication, version)))
    writeFileSync(join(target, path), text);
  cpSync('LICENSE', join(target, 'LICENSE'));
  boundSizes(`zapier ${authentication.variant}`, [{ path: join(target, 'index.js'), maxMb: 5 }]);
}
