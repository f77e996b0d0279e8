import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/windmill/lane.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    bail: 0,
    // Node loads the scripts as they are.
    server: { deps: { external: [/\.okta-connector\/windmill/] } },
  },
});
