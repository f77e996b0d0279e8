/** Runs the contract tests of one action, mutants included: `npm run test:action -- KEY`. */
import { spawnSync } from 'node:child_process';
import { actionOf } from '../src/connector.ts';
import { InputError } from '../src/errors/errors.ts';

try {
  const [named] = process.argv.slice(2);
  if (named === undefined)
    throw new InputError('No action is named', { hint: 'Type: npm run test:action -- KEY' });
  const { key } = actionOf(named);
  const files = ['actions', 'fixtures', 'mutants'].map((name) => `test/contract/${name}.test.ts`);
  const only = `^(fixtures\\W+)?${key}(\\.json)? `;
  const { status } = spawnSync('vitest', ['run', ...files, '-t', only], {
    stdio: 'inherit',
    env: { ...process.env, TEST_CASES: 'all' },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`${error.message}. ${error.hint}`);
  process.exitCode = 2;
}
