import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MODULE = new URL('../../src/cli/small-heap.ts', import.meta.url);

/** Keeps some of what it makes, as a server does, and tells how large the space of young objects and the heap became. */
const program = (first: string) => `
  import { getHeapSpaceStatistics } from 'node:v8';
  ${first}
  const kept = [];
  for (let i = 0; i < 2_000_000; i++) kept[i % 20_000] = { i, list: [i, i + 1], text: 'x' + i };
  const { space_size } = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
  console.log(space_size / 1e6);
`;

const youngMb = (first: string): number =>
  Number(
    execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program(first)], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
    }),
  );

it('a server of a command holds the space of young objects small, which V8 lets grow otherwise', () => {
  const held = youngMb(`import { holdHeapSmall } from '${MODULE}'; holdHeapSmall();`);
  expect(held).toBeLessThan(20);
  expect(youngMb('')).toBeGreaterThan(1.5 * held);
});
