import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/n8n/lane.ts'], testTimeout: 120_000, hookTimeout: 600_000, bail: 0, retry: 1 },
});
