import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/zapier/lane.ts'], testTimeout: 120_000, hookTimeout: 120_000, pool: 'forks' },
});
