import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    pool: 'threads',
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {
        'src/http/**': { statements: 95, lines: 95, functions: 95 },
        'src/auth/**': { statements: 95, lines: 95, functions: 95 },
        'src/errors/**': { statements: 95, lines: 95, functions: 95 },
      },
    },
  },
});
