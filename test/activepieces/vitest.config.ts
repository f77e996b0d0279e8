import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/activepieces/lane.ts'], testTimeout: 600_000, hookTimeout: 60_000, bail: 0 },
});
