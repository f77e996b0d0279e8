import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/fleet/*.lane.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
