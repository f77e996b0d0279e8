import { defineConfig } from 'tsdown';
import packageJson from './package.json' with { type: 'json' };
import { sbom } from './scripts/sbom.ts';
import { thirdPartyNotices } from './scripts/third-party.ts';

const shared = {
  entry: {
    index: 'src/index.ts',
    cli: 'src/cli/main.ts',
    hosts: 'src/hosts/index.ts',
    sandbox: 'src/sandbox/index.ts',
    fleet: 'src/fleet/index.ts',
    windmill: 'src/hosts/windmill/index.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node22.20',
  sourcemap: false,
  fixedExtension: false,
} as const;

export default defineConfig([
  // zod loads all its languages when it is imported whole: bundled, only what is used is loaded.
  {
    ...shared,
    // The page of "sso wizard" stays as it is written: what runs in a browser can be read there.
    copy: [{ from: 'src/cli/sso-wizard/page', to: 'dist' }],
    ...{ dts: false, clean: ['dist/*.js', 'dist/*.d.ts'], deps: { alwaysBundle: ['zod'] } },
    plugins: [thirdPartyNotices(), sbom(packageJson.name)],
  },
  { ...shared, dts: { emitDtsOnly: true }, clean: false },
]);
