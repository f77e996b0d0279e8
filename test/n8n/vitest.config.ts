import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/n8n/lane.ts', 'test/n8n/queue.lane.ts'],
    ...{ testTimeout: 120_000, hookTimeout: 600_000, bail: 0, retry: 1 },
    // One n8n at a time.
    fileParallelism: false,
  },
});
