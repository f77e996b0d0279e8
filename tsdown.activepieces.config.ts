import { createRequire } from 'node:module';
import { defineConfig } from 'tsdown';
import { sbom } from './scripts/sbom.ts';
import { thirdPartyNotices } from './scripts/third-party.ts';
import { PIECE } from './src/hosts/activepieces/names.ts';

const zod = createRequire(import.meta.url)
  .resolve('zod')
  .replace(/\.cjs$/, '.js');

/** A piece is one file that needs nothing but Node: Activepieces' own framework is part of it. */
export default defineConfig({
  ...{ entry: { index: 'src/hosts/activepieces/index.ts' }, outDir: `dist/${PIECE}/src` },
  ...{ format: 'cjs', platform: 'node', target: 'node20', dts: false, clean: true },
  // Activepieces recognises a piece by the name of its class.
  minify: { mangle: false, compress: false, codegen: true },
  deps: { alwaysBundle: [/^(?!node:)/] },
  plugins: [
    thirdPartyNotices(),
    sbom(PIECE),
    {
      name: 'one zod, in one language',
      resolveId: {
        order: 'pre',
        handler: (id, importer) => (id === 'zod' && importer?.includes('@activepieces') ? zod : undefined),
      },
      load: {
        filter: { id: /zod\/v4\/locales\/index\.js$/ },
        handler: () => "export { default as en } from './en.js';",
      },
    },
  ],
  outputOptions: { codeSplitting: false, entryFileNames: 'index.js' },
});
