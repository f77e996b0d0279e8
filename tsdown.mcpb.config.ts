import { defineConfig } from 'tsdown';
import { sbom } from './scripts/sbom.ts';
import { thirdPartyNotices } from './scripts/third-party.ts';

// Everything that the server needs, since a client unpacks the bundle and installs nothing. The keyring is of no use there.
export default defineConfig({
  entry: { index: 'src/cli/mcp-bundle.ts' },
  outDir: 'dist/mcpb/server',
  ...{
    format: 'esm',
    platform: 'node',
    target: 'node22.20',
    dts: false,
    clean: true,
    fixedExtension: false,
    minify: true,
  },
  deps: { alwaysBundle: [/^(?!@napi-rs\/keyring$|node:)/], neverBundle: ['@napi-rs/keyring'] },
  plugins: [thirdPartyNotices(), sbom('okta-connector-mcpb')],
});
