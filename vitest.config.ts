import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Tests with processes, servers, browsers of their own: each has a command of its own. */
const LANES = ['test/{e2e,state-servers,node-red,browser}/**'];

/** Files that mock modules, which another file may have loaded before. */
const mocking = globSync('test/**/*.test.ts').filter((file) =>
  readFileSync(file, 'utf8').includes('vi.mock('),
);

export default defineConfig({
  test: {
    // For what hangs: a machine that stands still for a minute fails no test.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    pool: 'threads',
    projects: [
      {
        extends: true,
        // Loading the connector for each file anew would be a third of the time.
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [...LANES, ...mocking],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: [...LANES.map((lane) => `${lane}/*.test.ts`), ...mocking] },
      },
    ],
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
