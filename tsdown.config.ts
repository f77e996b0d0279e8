import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts', sandbox: 'src/sandbox/index.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node22.20',
  dts: true,
  sourcemap: false,
  clean: true,
  fixedExtension: false,
});
