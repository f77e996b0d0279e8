import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/mcp/lane.ts'], testTimeout: 300_000, hookTimeout: 600_000, retry: 1 },
});
